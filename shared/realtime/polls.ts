// Polls that this process holds: each waits for what its user is to be told, or for its time to be over. While there are
// any, the newest pointers are read once a second; what this process itself has appended wakes them at once.
import type { Clock } from '../time/clock.js';
import {
  betweenPollsMs,
  holdMs,
  lookBackMs,
  lookEveryMs,
  maxBeside,
  maxHeldPolls,
  maxPassing,
  maxToldPointers,
} from './limits.js';
import type { Cursor } from './cursor.js';
import type { LiveDelivery, LiveNotice } from './model.js';
import type { Pointer, Pointers } from './pointers.js';

export interface PollParts {
  readonly pointers: Pick<Pointers, 'behind' | 'before'>;
  readonly clock: Clock;
  userOf(rawId: string): string;
  /** What a stretch of a log tells those who are wanted. */
  read(pointer: Pointer, isWanted: (rawId: string) => boolean): Promise<readonly LiveDelivery[]>;
  /** Hears what was announced: of identities that are deleted, among others. */
  catchUp(): Promise<void>;
  /** Waits in real time, and keeps no process alive. */
  pause(ms: number): Promise<void>;
  reportFailure(failure: unknown): void;
}

/** What became of a poll. */
export interface PollOutcome {
  readonly notices: readonly LiveNotice[];
  /** Up to where the user is told. */
  readonly cursor: Cursor;
  /** Its token is not good any more. */
  readonly isRefused?: true;
}

interface Held {
  /** Up to where the user is told, or nothing was for them. */
  readonly cursor: Cursor;
  /** Nothing between this poll and the one before can have passed it by. */
  isReady: boolean;
  /** Something came before it was ready. */
  isBehind: boolean;
  /** What came then and stands in no log. */
  readonly passing: LiveNotice[];
  end(outcome: PollOutcome): void;
}

export class Polls {
  readonly #parts: PollParts;
  readonly #held = new Map<string, Set<Held>>();
  /** Users whose poll has just ended: what stands in no log waits for their next one, in memory and for seconds. */
  readonly #between = new Map<string, { readonly since: number; readonly notices: LiveNotice[] }>();
  /** Places of pointers that were told of here, the oldest first. */
  readonly #told = new Set<string>();
  #count = 0;
  /** Pointers of this process that are being told of. */
  #noting = 0;
  #isLooking = false;

  constructor(parts: PollParts) {
    this.#parts = parts;
  }

  get isFull(): boolean {
    return this.#count >= maxHeldPolls;
  }

  /**
   * What somebody is told next.
   *
   * @param rawId whose poll it is
   * @param cursor up to where they were told; moved on
   * @param hungUp aborted when nobody waits any more: then its place is free at once
   * @param isAlive whether their token is still good: it may have been revoked right before the poll was held
   */
  async next(rawId: string, cursor: Cursor, isAlive: () => boolean, hungUp?: AbortSignal): Promise<PollOutcome> {
    const { held, outcome } = this.#hold(this.#parts.userOf(rawId), cursor);
    if (!isAlive()) {
      held.end({ notices: [], cursor, isRefused: true });
      return outcome;
    }
    const letGo = () => held.end({ notices: [], cursor });
    hungUp?.addEventListener('abort', letGo, { once: true });
    if (hungUp?.aborted === true) {
      letGo();
      return outcome;
    }
    // Looked for while it is held, so that nothing falls between the two.
    while (!held.isReady) {
      held.isBehind = false;
      const notices = await this.#missed(rawId, held);
      held.isReady = !held.isBehind;
      if (notices.length > 0 || (held.isReady && held.passing.length > 0)) {
        // What waited for this poll is not for whoever was removed from the thread meanwhile.
        const passing = held.passing.filter(({ threadId }) => !isRemoved(rawId, threadId, notices));
        held.end({ notices: [...notices, ...passing], cursor: held.cursor });
        break;
      }
    }
    return outcome;
  }

