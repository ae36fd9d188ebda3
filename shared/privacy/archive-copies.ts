// Copies in archives of what is edited or deleted. Every process knows which resources have archives, or had some lately:
// an export announces itself before it reads anything. Only where that is so does a change cost anything more.
import { setTimeout as wait } from 'node:timers/promises';
import { announcementLifeMs, type Announcements, maxHearingDelayMs } from '../announcements/index.js';
import type { DueIndex } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Archives } from './export-archives.js';
import { dropChangedKind } from './due-kinds.js';

/** After this every process that looks has heard of an announcement, also when a timer is early; real time, ms. */
export const hearingMs = maxHearingDelayMs + 50;
/** The longest attempt and the life of its archive end before an announcement is forgotten; product ms. */
const announcedForMs = announcementLifeMs - 60 * 60_000;
/**
 * Product ms. So long after a change was begun it is done, and an archive that was asked for later holds nothing from
 * before. What it was read from was noted before; of whom it was is noted, at the latest, when the export has ended, which
 * the look waits for.
 */
const settledAfterMs = 60_000;

/** Whose words are changed, and in what whole, such as a chat thread. */
export interface ChangedWords {
  /** A random key. */
  readonly within: string;
  /**
   * Raw ids of those whose words, or what was said about whom, is replaced. Asked for only where there may be copies: before
   * the change is made, and, where an export has begun meanwhile or somebody else's words lay there by then, after it.
   */
  readonly whose: () => Promise<readonly string[]>;
}

export interface ArchiveCopiesParts {
  readonly archives: Archives;
  readonly announcements: Pick<Announcements, 'announce' | 'catchUp' | 'subjectOf' | 'versionOf'>;
  readonly due: DueIndex;
  readonly clock: Clock;
  /** {@link hearingMs}, or less where there are no other processes. */
  readonly hearingMs: number;
}

export class ArchiveCopies {
  readonly #parts: ArchiveCopiesParts;
  /** By resource: since when others have heard of its archives (monotonic ms), and until when they know (product ms). */
  readonly #heard = new Map<string, { readonly from: number; readonly until: number }>();

  constructor(parts: ArchiveCopiesParts) {
    this.#parts = parts;
  }

  /** To be awaited before an attempt at an export reads anything: when this resolves every process knows of it. */
  async announce(resourceId: string): Promise<void> {
    const { announcements, clock, hearingMs: delayMs } = this.#parts;
    const earlier = this.#heard.get(resourceId);
    // An emulator that is set back forgets announcements before their time.
    const isKnown = earlier !== undefined && clock.now() < earlier.until && (await this.#mayExist(resourceId));
    await announcements.announce(this.#channelOf(resourceId));
    const from = isKnown ? earlier.from : clock.monotonic() + delayMs;
    this.#heard.set(resourceId, { from, until: clock.now() + announcedForMs });
    const remaining = from - clock.monotonic();
    if (remaining > 0) {
      await wait(remaining);
    }
  }

  /**
   * Makes a change after which the earlier words are to be kept nowhere, and sees to the archives that hold them.
   *
   * @param requireAllowed throws when the change will be refused, so that nobody drops archives by trying
   * @returns and throws what the change does
   */
  async changing<Result>(
    resourceId: string,
    words: ChangedWords,
    change: () => Promise<Result>,
    requireAllowed?: () => Promise<void>,
  ): Promise<Result> {
    const foreseen = new Set<string>();
    if (await this.#mayExist(resourceId)) {
      await requireAllowed?.();
      for (const rawId of await words.whose()) {
        foreseen.add(rawId);
        // Before the commit point: a stop in between drops an archive for nothing.
        await this.#dropLater(resourceId, words.within, rawId);
      }
    }
    try {
      return await change();
    } finally {
      // An export may have begun just now. One that this look cannot know of reads only what the change has left.
      if (await this.#mayExist(resourceId)) {
        for (const rawId of await words.whose()) {
          if (!foreseen.has(rawId)) {
            await this.#dropLater(resourceId, words.within, rawId);
          }
        }
      }
    }
  }

  /** Drops all archives with something of a whole that nobody reads any more. May be done again. */
  async dropWhole(resourceId: string, within: string): Promise<void> {
    const { archives } = this.#parts;
    if (await this.#mayExist(resourceId)) {
      await archives.dropHolding(resourceId, archives.hashOfWhole(within));
    }
  }

  async #mayExist(resourceId: string): Promise<boolean> {
    const { announcements } = this.#parts;
    await announcements.catchUp();
    return announcements.versionOf(this.#channelOf(resourceId)) > 0;
  }

  async #dropLater(resourceId: string, within: string, rawId: string): Promise<void> {
    const { archives, clock, due } = this.#parts;
    const [whole, subject] = [archives.hashOfWhole(within), archives.hashOf({ kind: 'identity', rawId })];
    const dueMs = Math.ceil(clock.now()) + settledAfterMs;
    await due.add({ kind: dropChangedKind, id: [resourceId, dueMs, whole, subject].join('~'), dueMs });
  }

  #channelOf(resourceId: string): string {
    return this.#parts.announcements.subjectOf(`archives:${resourceId}`);
  }
}
