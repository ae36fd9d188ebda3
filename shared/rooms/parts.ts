// What the use cases of rooms are made of.
import type { KeyRing } from '../auth/index.js';
import type { IsHidden, PersonalIdentifier } from '../data-map/index.js';
import type { IdentityDoor } from '../identity/index.js';
import type { DueIndex } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import type { RoomStore } from './store.js';

export interface RoomParts {
  readonly rooms: RoomStore;
  readonly door: IdentityDoor;
  readonly isHidden: IsHidden;
  /** Takes back what was written about somebody who was erased meanwhile: `Burials.settle`. */
  settle(
    resourceId: string,
    about: readonly PersonalIdentifier[],
    since: number,
    undo: () => Promise<void>,
  ): Promise<boolean>;
  readonly keys: KeyRing;
  readonly due: DueIndex;
  readonly clock: Clock;
  readonly ids: Ids;
}
