// The revocation log: one time-ordered list of the identities revoked or deleted lately, and of the records that every
// instance must read again. Each process keeps its tail in memory and gives no verdict on a tail that it began to read
// more than two seconds ago. Subjects are keyed hashes: the list holds no id of anybody.
import { keyedHash } from '../auth/index.js';
import type { Columns, Storage, Table } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { revocationLifeMs } from './limits.js';
import { revocations } from './personal-data.js';
import { realTimeOf, revocationKey, revocationPartition } from './revocation-key.js';

/** Every instance that asks knows of an entry after this time, monotonic ms. */
export const maxRevocationDelayMs = 2_000;
/** How far the clocks of two instances, and the order of two writes, may be apart. */
const overlapMs = 60_000;
/** Below every generation that is not alive; a deleted identity has none that is. */
const deletedGeneration = Number.MAX_SAFE_INTEGER;

export interface RevocationLogParts {
  readonly storage: Storage;
  /** Key of the subject hashes; one a geography. */
  readonly subjectKey: Buffer;
  readonly clock: Clock;
  readonly ids: Ids;
}

export class RevocationLog {
  readonly #parts: RevocationLogParts;
  /** Subject → generations below this are dead. */
  readonly #dead = new Map<string, { generation: number; until: number }>();
  readonly #subjects = new WeakMap<object, string>();
  /** How many of the dead are deleted identities. */
  #buried = 0;
  #tailBegan = Number.NEGATIVE_INFINITY;
  #newestSeen = 0;
  #reading: Promise<void> | undefined;

  constructor(parts: RevocationLogParts) {
    this.#parts = parts;
  }

  /** A value that stands for the identity in the log; cheap enough per token, cached with it. */
  subjectOf(rawId: string): string {
    return keyedHash(this.#parts.subjectKey, rawId).subarray(0, 18).toString('base64url');
  }

  /** Brings what is known up to date when it is two seconds old; costs at most one query in two seconds. */
  async catchUp(): Promise<void> {
    for (let tries = 0; this.#age() >= maxRevocationDelayMs && tries < 3; tries++) {
      this.#reading ??= this.#readTail().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
  }

  /**
   * Whether a token is alive; to be asked after {@link catchUp}.
   *
   * @param token the same object each time that the same token is verified: its subject is remembered with it
   */
  isAlive(token: { readonly rawId: string; readonly identityGeneration: number }): boolean {
    let subject = this.#subjects.get(token);
    if (subject === undefined) {
      subject = this.subjectOf(token.rawId);
      this.#subjects.set(token, subject);
    }
    const generation = token.identityGeneration;
    const dead = this.#dead.get(subject);
    return dead === undefined || generation >= dead.generation;
  }

  /** Tells every instance within two seconds that a record has changed; see {@link versionOf}. */
  async announce(subject: string): Promise<void> {
    await this.#append(subject, this.#parts.clock.realNow());
  }

  /** Which announcement about a record is the newest one known; 0 when there was none lately. */
  versionOf(subject: string): number {
    return this.#dead.get(subject)?.generation ?? 0;
  }

  /** Whether the identity was deleted lately; by what is in memory, which a check of a token has brought up to date. */
  isBuried(rawId: string): boolean {
    return this.#buried > 0 && this.#dead.get(this.subjectOf(rawId))?.generation === deletedGeneration;
  }

  /** Until when it is remembered that the identity was deleted, product ms; by what is in memory, as above. */
  buriedUntil(rawId: string): number | undefined {
    const dead = this.#buried > 0 ? this.#dead.get(this.subjectOf(rawId)) : undefined;
    return dead?.generation === deletedGeneration ? dead.until : undefined;
  }

  /** When the identity was deleted, product ms; undefined when that was not lately. What is known is brought up to date. */
  async buriedOn(rawId: string): Promise<number | undefined> {
    await this.catchUp();
    const dead = this.#dead.get(this.subjectOf(rawId));
    return dead?.generation === deletedGeneration ? dead.until - revocationLifeMs : undefined;
  }

  /** Tokens below this generation are dead: here when this resolves, on every other instance two seconds later. */
  async revoke(rawId: string, generation: number): Promise<void> {
    await this.#append(this.subjectOf(rawId), generation);
  }

  /**
   * No token of this identity is alive any more, and none will be. What it wrote is hidden for {@link revocationLifeMs};
   * an erasure that takes longer buries it again.
   */
  async bury(rawId: string): Promise<void> {
    await this.#append(this.subjectOf(rawId), deletedGeneration);
  }

  forget(): void {
    this.#dead.clear();
    this.#buried = 0;
    this.#tailBegan = Number.NEGATIVE_INFINITY;
    this.#newestSeen = 0;
  }

  #age(): number {
    return this.#parts.clock.monotonic() - this.#tailBegan;
  }

  async #append(subject: string, generation: number): Promise<void> {
    const { clock, ids } = this.#parts;
    const until = clock.now() + revocationLifeMs;
    await this.#table().insert({
      partitionKey: revocationPartition,
      rowKey: revocationKey(clock.realNow(), ids.bytes(9).toString('base64url')),
      subject,
      generation,
      until,
    });
    this.#remember(subject, generation, until);
  }

  async #readTail(): Promise<void> {
    const { clock } = this.#parts;
    const began = clock.monotonic();
    const from = revocationKey(Math.max(0, Math.min(this.#newestSeen, clock.realNow()) - overlapMs), '');
    let continuation: string | undefined;
    do {
      const page = await this.#table().query<Columns>({
        partition: revocationPartition,
        from,
        top: 1000,
        ...(continuation !== undefined && { continuation }),
      });
      for (const row of page.rows) {
        this.#remember(String(row['subject']), Number(row['generation']), Number(row['until']));
        this.#newestSeen = Math.max(this.#newestSeen, realTimeOf(row.rowKey));
      }
      continuation = page.continuation;
    } while (continuation !== undefined);
    this.#tailBegan = began;
    this.#dropExpired(clock.now());
  }

  #remember(subject: string, generation: number, until: number): void {
    const known = this.#dead.get(subject);
    if (known !== undefined && known.generation >= generation && known.until >= until) return;
    if (generation === deletedGeneration && known?.generation !== deletedGeneration) this.#buried += 1;
    // Set anew, so that they stay in the order in which they expire.
    this.#dead.delete(subject);
    this.#dead.set(subject, {
      generation: Math.max(generation, known?.generation ?? 0),
      until: Math.max(until, known?.until ?? 0),
    });
  }

  #dropExpired(now: number): void {
    for (const [subject, { until, generation }] of this.#dead) {
      if (until > now) break;
      this.#dead.delete(subject);
      if (generation === deletedGeneration) this.#buried -= 1;
    }
  }

  #table(): Table {
    return this.#parts.storage.table(revocations);
  }
}
