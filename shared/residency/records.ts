// How residency records lie in a table: one partition, for each day a row a store and behind them a row that says that the
// record is complete.
import { type Columns, type DueIndex, readLongText, type Stored, type Table, writeLongText } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import { readFormerCount } from './former-count.js';
import {
  dropResidencyKind,
  type Figure,
  foreignIn,
  notCounted,
  type ResidencyRecord,
  type StoreCount,
} from './model.js';

const partition = 'record';
/** Sorts behind every name of a store. */
const complete = '~complete';
const latestPartition = 'latest';

export interface ResidencyRecordsParts {
  readonly table: Table;
  readonly due: DueIndex;
  readonly clock: Clock;
  /** Product ms. */
  readonly keptForMs: number;
}

export class ResidencyRecords {
  readonly #parts: ResidencyRecordsParts;
  readonly #table: Table;

  constructor(parts: ResidencyRecordsParts) {
    this.#parts = parts;
    this.#table = parts.table;
  }

  /** Writing it again, after a crash, replaces it. */
  async saveStore(day: string, count: StoreCount): Promise<void> {
    const { items, foreign, unchecked } = count;
    const row: Record<string, string | number> = {
      ...(items !== notCounted && { items }),
      ...(foreign !== notCounted && { foreign }),
      unchecked,
    };
    writeLongText(row, 'resources', JSON.stringify(count.resources));
    await this.#table.upsert({ ...row, partitionKey: partition, rowKey: `${day}~${count.store}` }, 'replace');
  }

  /** Makes the record of the day complete. */
  async complete(day: string, startedOn: number): Promise<ResidencyRecord> {
    const { due, clock, keptForMs } = this.#parts;
    const endedOn = clock.now();
    const keptUntil = endedOn + keptForMs;
    await due.add({ kind: dropResidencyKind, id: day, dueMs: keptUntil });
    const stores = (await this.#rows(day)).filter((row) => !row.rowKey.endsWith(complete)).map(toStoreCount);
    const record = { day, startedOn, endedOn, stores };
    const row = { startedOn, endedOn, keptUntil };
    await this.#table.upsert({ ...row, partitionKey: partition, rowKey: `${day}${complete}` }, 'replace');
    const latest = { partitionKey: latestPartition, rowKey: 'latest', day, foreign: foreignIn(record) };
    await this.#table.upsert(latest, 'replace');
    return record;
  }

  /** Which complete record is the newest, and what it found foreign; undefined while there is none. */
  async latest(): Promise<{ readonly day: string; readonly foreign: number } | undefined> {
    const row = await this.#table.get<Columns>(latestPartition, 'latest');
    return row && { day: String(row['day']), foreign: Number(row['foreign']) };
  }

  /** undefined when there is none of this day, it is not complete, or its time is over. */
  async find(day: string): Promise<ResidencyRecord | undefined> {
    const rows = await this.#rows(day);
    const last = rows.find(({ rowKey }) => rowKey.endsWith(complete));
    if (last === undefined || Number(last['keptUntil']) <= this.#parts.clock.now()) {
      return undefined;
    }
    const stores = rows.filter((row) => row !== last).map(toStoreCount);
    return { day, startedOn: Number(last['startedOn']), endedOn: Number(last['endedOn']), stores };
  }

  /** Due work: removes the record of a day whose time has come. One that was made anew is kept longer, and due then. */
  async drop(day: string): Promise<boolean> {
    const rows = await this.#rows(day);
    const last = rows.find(({ rowKey }) => rowKey.endsWith(complete));
    const keptUntil = Number(last?.['keptUntil'] ?? 0);
    if (keptUntil > this.#parts.clock.now()) {
      await this.#parts.due.add({ kind: dropResidencyKind, id: day, dueMs: keptUntil });
      return true;
    }
    // The one that tells of the others goes last.
    for (const row of rows) {
      if (row !== last) {
        await this.#table.remove(partition, row.rowKey);
      }
    }
    if (last !== undefined) {
      await this.#table.remove(partition, last.rowKey);
    }
    return true;
  }

  /** A day has as many rows as there are stores, which fit into a page. */
  async #rows(day: string): Promise<readonly Stored<Columns>[]> {
    const { rows } = await this.#table.query<Columns>({ partition, from: `${day}~`, to: `${day}~~~` });
    return rows;
  }
}

function toStoreCount(row: Stored<Columns>): StoreCount {
  const store = row.rowKey.slice(row.rowKey.indexOf('~') + 1);
  const resources = JSON.parse(readLongText(row, 'resources') ?? '{}') as Record<string, number>;
  if (row['unchecked'] === undefined) {
    return readFormerCount({ store, resources, items: Number(row['items']), foreign: Number(row['foreign']) });
  }
  const figure = (column: string): Figure => (row[column] === undefined ? notCounted : Number(row[column]));
  return { store, resources, items: figure('items'), foreign: figure('foreign'), unchecked: Number(row['unchecked']) };
}
