// The keys of pseudonyms: a random one for each person of a resource. A row that is written with a pseudonym is about
// somebody as long as their key is there; when it is destroyed, nobody can tell any more about whom it was.
import { BoundedCache, keyedHash } from '../auth/index.js';
import { type EraseStep, formatIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import { type Columns, eraseRows, StorageConflict, StorageNotFound, type Table } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { believedRawMs, rememberedLogKeys } from './log-limits.js';

export interface LogKeysParts {
  readonly table: Table;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Names a person's row; known here alone. */
  readonly hashKey: Buffer;
}

export interface PersonKey {
  readonly pseudonym: string;
  /** When it was made, product ms. */
  readonly since: number;
  /** Rows name them raw, where nobody can look. */
  readonly isRaw: boolean;
}

const buckets = 16;

interface KnownKey extends PersonKey {
  /** Monotonic ms. */
  readonly readAt: number;
}

export class LogKeys {
  readonly #parts: LogKeysParts;
  readonly #known = new BoundedCache<KnownKey>(rememberedLogKeys);

  constructor(parts: LogKeysParts) {
    this.#parts = parts;
  }

  async find(resourceId: string, identifier: PersonalIdentifier): Promise<PersonKey | undefined> {
    const keys = this.#keysOf(resourceId, identifier);
    const row = await this.#parts.table.get<Columns>(keys.partitionKey, keys.rowKey);
    return row && toPersonKey(row, identifier);
  }

  /** Made when there is none; from memory where possible. */
  async get(resourceId: string, identifier: PersonalIdentifier): Promise<PersonKey> {
    const { table, clock, ids } = this.#parts;
    const keys = this.#keysOf(resourceId, identifier);
    const remembered = this.#known.get(keys.rowKey);
    if (remembered !== undefined) {
      return remembered;
    }
    let found = await this.find(resourceId, identifier);
    if (found === undefined) {
      const row = { ...keys, key: ids.bytes(32).toString('base64'), since: Math.floor(clock.now()) };
      try {
        await table.insert(row);
        found = toPersonKey(row, identifier);
      } catch (error) {
        if (!(error instanceof StorageConflict)) {
          throw error;
        }
        return this.get(resourceId, identifier);
      }
    }
    this.#known.set(keys.rowKey, { ...found, readAt: clock.monotonic() });
    return found;
  }

  /**
   * Notes that rows name somebody raw, where these cannot be looked through; once, and then from memory for a minute: another
   * process may have destroyed the key, and what is written until then is there before the purge begins.
   */
  async markRaw(resourceId: string, identifier: PersonalIdentifier): Promise<void> {
    const keys = this.#keysOf(resourceId, identifier);
    const remembered = this.#known.get(keys.rowKey);
    if (remembered !== undefined && this.#parts.clock.monotonic() - remembered.readAt >= believedRawMs) {
      this.#known.delete(keys.rowKey);
    }
    const known = await this.get(resourceId, identifier);
    if (known.isRaw) {
      return;
    }
    try {
      await this.#parts.table.update({ ...keys, raw: true }, '*', 'merge');
      this.#known.set(keys.rowKey, { ...known, isRaw: true, readAt: this.#parts.clock.monotonic() });
    } catch (error) {
      if (!(error instanceof StorageNotFound)) {
        throw error;
      }
      // Destroyed by another process meanwhile.
      this.#known.delete(keys.rowKey);
      await this.markRaw(resourceId, identifier);
    }
  }

  /** Whether rows name anybody of a resource raw. */
  async hasRaw(resourceId: string): Promise<boolean> {
    for (let bucket = 0; bucket < buckets; bucket++) {
      const range = { partition: `${resourceId}~${bucket}`, select: ['raw'] };
      for await (const row of this.#parts.table.rows<Columns>(range)) {
        if (row['raw'] === true) {
          return true;
        }
      }
    }
    return false;
  }

  /** @returns whether there was one */
  async destroy(resourceId: string, identifier: PersonalIdentifier): Promise<boolean> {
    const { partitionKey, rowKey } = this.#keysOf(resourceId, identifier);
    this.#known.delete(rowKey);
    const row = await this.#parts.table.get<Columns>(partitionKey, rowKey);
    if (row !== undefined) {
      await this.#parts.table.removeAll(partitionKey, [rowKey]);
    }
    return row !== undefined;
  }

  /** @param cursor number of the bucket */
  async eraseResource(resourceId: string, cursor = '0'): Promise<EraseStep> {
    const bucket = Number(cursor);
    const { erased, cursor: more } = await eraseRows(this.#parts.table, { partition: `${resourceId}~${bucket}` });
    const next = more === undefined ? bucket + 1 : bucket;
    return next < buckets ? { erased, cursor: String(next) } : { erased };
  }

  /** Somebody was buried, or storage is another: what was known is asked for again. */
  forget(): void {
    this.#known.clear();
  }

  #keysOf(resourceId: string, identifier: PersonalIdentifier) {
    const hash = keyedHash(this.#parts.hashKey, resourceId, formatIdentifier(identifier));
    return { partitionKey: `${resourceId}~${(hash[0] ?? 0) % buckets}`, rowKey: hash.toString('base64url') };
  }
}

function toPersonKey(row: Readonly<Record<string, unknown>>, identifier: PersonalIdentifier): PersonKey {
  const key = Buffer.from(String(row['key']), 'base64');
  const hash = keyedHash(key, 'pseudonym', formatIdentifier(identifier)).subarray(0, 18);
  return { pseudonym: `p:${hash.toString('base64url')}`, since: Number(row['since']), isRaw: row['raw'] === true };
}
