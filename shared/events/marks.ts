// Marks of logs that may hold events nobody has been told of: for each such log up to which number they have been told, and
// until when some process may append to it without saying so. Who appends writes the mark first, unless it has written one
// lately, so a warm append writes nothing else; who tells moves the number on, under a lease that stands in the same row.
//
// A mark goes only when everything up to the head has been told and nobody relies on it any more. So where there is none,
// everything has been told up to whatever the head is then.
import type { EraseStep } from '../data-map/index.js';
import {
  type Columns,
  eraseRows,
  maxTransactionActions,
  slicesOf,
  StorageConflict,
  StorageNotFound,
  StorageStale,
  type Stored,
  type Table,
} from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { markBuckets, markPartition } from './mark-places.js';
import { sendLimitMs, tellLeaseMs } from './limits.js';

/** Which log: of which resource, by its random key. */
export interface LogRef {
  readonly resourceId: string;
  readonly key: string;
}

export interface Mark extends LogRef {
  /** Up to here everything has been told. */
  readonly told: number;
  /** Product ms. */
  readonly until: number;
  /** Real ms; in the past when nobody is telling. */
  readonly leasedUntil: number;
  readonly etag: string;
}

/** A mark that this process may move on. */
export interface HeldMark extends Mark {
  readonly lease: string;
}

