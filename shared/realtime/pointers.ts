// Which stretches of which logs, and which receipts beside them, somebody who polls may have to be told of: pointers, in the
// order of time; they are told for two minutes, and removed by the sweep, about ten minutes after they were put at the latest.
// What stands at them is read when it is told. Processes that hold polls read the newest once a second.
import { type DueIndex, eraseRows, type Table } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { placeOfTime } from './pointer-place.js';
import { pointerLifeMs, pointerPageRows, sweepPointersMs } from './limits.js';

/** Kind of the due work that drops pointers that nobody comes for any more. */
export const dropPointersKind = 'drop-pointers';

/** The one partition. */
const pointerPartition = 'pointers';

/** From one number of a log to another, or what beside it says that somebody has read at this time (product ms). */
export type Pointed = { readonly first: number; readonly last: number } | { readonly readOn: number };

export type Pointer = Pointed & {
  /** Later ones are greater. */
  readonly place: string;
  /** Of the log. */
  readonly key: string;
};

interface PointerRow {
  readonly [column: string]: string | number;
  readonly key: string;
}

export interface PointersParts {
  readonly table: Table;
  readonly due: Pick<DueIndex, 'add'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

export class Pointers {
  readonly #parts: PointersParts;
  /** Until when an entry of the due index that this process has added sees to what it puts; product ms. */
  #seenTo = 0;

  constructor(parts: PointersParts) {
    this.#parts = parts;
  }

  /** The place of so long ago, real ms: what is put from now on is behind that of 0. */
  before(ms: number): string {
    return placeOfTime(this.#parts.clock.realNow() - ms);
  }

  /** One insert; one more once in three minutes, for the sweep. */
  async put(key: string, pointed: Pointed): Promise<Pointer> {
    const { table, due, clock, ids } = this.#parts;
    const now = clock.now();
    if (now > this.#seenTo || this.#seenTo - now > sweepPointersMs) {
      await due.add({ kind: dropPointersKind, id: pointerPartition, dueMs: now + sweepPointersMs });
      this.#seenTo = now + sweepPointersMs - pointerLifeMs;
    }
    const place = `${this.before(0)}~${ids.bytes(6).toString('base64url')}`;
    await table.insert({ partitionKey: pointerPartition, rowKey: place, key, ...pointed });
    return { place, key, ...pointed };
  }

  /** At most a thousand behind a place, and none that is older than they live: one query. */
  async behind(place: string): Promise<readonly Pointer[]> {
    const oldest = this.before(pointerLifeMs);
    const from = place > oldest ? place : oldest;
    const { rows } = await this.#parts.table.query<PointerRow>({
      partition: pointerPartition,
      from,
      top: pointerPageRows,
    });
    return rows
      .filter(({ rowKey }) => rowKey > place)
      .map(({ rowKey, key, ...row }) => ({ place: rowKey, key: String(key), ...pointedBy(row) }));
  }
}

function pointedBy({ readOn, first, last }: Readonly<Record<string, unknown>>): Pointed {
  return readOn === undefined ? { first: Number(first), last: Number(last) } : { readOn: Number(readOn) };
}

/** Due work. By real time: a pointer must not go because product time was moved. */
export async function dropPointers(table: Table, realNow: number): Promise<boolean> {
  const { cursor } = await eraseRows(table, { partition: pointerPartition, to: placeOfTime(realNow - pointerLifeMs) });
  const { rows } = await table.query({ partition: pointerPartition, top: 1, select: [] });
  return cursor === undefined && rows.length === 0;
}
