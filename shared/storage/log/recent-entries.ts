// What one process remembers of a partition's newest entries: fingerprints, so that a repeated request is recognised
// without a read, and ETags, so that a recent entry is amended without one.
import type { Columns } from './model.js';

/** How many of the newest entries are looked through for a repeated append. */
export const recentEntryCount = 200;

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
    if (!this.#bySequence.has(entry.sequence)) this.#budget.entries += 1;
    this.#bySequence.set(entry.sequence, entry);
    if (entry.fingerprint !== undefined) this.#byFingerprint.set(entry.fingerprint, entry);
    for (const oldest of this.#bySequence.values()) {
      if (oldest.sequence > entry.sequence - recentEntryCount) break;
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
    if (entry.fingerprint !== undefined) this.#byFingerprint.delete(entry.fingerprint);
  }
}
