// Who gets no texts of a sender: a keyed hash of the two of them, and since when. Whether somebody has opted out is one
// point read. An erasure leaves it: whoever has opted out must not get texts because they were forgotten.
import { keyedHash } from '../auth/index.js';
import type { EraseStep } from '../data-map/index.js';
import { type Columns, eraseRows, type RowKeys, type Stored, type Table } from '../storage/index.js';
import { isLost } from './is-lost.js';

const hashBytes = 18;
const maxTries = 8;

export class OptOuts {
  readonly #table: Table;
  readonly #key: Buffer;

  /** @param key must stay the same for ever: what is kept as a hash is found by it alone */
  constructor(table: Table, key: Buffer) {
    this.#table = table;
    this.#key = key;
  }

  async has(resourceId: string, sender: string, recipient: string): Promise<boolean> {
    return (await this.#table.get<Columns>(resourceId, this.#rowKey(sender, recipient))) !== undefined;
  }

  /** Since when it holds stays as it was first said, beside when it was said last. @param now product ms */
  async add(resourceId: string, sender: string, recipient: string, now: number): Promise<void> {
    const keys = { partitionKey: resourceId, rowKey: this.#rowKey(sender, recipient) };
    const last = Math.floor(now);
    await this.#unlessChanged(keys, async (found) => {
      if (found === undefined) {
        await this.#table.insert({ ...keys, since: last, last });
      } else if (lastOf(found) < last) {
        await this.#table.update({ ...keys, last }, found.etag, 'merge');
      }
    });
  }

  /** @param upTo product ms: what was said later than that stays */
  async remove(resourceId: string, sender: string, recipient: string, upTo = Number.POSITIVE_INFINITY): Promise<void> {
    const keys = { partitionKey: resourceId, rowKey: this.#rowKey(sender, recipient) };
    await this.#unlessChanged(keys, async (found) => {
      if (found !== undefined && lastOf(found) <= upTo) {
        await this.#table.remove(keys.partitionKey, keys.rowKey, found.etag);
      }
    });
  }

  /** Again with what is there then, when somebody else was quicker. */
  async #unlessChanged(
    { partitionKey, rowKey }: RowKeys,
    change: (found: Stored<Columns> | undefined) => Promise<void>,
  ): Promise<void> {
    for (let tries = 0; tries < maxTries; tries++) {
      try {
        await change(await this.#table.get<Columns>(partitionKey, rowKey));
        return;
      } catch (error) {
        if (!isLost(error)) {
          throw error;
        }
      }
    }
    throw new Error('An opt-out changed too often to change it.');
  }

  /** Since when somebody gets nothing, once a sender. */
  async *of(resourceId: string, recipient: string): AsyncGenerator<{ readonly since: number }> {
    if (recipient === '') {
      return;
    }
    const hash = this.#hash('recipient', recipient);
    const range = { partition: resourceId, from: `${hash}!`, to: `${hash}"` };
    for await (const row of this.#table.rows<Columns>(range)) {
      yield { since: Number(row['since']) };
    }
  }

  removeAllOf(resourceId: string): Promise<EraseStep> {
    return eraseRows(this.#table, { partition: resourceId });
  }

  #rowKey(sender: string, recipient: string): string {
    return `${this.#hash('recipient', recipient)}!${this.#hash('sender', sender)}`;
  }

  #hash(kind: string, number: string): string {
    return keyedHash(this.#key, kind, number).subarray(0, hashBytes).toString('base64url');
  }
}

/** Product ms; earlier rows have the first time alone. */
function lastOf(row: Columns): number {
  return Number(row['last'] ?? row['since']);
}
