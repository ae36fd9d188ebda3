// Items that belong to a resource: partition = immutable id of the owner, a row an item.
import type { EraseStep } from '../data-map/index.js';
import { type Columns, eraseRows, type Stored, type Table } from '../storage/index.js';
import { itemKey, type ItemKind } from './item-kinds.js';
import type { Authorship } from '../resources/index.js';

export interface ArmItem extends Authorship {
  /** As it was written. */
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface StoredItem extends ArmItem {
  readonly key: string;
}

const pageItems = 100;

export class ArmItems {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async find(ownerId: string, kind: ItemKind, path: readonly string[]): Promise<StoredItem | undefined> {
    const row = await this.#table.get<Columns>(ownerId, itemKey(kind.letter, path));
    return row && toItem(row);
  }

  async put(ownerId: string, kind: ItemKind, path: readonly string[], item: ArmItem): Promise<void> {
    await this.keep(ownerId, { ...item, key: itemKey(kind.letter, path) });
  }

  /** Writes an item back under its key. */
  async keep(ownerId: string, { key, ...item }: StoredItem): Promise<void> {
    await this.#table.upsert({ partitionKey: ownerId, rowKey: key, content: JSON.stringify(item) }, 'replace');
  }

  /** Items of one parent, in the order of their names. */
  async page(
    ownerId: string,
    kind: ItemKind,
    parentPath: readonly string[],
    after?: string,
  ): Promise<{ items: StoredItem[]; next?: string }> {
    const prefix = itemKey(kind.letter, parentPath);
    const { rows, continuation } = await this.#table.query<Columns>({
      partition: ownerId,
      from: after === undefined ? `${prefix}!` : `${prefix}!${after} `,
      to: `${prefix}"`,
      top: pageItems,
    });
    const last = rows.at(-1)?.rowKey.slice(prefix.length + 1);
    return {
      items: rows.map(toItem),
      ...(continuation !== undefined && last !== undefined && { next: last }),
    };
  }

  /** Removes an item with all that is within it, itself last. */
  async remove(ownerId: string, kind: ItemKind, path: readonly string[]): Promise<void> {
    for (const letter of kind.within) {
      const prefix = itemKey(letter, path);
      const range = { partition: ownerId, from: `${prefix}!`, to: `${prefix}"` };
      while ((await eraseRows(this.#table, range)).cursor !== undefined) {}
    }
    await this.#table.remove(ownerId, itemKey(kind.letter, path));
  }

  async removeKey(ownerId: string, key: string): Promise<void> {
    await this.#table.remove(ownerId, key);
  }

  /** Everything of an owner, a thousand rows at a time. */
  removeAllOf(ownerId: string): Promise<EraseStep> {
    return eraseRows(this.#table, { partition: ownerId });
  }

  async *all(ownerId: string): AsyncGenerator<StoredItem> {
    for await (const row of this.#table.rows<Columns>({ partition: ownerId })) {
      yield toItem(row);
    }
  }
}

function toItem(row: Stored<Columns>): StoredItem {
  return { ...(JSON.parse(String(row['content'])) as ArmItem), key: row.rowKey };
}
