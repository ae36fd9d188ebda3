// What carriers call texts: by it the text is found when a carrier reports on it by its own word. A row a text and word, so
// that of two texts that a carrier calls the same each keeps its own.
import type { Columns, Table } from '../storage/index.js';
import type { TextPart } from './model.js';
import type { Seals } from './seal.js';
import { textHash } from './text-hash.js';
import { rangeOfReference, referenceKey, type SentText, shardOfHash } from './text-rows.js';

export interface Referred {
  readonly guid: string;
  readonly part: TextPart;
}

export class TextReferences {
  readonly #table: Table;
  readonly #seals: Seals;
  readonly #key: Buffer;

  constructor(table: Table, seals: Seals, key: Buffer) {
    this.#table = table;
    this.#seals = seals;
    this.#key = key;
  }

  hashOf(reference: string): string {
    return textHash(this.#key, 'reference', reference);
  }

  /** Which part of a text each is, in their order. Doing it again changes nothing. @param now product ms */
  async add(
    references: readonly string[],
    guid: string,
    { hash, resourceId, keptUntil }: Pick<SentText, 'hash' | 'resourceId' | 'keptUntil'>,
    now: number,
  ): Promise<void> {
    for (const [index, reference] of references.entries()) {
      const part: TextPart = { number: index + 1, of: references.length };
      const referenceHash = this.hashOf(reference);
      await this.#table.upsert(
        {
          partitionKey: shardOfHash(referenceHash),
          rowKey: referenceKey(referenceHash, hash),
          resource: resourceId,
          sealed: this.#seals.close(reference, { guid, part }),
          at: now,
          keptUntil,
        },
        'replace',
      );
    }
  }

  /** @param references hashes of them */
  async remove(references: readonly string[], { hash }: Pick<SentText, 'hash'>): Promise<void> {
    for (const reference of references) {
      await this.#table.remove(shardOfHash(reference), referenceKey(reference, hash));
    }
  }

  /** @returns the text that the carrier calls so; of several, the last one */
  async find(reference: string): Promise<Referred | undefined> {
    const hash = this.hashOf(reference);
    const { rows } = await this.#table.query<Columns>({ partition: shardOfHash(hash), ...rangeOfReference(hash) });
    const [first] = rows.toSorted((one, other) => Number(other['at']) - Number(one['at']));
    return first && this.#seals.open<Referred>(reference, String(first['sealed']));
  }
}
