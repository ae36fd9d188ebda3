// A process of its own that erases, and kills itself at a storage call; or that ends what another one has left.
import { composeOn } from '../app/call-app.js';
import { erasureCases, eraseWhole, finish } from './erasing.js';
import { repeatableIds } from './repeatable-ids.js';
import { type Scene, sceneOffsetMs } from './scene.js';

/** What it is to do; sent as the first message. */
export interface ErasingOrder {
  readonly connectionString: string;
  readonly scene: Scene;
  readonly caseName: string;
  /** At which call it kills itself; without it, it ends what was left. */
  readonly kill?: { readonly call: number; readonly when: 'before' | 'after' };
}

process.once('message', (order: ErasingOrder) => {
  void carryOut(order).then((calls) => process.send?.(calls, () => process.exit(0)));
});

/** @returns the storage calls that it came to */
async function carryOut({ connectionString, scene, caseName, kill }: ErasingOrder): Promise<number> {
  const erasureCase = erasureCases.find(({ name }) => name === caseName);
  if (erasureCase === undefined) {
    throw new Error(`There is no case ${caseName}.`);
  }
  let calls = 0;
  const app = await composeOn(connectionString, {
    clockOffsetMs: sceneOffsetMs,
    ids: repeatableIds(kill === undefined ? 'next' : 'doomed'),
    observers: [
      async (_call, send) => {
        const isLast = ++calls === kill?.call;
        if (isLast && kill?.when === 'before') {
          process.kill(process.pid, 'SIGKILL');
        }
        const response = await send();
        if (isLast) {
          process.kill(process.pid, 'SIGKILL');
        }
        return response;
      },
    ],
  });
  await (kill === undefined ? finish : eraseWhole)(app, scene, erasureCase);
  await app.storage.close();
  return calls;
}
