// Finds rows of one table, in the order of their time, a portion at a time. Somebody's raw id finds their rows also where
// these have a pseudonym.
import { createHash } from 'node:crypto';
import { formatIdentifier, parseIdentifier } from '../data-map/index.js';
import { parseInstant } from '../time/instant.js';
import { maxRowsAnswered } from './log-limits.js';
import type { LogRow, LogTable } from './log-table.js';
import type { PersonLogs } from './person-logs.js';

export interface LogQuestion {
  readonly table: LogTable;
  /** Product ms, inclusive. */
  readonly since: number;
  /** Columns and what they are. */
  readonly where: Readonly<Record<string, string>>;
  /** `place` of the portion before. */
  readonly after?: string | undefined;
}

export interface LogPortion {
  readonly rows: readonly LogRow[];
  /** Where the next portion goes on; undefined when there are no more. */
  readonly place?: string;
}

const hourMs = 60 * 60_000;

export async function queryLogs(
  { segments, keys }: PersonLogs,
  resourceId: string,
  { table, since, where, after = '' }: LogQuestion,
): Promise<LogPortion> {
  const wanted = new Map<string, ReadonlySet<string>>();
  for (const [column, value] of Object.entries(where)) {
    const identifier = table.columns[column]?.person !== undefined ? parseIdentifier(value) : undefined;
    const pseudonym = identifier && (await keys.find(resourceId, identifier))?.pseudonym;
    const raw = identifier === undefined ? value : formatIdentifier(identifier);
    wanted.set(column, new Set(pseudonym === undefined ? [raw] : [raw, pseudonym]));
  }
  const first = Math.max(since, parseInstant(after.split('~')[0] ?? '') ?? 0);
  const found: { readonly place: string; readonly row: LogRow }[] = [];
  for await (const segment of segments.all(resourceId)) {
    if (segment.table !== table.name || segment.hour + hourMs <= first) {
      continue;
    }
    for (const row of await segments.read(segment)) {
      const place = placeOf(row);
      const isIn = (parseInstant(String(row['TimeGenerated'])) ?? 0) >= since && place > after;
      if (isIn && [...wanted].every(([column, values]) => values.has(String(row[column])))) {
        found.push({ place, row });
      }
    }
    keepEarliest(found);
  }
  found.sort(byPlace);
  // While pieces are joined a row may stand in two.
  const each = found.filter(({ place }, n) => place !== found[n - 1]?.place);
  const portion = each.slice(0, maxRowsAnswered);
  const last = portion.at(-1);
  return {
    rows: portion.map(({ row }) => row),
    ...(each.length > portion.length && last && { place: last.place }),
  };
}

/** Several may be about one mail at one time; the same row has the same place. */
function placeOf(row: LogRow): string {
  const hash = createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 16);
  return `${String(row['TimeGenerated'])}~${String(row['CorrelationId'])}~${hash}`;
}

/** Of many rows no more than twice a portion is in memory beside one piece. */
function keepEarliest(found: { readonly place: string }[]): void {
  if (found.length > 2 * maxRowsAnswered) {
    found.sort(byPlace);
    found.length = maxRowsAnswered + 1;
  }
}

function byPlace(one: { readonly place: string }, other: { readonly place: string }): number {
  return one.place < other.place ? -1 : 1;
}
