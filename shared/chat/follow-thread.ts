// How a thread is followed from number to number by whoever tells others of it or hands it out: it may be gone meanwhile, and
// what an entry has changed lies elsewhere.
import { entriesBetween, type LogEntry, LogNotFound, ofColumn } from '../storage/index.js';
import type { ChatParts } from './parts.js';

/** @returns undefined when the thread is gone */
export async function unlessGone<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LogNotFound) {
      return undefined;
    }
    throw error;
  }
}

/** The entries from `first` to `last`, both included, oldest first. */
export async function entriesOf(
  { tables }: Pick<ChatParts, 'tables'>,
  key: string,
  first: number,
  last: number,
): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const entry of entriesBetween(tables.threads.of(key), key, first, last)) {
    entries.push(entry);
  }
  return entries;
}

/** The messages that entries have changed, as they are now; most were read with them. */
export async function readAmended(
  { threads }: Pick<ChatParts, 'threads'>,
  key: string,
  entries: readonly LogEntry[],
): Promise<ReadonlyMap<number, LogEntry>> {
  const here = new Map(entries.map((entry) => [entry.sequence, entry]));
  const found = new Map<number, LogEntry>();
  for (const { columns } of entries) {
    const sequence = columns['kind'] === 'amended' ? Number(columns[ofColumn]) : undefined;
    if (sequence !== undefined && !found.has(sequence)) {
      const entry = here.get(sequence) ?? (await threads.entry(key, sequence)).entry;
      if (entry !== undefined) {
        found.set(sequence, entry);
      }
    }
  }
  return found;
}
