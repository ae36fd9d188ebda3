// Whether a client that comes back had no luck with its WebSocket, such as behind a proxy that lets none through: it asks for
// another session soon after it was given an address, and nobody has opened a connection there meanwhile.
import { BoundedCache } from '../auth/index.js';
import type { Clock } from '../time/clock.js';
import type { Connections } from './connections.js';
import { maxWatchedSessions, socketFailsWithinMs } from './limits.js';

export class FailedSockets {
  readonly #connections: Pick<Connections, 'listOf'>;
  readonly #clock: Clock;
  /** Window of a client → when it was given an address. */
  readonly #given = new BoundedCache<{ readonly at: number; readonly since: number }>(maxWatchedSessions);

  constructor(connections: Pick<Connections, 'listOf'>, clock: Clock) {
    this.#connections = connections;
    this.#clock = clock;
  }

  /**
   * Costs a query, for a client that comes back within a minute.
   *
   * @param window by which the client tells its windows apart; one that does not is believed to have none before
   */
  async hasFailed(
    window: string | undefined,
    place: { readonly resourceId: string; readonly user: string },
  ): Promise<boolean> {
    if (window === undefined) {
      return false;
    }
    const name = `${place.user} ${window}`;
    const given = this.#given.get(name);
    this.#given.set(name, { at: this.#clock.monotonic(), since: Math.floor(this.#clock.now()) });
    if (given === undefined || this.#clock.monotonic() - given.at > socketFailsWithinMs) {
      return false;
    }
    const rows = await this.#connections.listOf(place);
    return !rows.some(({ since }) => Number(since) >= given.since);
  }
}
