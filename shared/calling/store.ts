// How calls lie in storage: a partition each, which has one row, the document of the call. Whoever changes it names the ETag
// that they have read; when the call is over and everybody has been told, the row goes, and with it all that was known.
import type { EraseStep } from '../data-map/index.js';
import {
  type Columns,
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
import type { Call } from './model.js';

const rowKey = 'call';
const erasePage = 100;

/** A call as it was read or written. */
export interface StoredCall {
  readonly call: Call;
  readonly etag: string;
  /** Who hands on what is pending; empty when nobody does. */
  readonly holder: string;
  /** Until when, real ms. */
  readonly heldUntil: number;
}

export type Holding = Pick<StoredCall, 'holder' | 'heldUntil'>;

/** What the timer looks at. */
export interface CallGlance {
  readonly resourceId: string;
  readonly key: string;
  /** When something is to be done in it, product ms. */
  readonly wakeAt: number;
  readonly heldUntil: number;
  readonly heardOn: number;
}

export class CallStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async find(resourceId: string, key: string): Promise<StoredCall | undefined> {
    const row = await this.#table.get<Columns>(partitionOf(resourceId, key), rowKey);
    return row && toStoredCall(row);
  }

  /** @returns undefined when there is such a call already */
  async create(call: Call, holding: Holding): Promise<StoredCall | undefined> {
    try {
      return { call, ...holding, etag: await this.#table.insert(toRow(call, holding)) };
    } catch (error) {
      if (error instanceof StorageConflict) {
        return undefined;
      }
      throw error;
    }
  }

  /** @returns undefined when it has changed meanwhile, or is gone */
  async update({ etag }: StoredCall, call: Call, holding: Holding): Promise<StoredCall | undefined> {
    try {
      return { call, ...holding, etag: await this.#table.update(toRow(call, holding), etag, 'replace') };
    } catch (error) {
      if (isLost(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /** @returns whether it is gone, and nobody has changed it before */
  async remove({ call: { resourceId, key }, etag }: StoredCall): Promise<boolean> {
    try {
      await this.#table.remove(partitionOf(resourceId, key), rowKey, etag);
      return true;
    } catch (error) {
      if (error instanceof StorageNotFound) {
        return true;
      }
      if (error instanceof StorageStale) {
        return false;
      }
      throw error;
    }
  }

  /** All calls of the geography that are alive: nothing else lies in the table. */
  async *glances(): AsyncGenerator<CallGlance> {
    for await (const rows of this.#table.scans<Columns>({ select: ['wakeAt', 'heldUntil', 'heardOn'] })) {
      for (const row of rows) {
        yield {
          resourceId: row.partitionKey.slice(0, 36),
          key: row.partitionKey.slice(37),
          wakeAt: Number(row['wakeAt']),
          heldUntil: Number(row['heldUntil']),
          heardOn: Number(row['heardOn']),
        };
      }
    }
  }

  /** The same, whole. */
  async *all(): AsyncGenerator<Call> {
    for await (const { resourceId, key } of this.glances()) {
      const found = await this.find(resourceId, key);
      if (found !== undefined) {
        yield found.call;
      }
    }
  }

  /** Those of one resource. Calls are few beside all else, and gone soon, so nothing leads to the people in them. */
  async *allOf(resourceId: string): AsyncGenerator<StoredCall> {
    const partitions = { from: `${resourceId}~`, to: `${resourceId}~~` };
    const select = ['holder', 'heldUntil', ...longTextColumns('call')];
    for await (const rows of this.#table.scans<Columns>({ partitions, select, top: erasePage })) {
      yield* rows.map(toStoredCall);
    }
  }

  async removeAllOf(resourceId: string): Promise<EraseStep> {
    const partitions = { from: `${resourceId}~`, to: `${resourceId}~~` };
    const { rows, continuation } = await this.#table.scan({ partitions, top: erasePage, select: [] });
    for (const { partitionKey } of rows) {
      await this.#table.remove(partitionKey, rowKey);
    }
    return { erased: rows.length, ...(continuation !== undefined && { cursor: 'more' }) };
  }
}

function partitionOf(resourceId: string, key: string): string {
  return `${resourceId}~${key}`;
}

function toRow(call: Call, { holder, heldUntil }: Holding): Row {
  const columns: Record<string, string> = {};
  writeLongText(columns, 'call', JSON.stringify(call));
  return {
    partitionKey: partitionOf(call.resourceId, call.key),
    rowKey,
    resource: call.resourceId,
    wakeAt: wakeAtOf(call),
    heardOn: call.heardOn,
    holder,
    heldUntil,
    ...columns,
  };
}

/** When something happens in it by itself, or waits to be handed on. */
function wakeAtOf({ pending, orders, isOver, foreseen, endsAt }: Call): number {
  if (pending.length > 0 || orders.length > 0 || isOver) {
    return 0;
  }
  return Math.min(endsAt, foreseen[0]?.at ?? endsAt);
}

function toStoredCall(row: Stored<Columns>): StoredCall {
  return {
    call: JSON.parse(readLongText(row, 'call') ?? 'null') as Call,
    etag: row.etag,
    holder: String(row['holder']),
    heldUntil: Number(row['heldUntil']),
  };
}

function isLost(error: unknown): boolean {
  return error instanceof StorageStale || error instanceof StorageNotFound;
}
