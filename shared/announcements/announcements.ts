// What every process must hear of soon, as one time-ordered list: identities revoked or deleted lately, and the records
// that are to be read again. Each process keeps its tail in memory and gives no verdict on a tail that it began to read
// more than two seconds ago. Subjects are keyed hashes: the list holds no id of anybody.
import { keyedHash } from '../auth/index.js';
import type { Columns, Table } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { announcementKey, announcementPartition, realTimeOf } from './announcement-key.js';
import { announcementLifeMs, maxHearingDelayMs } from './limits.js';

/** How far the clocks of two instances, and the order of two writes, may be apart. */
const overlapMs = 60_000;

/** The value that nothing comes after: of whom it is announced is gone for good. */
export const lastWord = Number.MAX_SAFE_INTEGER;

export interface AnnouncementsParts {
  /** That of the store `revocations`. */
  readonly table: Table;
  /** Key of the subject hashes; one a geography. */
  readonly subjectKey: Buffer;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface Announced {
  /** The greatest value that was announced of the subject. */
  readonly value: number;
  /** How long it is remembered, product ms. */
  readonly until: number;
}

export class Announcements {
  readonly #parts: AnnouncementsParts;
  readonly #known = new Map<string, Announced>();
  readonly #hearLastWord: ((subject: string) => void)[] = [];
  readonly #hearBehind: { readonly prefix: string; hear(rest: string, value: number): void }[] = [];
  readonly #hearOwn: ((subject: string) => void)[] = [];
  #lastWords = 0;
  #tailBegan = Number.NEGATIVE_INFINITY;
  #newestSeen = 0;
  #reading: Promise<void> | undefined;

  constructor(parts: AnnouncementsParts) {
    this.#parts = parts;
  }

  /** A value that stands for somebody or something in the list. */
  subjectOf(name: string): string {
    return keyedHash(this.#parts.subjectKey, name).subarray(0, 18).toString('base64url');
  }

  /** Brings what is known up to date when it is two seconds old; costs at most one query in two seconds. */
  async catchUp(): Promise<void> {
    for (let tries = 0; this.#age() >= maxHearingDelayMs && tries < 3; tries++) {
      this.#reading ??= this.#readTail().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
  }

  /** What is known of a subject, after {@link catchUp}; undefined when nothing was announced lately. */
  find(subject: string): Announced | undefined {
    return this.#known.get(subject);
  }

  /** Tells of every {@link lastWord} when this process hears of it. */
  onLastWord(hear: (subject: string) => void): void {
    this.#hearLastWord.push(hear);
  }

  /** Tells of every greater value of a subject that begins like this, when this process hears of it. */
  onBehind(prefix: string, hear: (rest: string, value: number) => void): void {
    this.#hearBehind.push({ prefix, hear });
  }

  /** Tells of every subject of which this process itself has announced something. */
  onOwn(hear: (subject: string) => void): void {
    this.#hearOwn.push(hear);
  }

  /** Whether any {@link lastWord} is known: mostly there is none, and nobody has to be looked up. */
  get hasLastWords(): boolean {
    return this.#lastWords > 0;
  }

  /** Tells every instance within two seconds: here when this resolves. Of a subject the greatest value counts. */
  async append(subject: string, value: number): Promise<void> {
    const { table, clock, ids } = this.#parts;
    const until = clock.now() + announcementLifeMs;
    await table.insert({
      partitionKey: announcementPartition,
      rowKey: announcementKey(clock.realNow(), ids.bytes(9).toString('base64url')),
      subject,
      generation: value,
      until,
    });
    this.#remember(subject, value, until);
    for (const hear of this.#hearOwn) {
      hear(subject);
    }
  }

  /** Tells every instance within two seconds that a record has changed; see {@link versionOf}. */
  async announce(subject: string): Promise<void> {
    await this.append(subject, this.#parts.clock.realNow());
  }

  /** Which announcement about a record is the newest one known; 0 when there was none lately. */
  versionOf(subject: string): number {
    return this.#known.get(subject)?.value ?? 0;
  }

  forget(): void {
    this.#known.clear();
    this.#lastWords = 0;
    this.#tailBegan = Number.NEGATIVE_INFINITY;
    this.#newestSeen = 0;
  }

  #age(): number {
    return this.#parts.clock.monotonic() - this.#tailBegan;
  }

  async #readTail(): Promise<void> {
    const { table, clock } = this.#parts;
    const began = clock.monotonic();
    const from = announcementKey(Math.max(0, Math.min(this.#newestSeen, clock.realNow()) - overlapMs), '');
    for await (const row of table.rows<Columns>({ partition: announcementPartition, from })) {
      this.#remember(String(row['subject']), Number(row['generation']), Number(row['until']));
      this.#newestSeen = Math.max(this.#newestSeen, realTimeOf(row.rowKey));
    }
    this.#tailBegan = began;
    this.#dropExpired(clock.now());
  }

  #remember(subject: string, value: number, until: number): void {
    const known = this.#known.get(subject);
    if (known !== undefined && known.value >= value && known.until >= until) {
      return;
    }
    if (value === lastWord && known?.value !== lastWord) {
      this.#lastWords += 1;
    }
    // Set anew, so that they stay in the order in which they expire.
    this.#known.delete(subject);
    this.#known.set(subject, {
      value: Math.max(value, known?.value ?? 0),
      until: Math.max(until, known?.until ?? 0),
    });
    if (value === lastWord && known?.value !== lastWord) {
      for (const hear of this.#hearLastWord) {
        hear(subject);
      }
    }
    // A smaller one may come later, where two clocks differ: it only lives on.
    if (value <= (known?.value ?? -1)) {
      return;
    }
    for (const { prefix, hear } of this.#hearBehind) {
      if (subject.startsWith(prefix)) {
        hear(subject.slice(prefix.length), value);
      }
    }
  }

  #dropExpired(now: number): void {
    for (const [subject, { until, value }] of this.#known) {
      if (until > now) {
        break;
      }
      this.#known.delete(subject);
      if (value === lastWord) {
        this.#lastWords -= 1;
      }
    }
  }
}
