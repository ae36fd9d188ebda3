// What one process knows of a partition: state, newest sequence number, newest fingerprints, and since when it knows.
import { maxPageRows, type Stored, type Table } from '../table.js';
import { fromColumn } from './fingerprint.js';
import { afterLog, isLogKey, rowKeyOf, sequenceOf, stateKey } from './keys.js';
import { longTextColumns, readLongText, writeLongText } from './long-text.js';
import { type Columns, LogNotFound, ofColumn, rewritesColumn } from './model.js';
import {
  maxRecentEntries,
  maxRememberedLength,
  type MemoryBudget,
  RecentEntries,
  type RecentEntry,
  recentEntryCount,
  recentEntryMs,
} from './recent-entries.js';
import type { RememberedPeople } from './remembered.js';

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

const columnsOfEntries = ['nonce', 'at', 'fingerprint'];
const columnsToKnow = [...columnsOfEntries, ofColumn, rewritesColumn, ...longTextColumns('state')];

export interface Remembering {
  /** Of an entry that names somebody hidden nothing is remembered. */
  readonly people: Pick<RememberedPeople<never>, 'inEntry' | 'subjectOf' | 'isHidden'> | undefined;
  /** Columns of an entry that are kept in memory with it. */
  readonly remember: readonly string[];
  readonly budget: MemoryBudget;
}

/** What is read of an entry that is to be changed. */
export function columnsToChange(remember: readonly string[]): readonly string[] {
  return [...columnsOfEntries, ...remember];
}

/**
 * Storage answers null for a selected column that a row does not have.
 *
 * @param maxLength of all that is remembered, characters
 */
export function toRecent(
  row: Stored<Columns>,
  remember: readonly string[],
  maxLength: number = maxRememberedLength,
): RecentEntry {
  const { rowKey, etag, at, fingerprint, nonce } = row as Stored<Columns & { at: number }>;
  return {
    sequence: sequenceOf(rowKey),
    at,
    etag,
    nonce: typeof nonce === 'string' ? nonce : undefined,
    remembered: rememberedColumns(row, remember, maxLength),
    fingerprint: fromColumn(fingerprint),
  };
}

/** undefined when they are too long to be remembered. */
export function rememberedColumns(
  columns: Columns,
  remember: readonly string[],
  maxLength: number = maxRememberedLength,
): Columns | undefined {
  const kept: Record<string, string | number | boolean> = {};
  let length = 0;
  for (const name of remember) {
    const value = columns[name];
    if (value !== undefined && value !== null) {
      kept[name] = value;
      length += typeof value === 'string' ? value.length : 0;
    }
  }
  return length > maxLength ? undefined : kept;
}

/** Newest first: whether the last of them need not be remembered any more. */
function isEnough(rows: readonly RecentEntry[]): boolean {
  const [newest] = rows;
  const oldest = rows.at(-1);
  if (newest === undefined || oldest === undefined || rows.length < recentEntryCount) {
    return false;
  }
  return rows.length >= maxRecentEntries || newest.at - oldest.at > recentEntryMs;
}

export function encodeState(state: unknown): Record<string, string> {
  const columns: Record<string, string> = {};
  writeLongText(columns, 'state', JSON.stringify(state));
  return columns;
}

export function decodeState<State>(columns: Columns): State {
  const text = readLongText(columns, 'state');
  if (text === undefined) {
    throw new LogNotFound('The partition has no state row.');
  }
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
  { remember, budget, people }: Remembering,
): Promise<{ snapshot: Snapshot<State>; newRows: NewRows }> {
  const newRows = new Map<string, { sequence: number; at: number }>();
  const rows: RecentEntry[] = [];
  const recent = known?.recent ?? new RecentEntries(budget);
  const isKept = keepsNobodyHidden(people);
  let state: State | undefined;
  let continuation: string | undefined;
  do {
    const page = await table.query<Columns>({
      partition,
      from: stateKey,
      to: known === undefined ? afterLog : rowKeyOf(known.sequence),
      // One query nearly always; more only while the last minute brought more than that.
      top: continuation === undefined ? recentEntryCount + 1 : maxPageRows,
      select: [...columnsToKnow, ...remember],
      ...(continuation !== undefined && { continuation }),
    });
    for (const entity of page.rows) {
      if (entity.rowKey === stateKey) {
        state = decodeState<State>(entity);
      } else if (isLogKey(entity.rowKey)) {
        const row = toRecent(entity, remember);
        rows.push(isKept(row.remembered) ? row : { ...row, remembered: undefined });
        forgetChanged(entity, recent);
        if (typeof entity['nonce'] === 'string') {
          newRows.set(entity['nonce'], row);
        }
      }
    }
    continuation = page.continuation;
    if (known === undefined && isEnough(rows)) {
      break;
    }
  } while (continuation !== undefined);
  if (state === undefined) {
    throw new LogNotFound('The partition has no state row.');
  }
  const oldestFirst = rows.toReversed();
  for (const row of oldestFirst) {
    recent.set(row);
  }
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

/** Whoever sent one entry has often sent many. */
function keepsNobodyHidden(people: Remembering['people']): (columns: Columns | undefined) => boolean {
  const hidden = new Map<string, boolean>();
  const isHidden = (person: string) => {
    const found = hidden.get(person) ?? people?.isHidden(people.subjectOf(person)) === true;
    hidden.set(person, found);
    return found;
  };
  return (columns) => columns === undefined || ![...(people?.inEntry(columns) ?? [])].some(isHidden);
}

/** What was known of an entry that another process has changed is not what it says any more. */
function forgetChanged(row: Columns, recent: RecentEntries): void {
  const { [ofColumn]: of, [rewritesColumn]: rewrites } = row;
  if (typeof of === 'number') {
    recent.noteChange(of);
  }
  if (typeof rewrites === 'number') {
    recent.unrememberAll();
  }
}
