// Who is online, as every process knows it in memory: whoever comes or goes is announced, as a keyed hash, so that a send
// looks nowhere. Of each user the newest statement counts; one that is not made again runs out.
import { type Announcements, maxHearingDelayMs } from '../announcements/index.js';
import type { Clock } from '../time/clock.js';
import { presenceMs, restateAfterMs } from './limits.js';

/** How somebody can be reached; both when they have two windows. */
export interface Reach {
  readonly bySocket: boolean;
  readonly byPoll: boolean;
}

export type Via = 'socket' | 'poll';

/** In the list of announcements, in front of the user. */
const prefix = 'live!';
const flags: Readonly<Record<Via, number>> = { socket: 1, poll: 2 };
const flagStates = 4;

export interface PresenceParts {
  readonly announcements: Pick<Announcements, 'append' | 'onBehind' | 'subjectOf' | 'versionOf'>;
  readonly clock: Clock;
  /** Waits in real time. */
  pause(ms: number): Promise<void>;
}

export class Presence {
  readonly #parts: PresenceParts;
  /** User → when it was stated, real ms, and how they are reached, in one number that only grows. */
  readonly #stated = new Map<string, number>();

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    parts.announcements.onBehind(prefix, (user, value) => {
      if (value % flagStates === 0) {
        this.#stated.delete(user);
      } else {
        this.#stated.set(user, value);
      }
    });
  }

  /** How a user is called here and at the service that keeps the connections: a keyed hash, the same that revokes tokens. */
  userOf(rawId: string): string {
    return this.#parts.announcements.subjectOf(rawId);
  }

  /** Whether anybody may be online: mostly nobody is, and nobody has to be looked up. */
  get hasAnyone(): boolean {
    return this.#stated.size > 0;
  }

  /** undefined for whom nobody has stated lately. */
  reachOf(user: string): Reach | undefined {
    const stated = this.#stated.get(user);
    if (stated === undefined) {
      return undefined;
    }
    if (this.#parts.clock.realNow() - timeOf(stated) > presenceMs) {
      this.#stated.delete(user);
      return undefined;
    }
    const state = stated % flagStates;
    return { bySocket: (state & flags.socket) !== 0, byPoll: (state & flags.poll) !== 0 };
  }

  /** States that somebody is online; costs nothing while an earlier statement holds. */
  async arrive(user: string, via: Via): Promise<void> {
    const reach = this.reachOf(user);
    const stated = this.#stated.get(user) ?? 0;
    const now = this.#parts.clock.realNow();
    const state = (reach === undefined ? 0 : stated % flagStates) | flags[via];
    if (state !== stated % flagStates || now - timeOf(stated) > restateAfterMs) {
      await this.#state(user, state);
    }
  }

  /** States once more what was stated, where that is about to run out. */
  async renew(user: string): Promise<void> {
    const reach = this.reachOf(user);
    if (reach !== undefined) {
      await this.arrive(user, reach.bySocket ? 'socket' : 'poll');
    }
  }

  /** States that nobody holds a connection of theirs any more. */
  async leave(user: string): Promise<void> {
    if (this.reachOf(user) !== undefined) {
      await this.#state(user, 0);
    }
  }

  /** Waits until every process can have heard that they are online: then nothing that is sent passes them by. */
  async heard(user: string): Promise<void> {
    const stated = this.#stated.get(user);
    const waitMs = stated === undefined ? 0 : timeOf(stated) + maxHearingDelayMs - this.#parts.clock.realNow();
    if (waitMs > 0) {
      await this.#parts.pause(Math.min(waitMs, maxHearingDelayMs));
    }
  }

  /** A client has registered: answers when every process can have heard that it is there. */
  async register(rawId: string): Promise<void> {
    const user = this.userOf(rawId);
    await this.renew(user);
    await this.heard(user);
  }

  forget(): void {
    this.#stated.clear();
  }

  async #state(user: string, state: number): Promise<void> {
    const { announcements, clock } = this.#parts;
    const subject = `${prefix}${user}`;
    // Greater than what was stated before, also within a millisecond, and where the other process' clock is ahead.
    const at = Math.max(Math.floor(clock.realNow()), timeOf(announcements.versionOf(subject)) + 1);
    await announcements.append(subject, at * flagStates + state);
  }
}

function timeOf(stated: number): number {
  return Math.floor(stated / flagStates);
}
