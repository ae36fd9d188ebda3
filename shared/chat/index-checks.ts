// Rows of the index of users that lead nowhere: an invitation that was refused, a thread that was never made. What one
// transaction writes for a thread has one check, written with it; when that is due, the thread is asked whether it knows the
// users, and the row of one that it does not know goes. The due index says when to look, so that nobody looks in vain.
import type { EraseStep } from '../data-map/index.js';
import {
  type Columns,
  type DueIndex,
  encodeTime,
  type Page,
  readLongText,
  type Row,
  StorageNotFound,
  type Table,
  writeLongText,
} from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';

/** Kind of the due work. */
export const checkUserIndexKind = 'check-user-index';

/** Longer than any request that writes a row may take, product ms: then the thread knows the user, or never will. */
const checkAfterMs = 5 * 60_000;
/** One entry of the due index is for all checks that a process writes in this time, product ms. */
const announcedForMs = 3 * 60_000;
/** `!` sorts before everything that an id may hold, so before all rows of users. */
const prefix = '!check~';
/** Each may name a hundred users. */
const checksPerStep = 200;

export class IndexChecks {
  readonly #due: DueIndex;
  readonly #clock: Clock;
  readonly #ids: Ids;
  #announced = { from: 0, until: 0 };

  constructor(due: DueIndex, clock: Clock, ids: Ids) {
    this.#due = due;
    this.#clock = clock;
    this.#ids = ids;
  }

  /** To be awaited before rows are written. @returns when they are to be checked, for their column `check` */
  async announce(): Promise<string> {
    const now = Math.ceil(this.#clock.now());
    const { from, until } = this.#announced;
    if (now < from || now >= until) {
      await this.#due.add({ kind: checkUserIndexKind, id: 'all', dueMs: now + announcedForMs + checkAfterMs });
      this.#announced = { from: now, until: now + announcedForMs };
    }
    return encodeTime(now + checkAfterMs);
  }

  /**
   * The check of rows of one thread, to be written with them.
   *
   * @param time from {@link announce}
   * @param resource immutable id of the resource that the thread belongs to
   */
  checkOf(
    partitionKey: string,
    time: string,
    thread: { readonly key: string; readonly resource: string },
    users: readonly string[],
  ): Row {
    const rowKey = `${prefix}${time}~${thread.key}~${this.#ids.uuid()}`;
    return withUsers({ partitionKey, rowKey, resource: thread.resource }, users);
  }

  forget(): void {
    this.#announced = { from: 0, until: 0 };
  }
}

/**
 * Takes a user out of the checks, from a page on: what is erased leads nowhere any more.
 *
 * @throws {StorageStale} when another erasure takes somebody out of the same one; to be repeated
 */
export async function eraseChecksOf(
  table: Table,
  partition: string,
  rawId: string,
  continuation?: string,
): Promise<EraseStep> {
  const range = { partition, from: prefix, to: `${prefix}~`, top: checksPerStep };
  const page = await table.query<Columns>({ ...range, ...(continuation !== undefined && { continuation }) });
  const emptied: string[] = [];
  for (const row of page.rows) {
    const { users } = readCheck(row);
    const others = users.filter((user) => user !== rawId);
    if (others.length === 0) {
      emptied.push(row.rowKey);
    } else if (others.length < users.length) {
      const { partitionKey, rowKey, etag, resource } = row;
      await unlessGone(table.update(withUsers({ partitionKey, rowKey, resource }, others), etag, 'replace'));
    }
  }
  await table.removeAll(partition, emptied);
  return page.continuation === undefined ? { erased: 0 } : { erased: 0, cursor: page.continuation };
}

/** A page of checks that are due at a time, product ms; oldest first. */
export function dueChecks(table: Table, partition: string, now: number): Promise<Page<Columns>> {
  const to = `${prefix}${encodeTime(Math.floor(now) + 1)}`;
  return table.query<Columns>({ partition, from: prefix, to, top: checksPerStep });
}

/** What a check is about; its time stands in the column `check` of each row unless that was written again since. */
export function readCheck(row: Columns & { readonly rowKey: string }) {
  const [time = '', threadKey = ''] = row.rowKey.slice(prefix.length).split('~');
  return { time, threadKey, users: JSON.parse(readLongText(row, 'users') ?? '[]') as string[] };
}

function withUsers(row: Row, users: readonly string[]): Row {
  const columns: Record<string, string> = {};
  writeLongText(columns, 'users', JSON.stringify(users));
  return { ...row, ...columns };
}

async function unlessGone(update: Promise<unknown>): Promise<void> {
  try {
    await update;
  } catch (error) {
    if (!(error instanceof StorageNotFound)) {
      throw error;
    }
  }
}
