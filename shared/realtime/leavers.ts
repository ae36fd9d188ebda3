// Those whose connection has closed: whoever has none left counts as gone a little later, so that a page may be loaded again.
import { maxHearingDelayMs } from '../announcements/index.js';
import type { Connections } from './connections.js';
import { hearingSlackMs, leaveAfterMs, maxLeaving } from './limits.js';
import type { Presence } from './presence.js';

export interface LeaverParts {
  readonly presence: Pick<Presence, 'arrive' | 'leave'>;
  readonly connections: Pick<Connections, 'hasAny' | 'listOf'>;
  /** Waits in real time, and keeps no process alive. */
  pause(ms: number): Promise<void>;
}

export class Leavers {
  readonly #parts: LeaverParts;
  readonly #leaving = new Map<string, Promise<void>>();

  constructor(parts: LeaverParts) {
    this.#parts = parts;
  }

  /** Nobody waits for it; when there are too many, their statements run out by themselves. */
  leaveLater(resourceId: string, user: string): void {
    if (this.#leaving.has(user) || this.#leaving.size >= maxLeaving) {
      return;
    }
    const leaving = this.#leave(resourceId, user)
      // Then the statement runs out by itself.
      .catch(() => undefined)
      .finally(() => this.#leaving.delete(user));
    this.#leaving.set(user, leaving);
  }

  async #leave(resourceId: string, user: string): Promise<void> {
    const { connections, presence, pause } = this.#parts;
    await pause(leaveAfterMs);
    if (await connections.hasAny({ resourceId, user })) {
      return;
    }
    await presence.leave(user);
    // Another process may take a connection before it hears of this, and then states nothing: that one is stated here.
    await pause(maxHearingDelayMs + hearingSlackMs);
    const rows = await connections.listOf({ resourceId, user });
    for (const via of new Set(rows.map((row) => (row.via === 'poll' ? 'poll' : 'socket')))) {
      await presence.arrive(user, via);
    }
  }
}
