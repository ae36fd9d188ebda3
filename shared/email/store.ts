// How items that belong to a resource lie in a table: partition = immutable id of the owner, a row an item.
import type { EraseStep } from '../data-map/index.js';
import { type Columns, eraseRows, type Row, type Stored, type Table } from '../storage/index.js';
import type { OwnedPart } from '../resources/index.js';
import { domains, itemKey, type ItemKind } from './item-kinds.js';
import type { ArmItem, ItemKeeper, ItemPage, StoredItem } from './model.js';

const pageItems = 100;

export class ItemStore implements ItemKeeper {
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
  async keep(ownerId: string, item: ArmItem & Pick<StoredItem, 'key'>): Promise<void> {
    await this.#table.upsert(toItemRow(ownerId, item.key, item), 'replace');
  }

  /** Items of one parent, in the order of their names. */
  async page(ownerId: string, kind: ItemKind, parentPath: readonly string[], after?: string): Promise<ItemPage> {
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

  /** All of an owner, or the domain with what is within it. */
  async *within({ ownerId, domain }: OwnedPart): AsyncGenerator<StoredItem> {
    if (domain === undefined) {
      yield* this.all(ownerId);
      return;
    }
    const own = await this.find(ownerId, domains, [domain]);
    if (own !== undefined) {
      yield own;
    }
    for (const letter of domains.within) {
      const prefix = itemKey(letter, [domain]);
      for await (const row of this.#table.rows<Columns>({ partition: ownerId, from: `${prefix}!`, to: `${prefix}"` })) {
        yield toItem(row);
      }
    }
  }
}

export function toItem(row: Stored<Columns>): StoredItem {
  return { ...(JSON.parse(String(row['content'])) as ArmItem), key: row.rowKey, etag: row.etag };
}

export function toItemRow(ownerId: string, key: string, item: ArmItem & Partial<StoredItem>): Row {
  const { key: _key, etag: _etag, ...content } = item;
  return { partitionKey: ownerId, rowKey: key, content: JSON.stringify(content) };
}
