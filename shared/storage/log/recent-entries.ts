// The newest entries' fingerprints of one partition: how a repeated request is recognised without a read.

/** How many of the newest entries are looked through for a repeated append. */
export const recentEntryCount = 200;

interface Recent {
  readonly sequence: number;
  readonly at: number;
}

export class RecentEntries {
  readonly #byFingerprint = new Map<string, Recent>();

  find(fingerprint: string): Recent | undefined {
    return this.#byFingerprint.get(fingerprint);
  }

  /** Must be called in the order of sequence numbers. */
  add(fingerprint: string, sequence: number, at: number): void {
    this.#byFingerprint.set(fingerprint, { sequence, at });
    for (const [oldest, { sequence: oldestSequence }] of this.#byFingerprint) {
      if (oldestSequence > sequence - recentEntryCount) break;
      this.#byFingerprint.delete(oldest);
    }
  }
}
