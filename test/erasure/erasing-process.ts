// A process of its own that erases, and kills itself at a storage call; or that ends what another one has left.
import { carryOutOrder, type KillingOrder } from '../faults/killing-process.js';
import { erasureCases, eraseWhole, finish } from './erasing.js';
import { repeatableIds } from './repeatable-ids.js';
import { type Scene, sceneOffsetMs } from './scene.js';

export interface ErasingOrder extends KillingOrder {
  readonly scene: Scene;
  readonly caseName: string;
}

carryOutOrder<ErasingOrder>(
  ({ kill }) => ({ clockOffsetMs: sceneOffsetMs, ids: repeatableIds(kill === undefined ? 'next' : 'doomed') }),
  async (app, { scene, caseName, kill }) => {
    const erasureCase = erasureCases.find(({ name }) => name === caseName);
    if (erasureCase === undefined) {
      throw new Error(`There is no case ${caseName}.`);
    }
    await (kill === undefined ? finish : eraseWhole)(app, scene, erasureCase);
  },
);
