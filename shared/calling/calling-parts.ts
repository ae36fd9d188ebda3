// What the use cases of calls are made of.
import type { PersonalIdentifier } from '../data-map/index.js';
import type { Resource } from '../geography/index.js';
import type { OwnedNumbers } from '../phone-numbers/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import type { Calls } from './calls.js';
import type { Offers } from './offers.js';

export interface CallingParts {
  readonly calls: Calls;
  readonly offers: Offers;
  readonly clock: Clock;
  readonly ids: Ids;
  /** For the keys of calls that are found by a name. */
  readonly key: Buffer;
  readonly numbers: OwnedNumbers;
  /** There is somebody who carries media. */
  readonly hasMediaPlane: boolean;
  /** Whether an identity is one of the resource's own. */
  isOurs(resource: Resource, rawId: string): Promise<boolean>;
  /** Whether an address that somebody else chose may be asked at all. */
  mayGoTo(address: string, scheme: 'http' | 'websocket'): boolean;
  /**
   * Who may come into the call of a room; undefined where there are no rooms.
   *
   * @param rawId undefined for an application, which comes in as the owner of the resource
   */
  readonly mayJoin: ((resourceId: string, roomId: string, rawId: string | undefined) => Promise<boolean>) | undefined;
  /** Takes back what was written about somebody who was erased meanwhile: `Burials.settle`. */
  settle(
    resourceId: string,
    about: readonly PersonalIdentifier[],
    since: number,
    undo: () => Promise<void>,
  ): Promise<boolean>;
}

/** What every request about a call that goes on can say. */
export interface Asked {
  /** Immutable id of the resource. */
  readonly resourceId: string;
  /** Id of the connection. */
  readonly connection: string;
  readonly context?: string | undefined;
  /** Where the answer goes in place of the address of the connection. */
  readonly callbackUri?: string | undefined;
  /** A request that comes again has the same. */
  readonly requestId?: string | undefined;
}
