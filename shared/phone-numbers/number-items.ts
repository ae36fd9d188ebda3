// What a resource has beside its numbers: searches, reservations, what is being released or changed, SIP routing; and by
// which numbers are its own, a superset index: written before a number becomes its own, removed after, checked when read.
import type { EraseStep } from '../data-map/index.js';
import {
  type Columns,
  eraseRows,
  isKey,
  longTextColumns,
  readLongText,
  type Row,
  StorageConflict,
  StorageNotFound,
  StorageStale,
  type Stored,
  type Table,
  writeLongText,
} from '../storage/index.js';
import { digitsOf, type NumberCapabilities, type NumberReservation, type NumberSearch } from './model.js';
import type { SipConfiguration } from './sip/model.js';

/** What is kept under each kind. */
export interface ItemContents {
  /** By its digits: a number that the resource has, or had just now; and by which purchase. */
  readonly number: { readonly purchase: string };
  readonly search: NumberSearch;
  readonly reservation: NumberReservation;
  /** By the id of the reservation: that it holds numbers, or did just now. */
  readonly place: Record<string, never>;
  /** By the id of the operation: what is being given back, and by which purchase it was had. */
  readonly release: { readonly phoneNumber: string; readonly purchase: string };
  /** By the id of the operation. */
  readonly update: {
    readonly phoneNumber: string;
    readonly purchase: string;
    readonly capabilities: NumberCapabilities;
  };
  readonly sip: SipConfiguration;
  /** That the emulator has given the resource its number. */
  readonly seed: Record<string, never>;
}
export type ItemKind = keyof ItemContents;

export interface NumberItem<Kind extends ItemKind> {
  readonly id: string;
  readonly content: ItemContents[Kind];
  readonly etag: string;
}

export class NumberItems {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async find<Kind extends ItemKind>(resourceId: string, kind: Kind, id: string): Promise<NumberItem<Kind> | undefined> {
    const rowKey = keyOf(kind, id);
    const row = isKey(rowKey) ? await this.#table.get<Columns>(resourceId, rowKey) : undefined;
    return row && toItem<Kind>(row);
  }

  /** Whether or not it is there. */
  async put<Kind extends ItemKind>(
    resourceId: string,
    kind: Kind,
    id: string,
    content: ItemContents[Kind],
  ): Promise<string> {
    return this.#table.upsert(toRow(resourceId, kind, id, content), 'replace');
  }

  /**
   * Writes it if it is still as it was read.
   *
   * @param etag undefined when there was none
   * @returns the new ETag; undefined when somebody else was first
   */
  async change<Kind extends ItemKind>(
    resourceId: string,
    kind: Kind,
    id: string,
    content: ItemContents[Kind],
    etag: string | undefined,
  ): Promise<string | undefined> {
    const row = toRow(resourceId, kind, id, content);
    try {
      return await (etag === undefined ? this.#table.insert(row) : this.#table.update(row, etag, 'replace'));
    } catch (error) {
      if (error instanceof StorageConflict || error instanceof StorageStale || error instanceof StorageNotFound) {
        return undefined;
      }
      throw error;
    }
  }

  async drop(resourceId: string, kind: ItemKind, id: string): Promise<void> {
    await this.#table.remove(resourceId, keyOf(kind, id));
  }

  /** The same, unless somebody has written it since. */
  async dropUnchanged(resourceId: string, kind: ItemKind, { id, etag }: { id: string; etag: string }): Promise<void> {
    try {
      await this.#table.remove(resourceId, keyOf(kind, id), etag);
    } catch (error) {
      if (!(error instanceof StorageStale || error instanceof StorageNotFound)) {
        throw error;
      }
    }
  }

  /**
   * All of a kind, in the order of their ids.
   *
   * @param page.after the id of the one before
   * @param page.top how many are read at once
   */
  async *all<Kind extends ItemKind>(
    resourceId: string,
    kind: Kind,
    { after, top }: { readonly after?: string | undefined; readonly top?: number } = {},
  ): AsyncGenerator<NumberItem<Kind>> {
    const from = keyOf(kind, after === undefined ? '' : `${after}!`);
    const range = { partition: resourceId, from, to: keyOf(kind, '~'), ...(top !== undefined && { top }) };
    for await (const row of this.#table.rows<Columns>({ ...range, select: longTextColumns('content') })) {
      yield toItem<Kind>(row);
    }
  }

  /** The first ids of a kind. */
  async *ids(resourceId: string, kind: ItemKind, count: number): AsyncGenerator<string> {
    const range = { partition: resourceId, from: keyOf(kind, ''), to: keyOf(kind, '~'), top: count };
    let left = count;
    for await (const { rowKey } of this.#table.rows({ ...range, select: [] })) {
      yield idOf(rowKey);
      left -= 1;
      if (left === 0) {
        return;
      }
    }
  }

  /**
   * The numbers of the index: those of the resource, and perhaps some that are not its own any more.
   *
   * @param after digits of the one before
   */
  async *numbers(resourceId: string, after = ''): AsyncGenerator<string> {
    const from = keyOf('number', after === '' ? '' : `${after}!`);
    const range = { partition: resourceId, from, to: keyOf('number', '~') };
    for await (const { rowKey } of this.#table.rows({ ...range, select: [] })) {
      yield `+${idOf(rowKey)}`;
    }
  }

  /** Removes everything of a resource that is deleted, a thousand at a time. */
  removeAllOf(resourceId: string): Promise<EraseStep> {
    return eraseRows(this.#table, { partition: resourceId });
  }
}

/** The id of a number in the index. */
export function numberId(phoneNumber: string): string {
  return digitsOf(phoneNumber);
}

function keyOf(kind: ItemKind, id: string): string {
  return `${kind}~${id}`;
}

function idOf(rowKey: string): string {
  return rowKey.slice(rowKey.indexOf('~') + 1);
}

function toRow<Kind extends ItemKind>(resourceId: string, kind: Kind, id: string, content: ItemContents[Kind]): Row {
  const row: Record<string, string> & { partitionKey: string; rowKey: string } = {
    partitionKey: resourceId,
    rowKey: keyOf(kind, id),
  };
  writeLongText(row, 'content', JSON.stringify(content));
  return row;
}

function toItem<Kind extends ItemKind>(row: Stored<Columns>): NumberItem<Kind> {
  const content = JSON.parse(readLongText(row, 'content') ?? '{}') as ItemContents[Kind];
  return { id: idOf(row.rowKey), content, etag: row.etag };
}
