// Removes entries of the due index whose delivery is done with, many at a time: they are superfluous, so it is no loss when
// a process dies with some. Only those that are not due yet: a due one may have been moved by another process.
import { BoundedCache } from '../auth/index.js';
import type { DueIndex, StoredDueEntry } from '../storage/index.js';
import type { Clock } from '../time/clock.js';

type Entry = StoredDueEntry & { readonly bucket: number };

const removedAtOnce = 50;
const maxRemembered = 10_000;

export class SpentEntries {
  readonly #due: DueIndex;
  readonly #clock: Clock;
  readonly #entries = new BoundedCache<Entry>(maxRemembered);
  readonly #spent = new Map<number, Entry[]>();

  constructor(due: DueIndex, clock: Clock) {
    this.#due = due;
    this.#clock = clock;
  }

  /** The entry that wakes this delivery now; the one before it is spent. */
  async replace(id: string, entry: Entry): Promise<void> {
    await this.spend(id);
    this.#entries.set(id, entry);
  }

  async spend(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      return;
    }
    this.#entries.delete(id);
    const spent = this.#spent.get(entry.bucket) ?? [];
    spent.push(entry);
    this.#spent.set(entry.bucket, spent);
    if (spent.length >= removedAtOnce) {
      await this.#remove(entry.bucket);
    }
  }

  async removeAll(): Promise<void> {
    for (const bucket of this.#spent.keys()) {
      await this.#remove(bucket);
    }
  }

  async #remove(bucket: number): Promise<void> {
    const entries = this.#spent.get(bucket) ?? [];
    this.#spent.delete(bucket);
    const now = this.#clock.now();
    await this.#due.remove(
      bucket,
      entries.filter(({ dueMs }) => dueMs > now),
    );
  }
}
