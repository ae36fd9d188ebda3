// What one process remembers of a partition's newest entries: fingerprints, so that a repeated request is recognised
// without a read, and ETags, so that a recent entry is amended without one.
import type { Columns } from './model.js';

/** The newest entries that are looked through for a repeated append: so many at least, */
export const recentEntryCount = 200;
/** and all of the last minute, product ms, because a client may wait that long before it repeats a request, */
export const recentEntryMs = 60_000;
/** but no more than so many. */
export const maxRecentEntries = 5_000;

/** Whether an entry is too far behind the newest one to be remembered. */
function isBehind(entry: { sequence: number; at: number }, newest: { sequence: number; at: number }): boolean {
  const distance = newest.sequence - entry.sequence;
  return distance >= maxRecentEntries || (distance >= recentEntryCount && newest.at - entry.at > recentEntryMs);
}

export interface RecentEntry {
  readonly sequence: number;
  readonly at: number;
  readonly etag: string | undefined;
  /** The columns that the log was told to remember. */
  readonly remembered: Columns;
  readonly fingerprint: string | undefined;
}

/** Counts the entries that all partitions of a log remember together. */
export interface MemoryBudget {
  entries: number;
}

export class RecentEntries {
  readonly #budget: MemoryBudget;
  /** In the order of sequence numbers. */
  readonly #bySequence = new Map<number, RecentEntry>();
  readonly #byFingerprint = new Map<string, RecentEntry>();

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  findRepeated(fingerprint: string): RecentEntry | undefined {
    return this.#byFingerprint.get(fingerprint);
  }

  find(sequence: number): RecentEntry | undefined {
    return this.#bySequence.get(sequence);
  }

  /** A new entry must be added in the order of sequence numbers; one that is there is replaced. */
  set(entry: RecentEntry): void {
    if (!this.#bySequence.has(entry.sequence)) {
      this.#budget.entries += 1;
    }
    this.#bySequence.set(entry.sequence, entry);
    if (entry.fingerprint !== undefined) {
      this.#byFingerprint.set(entry.fingerprint, entry);
    }
    for (const oldest of this.#bySequence.values()) {
      if (!isBehind(oldest, entry)) {
        break;
      }
      this.#remove(oldest);
    }
  }

  forget(): void {
    this.#budget.entries -= this.#bySequence.size;
    this.#bySequence.clear();
    this.#byFingerprint.clear();
  }

  #remove(entry: RecentEntry): void {
    this.#budget.entries -= 1;
    this.#bySequence.delete(entry.sequence);
    if (entry.fingerprint !== undefined) {
      this.#byFingerprint.delete(entry.fingerprint);
    }
  }
}
