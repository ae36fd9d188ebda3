// The connections that there are: a row each, by resource and user, until it is closed or its token has expired. They say
// whether somebody who closes one has another one left.
import { type DueIndex, StorageNotFound, type Stored, type Table } from '../storage/index.js';
import { maxPollsOfUser } from './limits.js';
import type { Via } from './presence.js';

/** Kind of the due work that drops a connection of which nobody has said that it is closed. */
export const dropConnectionKind = 'drop-connection';

export interface LiveConnection {
  /** Immutable id of the resource. */
  readonly resourceId: string;
  /** Keyed hash. */
  readonly user: string;
  readonly id: string;
  readonly via: Via;
  /** Product ms. */
  readonly since: number;
  /** When its token expires, product ms. */
  readonly until: number;
  /** Up to where whoever polls is told. */
  readonly place?: string;
}

/** So long it is tried to close a WebSocket whose token has run out, while the service fails; product ms. */
const closeTriesMs = 60 * 60_000;

/** A GUID. */
const resourceIdLength = 36;

type Place = Pick<LiveConnection, 'resourceId' | 'user' | 'id'>;

export interface ConnectionRow {
  readonly [column: string]: string | number;
  readonly via: string;
  readonly since: number;
  readonly until: number;
}

export class Connections {
  readonly #table: Table;
  readonly #due: Pick<DueIndex, 'add' | 'removeAllOf'>;

  constructor(table: Table, due: Pick<DueIndex, 'add' | 'removeAllOf'>) {
    this.#table = table;
    this.#due = due;
  }

  /** Two writes: the entry that drops it comes first. */
  async open(connection: LiveConnection): Promise<void> {
    const { via, since, until, place } = connection;
    const row = rowOf(connection);
    await this.#due.add({ kind: dropConnectionKind, id: `${row.partitionKey}!${row.rowKey}`, dueMs: until });
    await this.#table.upsert({ ...row, via, since, until, ...(place !== undefined && { place }) }, 'replace');
  }

  /** One of somebody; undefined when it is not there. */
  async find(connection: Place): Promise<ConnectionRow | undefined> {
    const { partitionKey, rowKey } = rowOf(connection);
    return this.#table.get<ConnectionRow>(partitionKey, rowKey);
  }

  /** Notes up to where whoever polls is told; nothing when it was closed meanwhile. */
  async moveOn(connection: Place, place: string): Promise<void> {
    try {
      await this.#table.update({ ...rowOf(connection), place }, '*', 'merge');
    } catch (error) {
      if (!(error instanceof StorageNotFound)) {
        throw error;
      }
    }
  }

  /** Succeeds too when it is not there. */
  async close(place: Place): Promise<void> {
    const { partitionKey, rowKey } = rowOf(place);
    await this.#table.remove(partitionKey, rowKey);
  }

  /** Whether somebody has a connection left: one query, as long as no page is empty. */
  async hasAny(place: Omit<Place, 'id'>): Promise<boolean> {
    for await (const rows of this.#table.pages({ ...rangeOf(place), top: 1, select: [] })) {
      if (rows.length > 0) {
        return true;
      }
    }
    return false;
  }

  async listOf(place: Omit<Place, 'id'>): Promise<readonly Stored<ConnectionRow>[]> {
    const found: Stored<ConnectionRow>[] = [];
    for await (const rows of this.#table.pages<ConnectionRow>(rangeOf(place))) {
      found.push(...rows);
    }
    return found;
  }

  async removeAllOf(place: Omit<Place, 'id'>): Promise<number> {
    const range = rangeOf(place);
    let removed = 0;
    for await (const rows of this.#table.pages({ ...range, select: [] })) {
      await this.#table.removeAll(
        range.partition,
        rows.map(({ rowKey }) => rowKey),
      );
      removed += rows.length;
    }
    return removed;
  }

  /**
   * Drops the oldest of those who poll where a further one would be too many. Nobody says that a page was left, so the old
   * ones are mostly those of pages that are gone; a window that is still there connects again with its next poll.
   */
  async makeRoom(place: Omit<Place, 'id'>): Promise<void> {
    const polling = (await this.listOf(place)).filter(({ via }) => via === 'poll');
    const oldestFirst = polling.toSorted((a, b) => Number(a['since']) - Number(b['since']));
    for (const { partitionKey, rowKey, until } of oldestFirst.slice(
      0,
      Math.max(0, polling.length + 1 - maxPollsOfUser),
    )) {
      await this.#table.remove(partitionKey, rowKey);
      await this.#due.removeAllOf({ kind: dropConnectionKind, id: `${partitionKey}!${rowKey}`, dueMs: Number(until) });
    }
  }

  /**
   * Due work: drops one whose time has come, if the row agrees.
   *
   * @param closeSocket closes it where it is kept: a client that says nothing would go on being told
   */
  async drop(dueId: string, now: number, closeSocket: (id: string) => Promise<void>): Promise<boolean> {
    const partitionKey = dueId.slice(0, resourceIdLength);
    const rowKey = dueId.slice(resourceIdLength + 1);
    const row = await this.#table.get<ConnectionRow>(partitionKey, rowKey);
    if (row !== undefined && Number(row.until) <= now) {
      if (row.via === 'socket') {
        await closeSocket(rowKey.slice(rowKey.indexOf('!') + 1)).catch((error: unknown) => {
          if (now < Number(row.until) + closeTriesMs) {
            throw error;
          }
        });
      }
      await this.#table.remove(partitionKey, rowKey);
    }
    return true;
  }
}

function rowOf({ resourceId, user, id }: Place) {
  return { partitionKey: resourceId, rowKey: `${user}!${id}` };
}

function rangeOf({ resourceId, user }: Omit<Place, 'id'>) {
  return { partition: resourceId, from: `${user}!`, to: `${user}"` };
}
