// What the calls of a geography stand on.
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import type { CallEvent } from './call-event.js';
import type { CallFollower } from './call-news.js';
import type { MediaPlane } from './media-plane.js';
import type { Call } from './model.js';
import type { CallStore } from './store.js';

export interface CallsParts {
  readonly store: CallStore;
  readonly plane: MediaPlane;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Puts an event into the outbox. */
  accept(call: Call, event: CallEvent): Promise<unknown>;
  /** Who is told what happens in calls that they follow. */
  readonly followers: readonly CallFollower[];
  /** Told of a call that is over, once or twice; must not wait for anything. */
  onEnd(call: Call): void;
  reportFailure(failure: unknown): void;
}
