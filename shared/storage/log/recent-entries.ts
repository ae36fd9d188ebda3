// What one process remembers of a partition's newest entries: fingerprints, so that a repeated request is recognised,
// and what decides on a change in place, so that a recent entry is amended without one.
import { type Fingerprint, withoutContent } from './fingerprint.js';
import type { Columns } from './model.js';

/** The newest entries that are remembered: so many at least, */
export const recentEntryCount = 200;
/** and all of the last minute, product ms, because a client may wait that long before it repeats a request, not longer; */
export const recentEntryMs = 60_000;
/** no more than so many. */
export const maxRecentEntries = 5_000;

/** Columns of one entry that are remembered, characters; whoever changes one with longer ones reads it first. */
export const maxRememberedLength = 512;

/** Whether an entry is too far behind the newest one to be remembered. */
function isBehind(entry: { sequence: number; at: number }, newest: { sequence: number; at: number }): boolean {
  const distance = newest.sequence - entry.sequence;
  return distance >= maxRecentEntries || (distance >= recentEntryCount && newest.at - entry.at > recentEntryMs);
}

export interface RecentEntry {
  readonly sequence: number;
  readonly at: number;
  readonly etag: string | undefined;
  /** By which an append of unknown outcome is settled; a change in place leaves it. */
  readonly nonce: string | undefined;
  /** The columns that the log was told to remember; undefined when they are too long, or changed by another process. */
  readonly remembered: Columns | undefined;
  readonly fingerprint: Fingerprint | undefined;
}

/** Counts the entries that all partitions of a log remember together. */
export interface MemoryBudget {
  entries: number;
}

export class RecentEntries {
  readonly #budget: MemoryBudget;
  /** In the order of sequence numbers. */
  readonly #bySequence = new Map<number, RecentEntry>();
  /** The number of the newest of each request. */
  readonly #byRequest = new Map<string, number>();

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  /** The newest entry of its request, if that says the same and is not too long ago. @param at product ms */
  findRepeated({ request, content }: Fingerprint, at: number): RecentEntry | undefined {
    const newest = this.#bySequence.get(this.#byRequest.get(request) ?? 0);
    const isSame = newest?.fingerprint?.content === content;
    return isSame && at - newest.at <= recentEntryMs ? newest : undefined;
  }

  find(sequence: number): RecentEntry | undefined {
    return this.#bySequence.get(sequence);
  }

  all(): RecentEntry[] {
    return [...this.#bySequence.values()];
  }

  /** A new entry must be added in the order of sequence numbers; one that is there is replaced. */
  set(entry: RecentEntry): void {
    if (!this.#bySequence.has(entry.sequence)) {
      this.#budget.entries += 1;
    }
    this.#bySequence.set(entry.sequence, entry);
    if (entry.fingerprint !== undefined) {
      this.#byRequest.set(entry.fingerprint.request, entry.sequence);
    }
    for (const oldest of this.#bySequence.values()) {
      if (!isBehind(oldest, entry)) {
        break;
      }
      this.#remove(oldest);
    }
  }

  /** What the entry says was changed elsewhere, or deleted, so nothing is a repetition of it. */
  noteChange(sequence: number): void {
    this.unremember(sequence);
    const entry = this.#bySequence.get(sequence);
    if (entry?.fingerprint !== undefined) {
      this.#bySequence.set(sequence, { ...entry, fingerprint: withoutContent(entry.fingerprint) });
    }
  }

  /** What is remembered of it is not so any more; by its fingerprint it is still recognised. */
  unremember(sequence: number): void {
    const entry = this.#bySequence.get(sequence);
    if (entry !== undefined) {
      this.#bySequence.set(sequence, { ...entry, etag: undefined, remembered: undefined });
    }
  }

  unrememberAll(): void {
    for (const sequence of this.#bySequence.keys()) {
      this.unremember(sequence);
    }
  }

  /** Replaces an entry, if it is there. */
  replace(entry: RecentEntry): void {
    if (this.#bySequence.has(entry.sequence)) {
      this.#bySequence.set(entry.sequence, entry);
    }
  }

  forget(): void {
    this.#budget.entries -= this.#bySequence.size;
    this.#bySequence.clear();
    this.#byRequest.clear();
  }

  #remove(entry: RecentEntry): void {
    this.#budget.entries -= 1;
    this.#bySequence.delete(entry.sequence);
    const request = entry.fingerprint?.request;
    if (request !== undefined && this.#byRequest.get(request) === entry.sequence) {
      this.#byRequest.delete(request);
    }
  }
}
