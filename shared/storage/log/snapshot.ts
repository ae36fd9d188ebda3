// What one process knows of a partition: state, newest sequence number, newest fingerprints, and since when it knows.
import type { Stored, Table } from '../table.js';
import { afterLog, isLogKey, rowKeyOf, sequenceOf, stateKey } from './keys.js';
import { longTextColumns, readLongText, writeLongText } from './long-text.js';
import { LogNotFound, type Columns } from './model.js';
import { type MemoryBudget, type RecentEntry, RecentEntries, recentEntryCount } from './recent-entries.js';

/**
 * A cached snapshot is used for appending at most this long, monotonic ms, after its last read or append began. Purging
 * relies on it: rows go no earlier than 60 s after a partition was closed.
 */
export const maxSnapshotAgeMs = 30_000;

export interface Snapshot<State> {
  state: State;
  /** Newest sequence number. */
  sequence: number;
  /** `at` of the newest entry, product ms. */
  lastAt: number;
  readonly recent: RecentEntries;
  /** Monotonic ms: when the read or append that this rests on began. */
  knownSince: number;
}

/** Write nonce → where its row lies; how an append of unknown outcome is settled. */
export type NewRows = ReadonlyMap<string, { readonly sequence: number; readonly at: number }>;

const columnsToKnow = ['nonce', 'at', 'fingerprint', ...longTextColumns('state')];

export interface Remembering {
  /** Columns of an entry that are kept in memory with it. */
  readonly remember: readonly string[];
  readonly budget: MemoryBudget;
}

/** Storage answers null for a selected column that a row does not have. */
export function toRecent(row: Stored<Columns>, remember: readonly string[]): RecentEntry {
  const { rowKey, etag, at, fingerprint } = row as Stored<Columns & { at: number }>;
  return {
    sequence: sequenceOf(rowKey),
    at,
    etag,
    remembered: rememberedColumns(row, remember),
    fingerprint: typeof fingerprint === 'string' ? fingerprint : undefined,
  };
}

export function rememberedColumns(columns: Columns, remember: readonly string[]): Columns {
  const kept: Record<string, string | number | boolean> = {};
  for (const name of remember) {
    const value = columns[name];
    if (value !== undefined && value !== null) kept[name] = value;
  }
  return kept;
}

export function encodeState(state: unknown): Record<string, string> {
  const columns: Record<string, string> = {};
  writeLongText(columns, 'state', JSON.stringify(state));
  return columns;
}

export function decodeState<State>(columns: Columns): State {
  const text = readLongText(columns, 'state');
  if (text === undefined) throw new LogNotFound('The partition has no state row.');
  return JSON.parse(text) as State;
}

/**
 * Reads what a process must know before it may append: one query.
 *
 * @param known what it knew before; only newer rows are read then
 * @throws {LogNotFound} when there is no state row
 */
export async function readSnapshot<State>(
  table: Table,
  partition: string,
  monotonicNow: number,
  known: Snapshot<State> | undefined,
  { remember, budget }: Remembering,
): Promise<{ snapshot: Snapshot<State>; newRows: NewRows }> {
  const newRows = new Map<string, { sequence: number; at: number }>();
  const rows: RecentEntry[] = [];
  let state: State | undefined;
  let continuation: string | undefined;
  const wanted = known === undefined ? recentEntryCount + 1 : Number.POSITIVE_INFINITY;
  let seen = 0;
  do {
    const page = await table.query<Columns>({
      partition,
      from: stateKey,
      to: known === undefined ? afterLog : rowKeyOf(known.sequence),
      top: Math.min(1000, recentEntryCount + 1),
      select: [...columnsToKnow, ...remember],
      ...(continuation !== undefined && { continuation }),
    });
    for (const entity of page.rows) {
      seen += 1;
      if (entity.rowKey === stateKey) state = decodeState<State>(entity);
      else if (isLogKey(entity.rowKey)) {
        const row = toRecent(entity, remember);
        rows.push(row);
        if (typeof entity['nonce'] === 'string') newRows.set(entity['nonce'], row);
      }
    }
    continuation = page.continuation;
  } while (continuation !== undefined && seen < wanted);
  if (state === undefined) throw new LogNotFound('The partition has no state row.');
  const recent = known?.recent ?? new RecentEntries(budget);
  const oldestFirst = rows.toReversed();
  for (const row of oldestFirst) recent.set(row);
  const newest = oldestFirst.at(-1);
  const snapshot: Snapshot<State> = {
    state,
    sequence: newest?.sequence ?? known?.sequence ?? 0,
    lastAt: newest?.at ?? known?.lastAt ?? 0,
    recent,
    knownSince: monotonicNow,
  };
  return { snapshot, newRows };
}
