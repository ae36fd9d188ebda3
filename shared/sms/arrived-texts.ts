// Texts that have come in: that they have, so that one that is told again has the same id, and what was done with each.
// Nothing of what they say, or whom they are from.
import { type Columns, type DueIndex, StorageConflict, StorageNotFound, type Table } from '../storage/index.js';
import { sentTextLifeMs } from './limits.js';
import { textHash } from './text-hash.js';
import { dropTextKind, incomingKey, shardOfHash } from './text-rows.js';

/** A text that has come in. */
export interface Arrived {
  /** When it came first, product ms. */
  readonly at: number;
  /** It said that somebody wants no more texts, or texts again, and that was done. */
  readonly isHeeded: boolean;
  readonly isTold: boolean;
}

export class ArrivedTexts {
  readonly #table: Table;
  readonly #due: DueIndex;
  readonly #key: Buffer;

  constructor(table: Table, due: DueIndex, key: Buffer) {
    this.#table = table;
    this.#due = due;
    this.#key = key;
  }

  /** Notes that a text has come in. @param now product ms */
  async add(guid: string, resourceId: string, now: number): Promise<Arrived> {
    const hash = this.#hashOf(guid);
    const keys = { partitionKey: shardOfHash(hash), rowKey: incomingKey(hash) };
    const found = await this.#table.get<Columns>(keys.partitionKey, keys.rowKey);
    if (found !== undefined) {
      return toArrived(found);
    }
    const keptUntil = now + sentTextLifeMs;
    await this.#due.add({ kind: dropTextKind, id: `i~${hash}`, dueMs: keptUntil });
    try {
      await this.#table.insert({ ...keys, resource: resourceId, createdOn: now, keptUntil, isTold: false });
      return { at: now, isHeeded: false, isTold: false };
    } catch (error) {
      if (!(error instanceof StorageConflict)) {
        throw error;
      }
      const other = await this.#table.get<Columns>(keys.partitionKey, keys.rowKey);
      return toArrived(other ?? { createdOn: now });
    }
  }

  /** Notes that its word was heeded, or that it was told. */
  async note(guid: string, what: Partial<Pick<Arrived, 'isHeeded' | 'isTold'>>): Promise<void> {
    const hash = this.#hashOf(guid);
    const row = { partitionKey: shardOfHash(hash), rowKey: incomingKey(hash), ...what };
    try {
      await this.#table.update(row, '*', 'merge');
    } catch (error) {
      if (!(error instanceof StorageNotFound)) {
        throw error;
      }
    }
  }

  async drop(hash: string): Promise<void> {
    await this.#table.remove(shardOfHash(hash), incomingKey(hash));
  }

  #hashOf(guid: string): string {
    return textHash(this.#key, 'incoming', guid);
  }
}

function toArrived(row: Columns): Arrived {
  return { at: Number(row['createdOn']), isHeeded: row['isHeeded'] === true, isTold: row['isTold'] === true };
}