export class Marks {
  readonly #table: Table;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(table: Table, clock: Clock, ids: Ids) {
    this.#table = table;
    this.#clock = clock;
    this.#ids = ids;
  }

  /**
   * Says that the log may be appended to until a time. One transaction where there is a mark as was thought, or none; else two.
   *
   * @param newest number of its newest entry: where there is no mark, everything up to it has been told
   * @param isThere whether there probably is a mark
   */
  async put({ resourceId, key }: LogRef, until: number, newest: number, isThere: boolean): Promise<void> {
    const keys = { partitionKey: markPartition(resourceId, key), rowKey: key };
    for (let isFirst = true; ; isFirst = false) {
      try {
        if (!isFirst || !isThere) {
          await this.#table.insert({ ...keys, until, told: newest, lease: '', leasedUntil: 0 });
          return;
        }
      } catch (error) {
        if (!(error instanceof StorageConflict)) {
          throw error;
        }
      }
      try {
        await this.#table.update({ ...keys, until }, '*', 'merge');
        return;
      } catch (error) {
        // It went between the two; nobody else does that more than once in a quarter of an hour.
        if (!(error instanceof StorageNotFound)) {
          throw error;
        }
      }
    }
  }

  async find({ resourceId, key }: LogRef): Promise<Mark | undefined> {
    const row = await this.#table.get<Columns>(markPartition(resourceId, key), key);
    return row && toMark(row);
  }

  /** Takes a log for telling; undefined when somebody else has it, or it was changed since the mark was read. */
  async take(mark: Mark): Promise<HeldMark | undefined> {
    const now = this.#clock.realNow();
    if (mark.leasedUntil > now) {
      return undefined;
    }
    const lease = this.#ids.bytes(9).toString('base64url');
    const held = { ...mark, lease, leasedUntil: now + tellLeaseMs };
    try {
      return { ...held, etag: await this.#table.update(toRow(held), mark.etag, 'merge') };
    } catch (error) {
      if (isOvertaken(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /** Whether a lease is soon over, so that it is to be moved on before more is told. */
  isWorn({ leasedUntil }: HeldMark): boolean {
    return leasedUntil - this.#clock.realNow() < sendLimitMs + 1_000;
  }

  /** Moves a log on and keeps it. @returns undefined when it is this process's no more */
  advance(mark: HeldMark, told: number): Promise<HeldMark | undefined> {
    return this.#move({ ...mark, told, leasedUntil: this.#clock.realNow() + tellLeaseMs }, mark.lease);
  }

  /**
   * Gives logs back, moved on: of one partition a hundred in a transaction.
   *
   * @returns the marks as they are now, without those that were this process's no more
   */
  async giveBack(marks: readonly HeldMark[]): Promise<readonly Mark[]> {
    const partitions = new Map<string, HeldMark[]>();
    for (const mark of marks) {
      const partitionKey = markPartition(mark.resourceId, mark.key);
      partitions.set(partitionKey, [...(partitions.get(partitionKey) ?? []), mark]);
    }
    const given: Mark[] = [];
    for (const [partitionKey, some] of partitions) {
      for (const together of slicesOf(some, maxTransactionActions)) {
        given.push(...(await this.#giveBackTogether(partitionKey, together)));
      }
    }
    return given;
  }

  async #giveBackTogether(partitionKey: string, marks: readonly HeldMark[]): Promise<readonly Mark[]> {
    const free = marks.map((mark) => ({ ...mark, lease: '', leasedUntil: 0 }));
    if (free.length > 1) {
      try {
        const etags = await this.#table.transaction(
          partitionKey,
          free.map((mark) => ({ kind: 'update', row: toRow(mark), etag: mark.etag, mode: 'merge' })),
        );
        return free.map((mark, index) => ({ ...mark, etag: etags[index] ?? '' }));
      } catch (error) {
        if (!isOvertaken(error)) {
          throw error;
        }
      }
    }
    // One of them was changed; each for itself then.
    const given: Mark[] = [];
    for (const [index, mark] of free.entries()) {
      const moved = await this.#move(mark, marks[index]?.lease ?? '');
      if (moved !== undefined) {
        given.push(moved);
      }
    }
    return given;
  }

  /** Takes a mark away unless it was changed meanwhile. */
  async remove({ resourceId, key, etag }: Mark): Promise<void> {
    try {
      await this.#table.remove(markPartition(resourceId, key), key, etag);
    } catch (error) {
      if (!isOvertaken(error)) {
        throw error;
      }
    }
  }

  /** All marks of the geography, a page at a time: there is one for each log that was appended to lately. */
  async *pages(): AsyncGenerator<readonly Mark[]> {
    for await (const rows of this.#table.scans<Columns>()) {
      yield rows.map(toMark);
    }
  }

  /** @param cursor number of the bucket */
  async eraseResource(resourceId: string, cursor = '0'): Promise<EraseStep> {
    const bucket = Number(cursor);
    const { erased, cursor: more } = await eraseRows(this.#table, { partition: `${resourceId}~${bucket}` });
    const next = more === undefined ? bucket + 1 : bucket;
    return next < markBuckets ? { erased, cursor: String(next) } : { erased };
  }

  /** Under the lease: whoever appends changes nothing but how long they rely on the mark, and does not stand in the way. */
  async #move(mark: HeldMark, lease: string): Promise<HeldMark | undefined> {
    let { etag } = mark;
    for (;;) {
      try {
        return { ...mark, etag: await this.#table.update(toRow(mark), etag, 'merge') };
      } catch (error) {
        if (!isOvertaken(error)) {
          throw error;
        }
      }
      const found = await this.#table.get<Columns>(markPartition(mark.resourceId, mark.key), mark.key);
      if (found === undefined || found['lease'] !== lease) {
        return undefined;
      }
      ({ etag } = found);
    }
  }
}

function isOvertaken(error: unknown): boolean {
  return error instanceof StorageStale || error instanceof StorageNotFound;
}

function toRow({ resourceId, key, told, lease, leasedUntil }: HeldMark) {
  return { partitionKey: markPartition(resourceId, key), rowKey: key, told, lease, leasedUntil };
}

function toMark(row: Stored<Columns>): Mark {
  return {
    resourceId: row.partitionKey.slice(0, row.partitionKey.lastIndexOf('~')),
    key: row.rowKey,
    told: Number(row['told']),
    until: Number(row['until']),
    leasedUntil: Number(row['leasedUntil']),
    etag: row.etag,
  };
}