  /** This process has put a pointer: nobody here has to wait until it is read. */
  note(pointer: Pointer): void {
    // Above that the look that comes every second finds it.
    if (this.#count > 0 && this.#noting < maxBeside) {
      this.#noting += 1;
      void this.#tell([pointer])
        .catch((error: unknown) => this.#parts.reportFailure(error))
        .finally(() => {
          this.#noting -= 1;
        });
    }
  }

  /** Tells those of a list whose polls are held here of what stands in no log. */
  tell(rawIds: readonly string[], notice: LiveNotice): void {
    for (const rawId of rawIds) {
      const between = this.#between.get(this.#parts.userOf(rawId));
      if (between !== undefined && between.notices.length < maxPassing) {
        between.notices.push(notice);
      }
      for (const held of this.#heldOf(rawId)) {
        if (held.isReady) {
          held.end({ notices: [notice], cursor: held.cursor });
        } else {
          held.passing.push(notice);
        }
      }
    }
  }

  /** Ends what somebody holds, because their tokens are not good any more. */
  refuse(user: string): void {
    for (const held of this.#held.get(user) ?? []) {
      held.end({ notices: [], cursor: held.cursor, isRefused: true });
    }
  }

  /** Ends all of them: the process is about to end. */
  stop(): void {
    for (const held of [...this.#held.values()].flatMap((each) => [...each])) {
      held.end({ notices: [], cursor: held.cursor });
    }
  }

  #hold(user: string, cursor: Cursor): { readonly held: Held; readonly outcome: Promise<PollOutcome> } {
    let end!: (outcome: PollOutcome) => void;
    const outcome = new Promise<PollOutcome>((resolve) => {
      end = resolve;
    });
    const held: Held = {
      cursor,
      isReady: false,
      isBehind: false,
      passing: [...(this.#between.get(user)?.notices ?? [])],
      end: (found) => {
        this.#letGo(user, held);
        end(found);
      },
    };
    this.#between.delete(user);
    const ofUser = this.#held.get(user) ?? new Set();
    this.#held.set(user, ofUser.add(held));
    this.#count += 1;
    void this.#endInTime(held);
    void this.#lookOnAndOn();
    return { held, outcome };
  }

  #letGo(user: string, held: Held): void {
    const ofUser = this.#held.get(user);
    if (ofUser?.delete(held) === true) {
      this.#count -= 1;
    }
    if (ofUser?.size === 0) {
      this.#held.delete(user);
      const now = this.#parts.clock.monotonic();
      this.#between.delete(user);
      this.#between.set(user, { since: now, notices: [] });
      for (const [other, { since }] of this.#between) {
        if (now - since < betweenPollsMs) {
          break;
        }
        this.#between.delete(other);
      }
    }
  }

  #heldOf(rawId: string): readonly Held[] {
    return [...(this.#held.get(this.#parts.userOf(rawId)) ?? [])];
  }

  async #endInTime(held: Held): Promise<void> {
    await this.#parts.pause(holdMs);
    held.end({ notices: [], cursor: held.cursor });
  }

  async #missed(rawId: string, held: Held): Promise<readonly LiveNotice[]> {
    const notices: LiveNotice[] = [];
    const { cursor } = held;
    for (const pointer of await this.#parts.pointers.behind(cursor.from)) {
      if (cursor.isBehind(pointer.place)) {
        const deliveries = await this.#parts.read(pointer, (each) => each === rawId);
        notices.push(...deliveries.flatMap((delivery) => delivery.notices));
        cursor.add(pointer.place);
      }
    }
    return notices;
  }

  async #lookOnAndOn(): Promise<void> {
    if (this.#isLooking) {
      return;
    }
    this.#isLooking = true;
    while (this.#count > 0) {
      await this.#parts.pause(lookEveryMs);
      if (this.#count === 0) {
        break;
      }
      try {
        // Else it is not known whose identity was deleted: of those nobody is told any more.
        await this.#parts.catchUp();
        // What another process has put may stand a little before what was read already.
        await this.#tell(await this.#parts.pointers.behind(this.#parts.pointers.before(lookBackMs)));
      } catch (error) {
        this.#parts.reportFailure(error);
      }
    }
    this.#isLooking = false;
  }

  async #tell(pointers: readonly Pointer[]): Promise<void> {
    for (const pointer of pointers.filter(({ place }) => !this.#told.has(place))) {
      this.#told.add(pointer.place);
      const deliveries = await this.#parts.read(pointer, (rawId) => this.#heldOf(rawId).length > 0);
      for (const { rawId, notices } of deliveries) {
        for (const held of this.#heldOf(rawId)) {
          if (!held.isReady) {
            held.isBehind = true;
          } else if (held.cursor.isBehind(pointer.place)) {
            held.cursor.add(pointer.place);
            held.end({ notices, cursor: held.cursor });
          }
        }
      }
      this.#passBy(pointer.place);
    }
    for (const place of this.#told) {
      if (this.#told.size <= maxToldPointers) {
        break;
      }
      this.#told.delete(place);
    }
  }

  /** Whom it was not for need not look at it again. */
  #passBy(place: string): void {
    for (const ofUser of this.#held.values()) {
      for (const held of ofUser) {
        if (held.isReady && held.cursor.isBehind(place)) {
          held.cursor.add(place);
        }
      }
    }
  }
}

/** Whether the last that somebody is told of their part in a thread is that it is over. */
function isRemoved(rawId: string, threadId: string, notices: readonly LiveNotice[]): boolean {
  const last = notices.findLast(
    (notice) =>
      notice.threadId === threadId &&
      (notice.kind === 'participantsAdded' || notice.kind === 'participantsRemoved') &&
      notice.people?.some(({ id }) => id === rawId) === true,
  );
  return last?.kind === 'participantsRemoved';
}
