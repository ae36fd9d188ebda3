// State and newest entries of partitions that are read often, in the memory of one process: bounded in bytes over all of them,
// by recent use. A partition lies here as it was at the number of its newest entry; whoever answers with it proves first that
// this is the newest one still.
import type { Clock } from '../../time/clock.js';
import { LookLater } from './look-later.js';
import type { LogEntry } from './model.js';
import { Remembered, type RememberedPeople } from './remembered.js';

/** Partitions of which is known that they were read once; their keys, and nothing else. */
const maxReadOnce = 10_000;
/** What nobody has asked for this long goes: what was deleted elsewhere since must not stay for ever. Monotonic ms. */
const maxUnusedMs = 10 * 60_000;
const lookEveryMs = 60_000;

export interface MemoryOptions<State> {
  readonly maxBytes: number;
  /** Whether anything may be answered by what is remembered: not while somebody changes rows and takes no number. */
  mayAnswer(): boolean;
  readonly people?: RememberedPeople<State>;
  readonly clock: Clock;
}

export class EntryMemory<State> {
  readonly #options: MemoryOptions<State>;
  /** In the order of use. */
  readonly #held = new Map<string, Remembered<State>>();
  readonly #readOnce = new Set<string>();
  #bytes = 0;
  readonly #look = new LookLater(lookEveryMs, () => {
    this.dropUnused();
    return this.#held.size > 0;
  });

  constructor(options: MemoryOptions<State>) {
    this.#options = options;
  }

  /** What all of it takes, by an estimate that is rather too high. */
  get bytes(): number {
    return this.#bytes;
  }

  find(partition: string): Remembered<State> | undefined {
    const found = this.#options.mayAnswer() ? this.#held.get(partition) : undefined;
    if (found !== undefined) {
      found.usedOn = this.#options.clock.monotonic();
      this.#held.delete(partition);
      this.#held.set(partition, found);
    }
    return found;
  }

  /** Whether a partition that is being read was read before; only then it is worth its place. */
  isReadAgain(partition: string): boolean {
    if (this.#options.maxBytes === 0 || !this.#options.mayAnswer()) {
      return false;
    }
    const isAgain = this.#readOnce.delete(partition);
    this.#readOnce.add(partition);
    for (const oldest of this.#readOnce) {
      if (this.#readOnce.size <= maxReadOnce) {
        break;
      }
      this.#readOnce.delete(oldest);
    }
    return isAgain;
  }

  /**
   * Takes a partition in, unless what is there is newer.
   *
   * @param entries newest first and dense, from the newest there is
   */
  put(partition: string, state: State, entries: readonly LogEntry[]): Remembered<State> | undefined {
    const [newest] = entries;
    const present = this.#held.get(partition);
    if (newest === undefined || (present !== undefined && present.newest.sequence >= newest.sequence)) {
      return undefined;
    }
    this.drop(partition);
    const remembered = new Remembered<State>(state, newest, this.#options.people);
    remembered.usedOn = this.#options.clock.monotonic();
    this.#held.set(partition, remembered);
    this.#look.begin();
    this.change(partition, (each) => each.addOlder(entries.slice(1)));
    return this.#held.get(partition);
  }

  /** Changes what is remembered of a partition, if anything is; it goes when somebody hidden is in it. */
  change(partition: string, change: (remembered: Remembered<State>) => void): void {
    const remembered = this.#held.get(partition);
    if (remembered === undefined) {
      return;
    }
    change(remembered);
    if (remembered.namesHidden) {
      this.drop(partition);
      return;
    }
    this.#bytes += remembered.takeGrowth();
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= this.#options.maxBytes) {
        break;
      }
      this.drop(oldest);
    }
  }

  drop(partition: string): void {
    const remembered = this.#held.get(partition);
    if (remembered !== undefined) {
      this.#held.delete(partition);
      this.#bytes -= remembered.counted;
    }
  }

  /** Drops whatever names somebody. @param subject stands for them */
  dropPerson(subject: string): void {
    for (const [partition, remembered] of this.#held) {
      if (remembered.names(subject)) {
        this.drop(partition);
      }
    }
  }

  /** Drops what was used longest ago, too long ago. */
  dropUnused(): void {
    const now = this.#options.clock.monotonic();
    for (const [partition, { usedOn }] of this.#held) {
      if (now - usedOn <= maxUnusedMs) {
        break;
      }
      this.drop(partition);
    }
  }

  dropAll(): void {
    this.#held.clear();
    this.#readOnce.clear();
    this.#bytes = 0;
  }
}
