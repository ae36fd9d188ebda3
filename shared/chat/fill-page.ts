// Goes down the log until a page of messages is full. A message stands at the number of its newest change; one that was
// changed after the walk began, or in a way that the reader does not see, stands where it was made. So a walk over several
// pages shows every message at least once, whatever is changed meanwhile, and each as it is in storage at that time.
import { type LogEntry, type LogView, ofColumn } from '../storage/index.js';
import { type IdentifiedMessage, placeOf, type ThreadState } from './model.js';
import type { ShowMessage } from './show-message.js';

/** Entries that one page looks at, whatever it finds. */
const maxLookedAt = 1_000;
/** Read at once when a page is not full; less would hardly be cheaper. */
const minRead = 25;

type Entries = Omit<LogView<ThreadState>, 'state' | 'asOf'>;

export interface PageToFill {
  readonly limit: number;
  /** Nothing created before this, product ms. */
  readonly from: number;
  /** The newest number when the walk began. */
  readonly head: number;
  readonly show: ShowMessage;
}

export interface FilledPage {
  /** Newest first. */
  readonly messages: readonly IdentifiedMessage[];
  /** What they were made of. */
  readonly entries: readonly LogEntry[];
  /** Where the next page begins; undefined on the last. */
  readonly before?: number;
}

export async function fillPage(first: Entries, { limit, from, head, show }: PageToFill): Promise<FilledPage> {
  const messages: IdentifiedMessage[] = [];
  const shown: LogEntry[] = [];
  const overtaken = new Set<number>();
  const { older, entriesAt } = first;
  let lookedAt = 0;
  for (let { entries, hasMore } = first; ; ) {
    lookedAt += entries.length;
    const rows = new Map(entries.map((entry) => [entry.sequence, entry]));
    const places = placesIn(entries, head, overtaken);
    for (let start = 0; start < places.length && messages.length < limit; ) {
      const some = places.slice(start, start + limit - messages.length);
      start += some.length;
      const missing = some.flatMap(({ of }) => (rows.has(of) ? [] : [of]));
      for (const entry of missing.length === 0 ? [] : await entriesAt(missing)) {
        rows.set(entry.sequence, entry);
      }
      for (const { place, of } of some) {
        const entry = rows.get(of);
        const message = entry && show(entry);
        if (
          entry !== undefined &&
          message !== undefined &&
          placeIn(message, head) === place &&
          message.createdOn >= from
        ) {
          messages.push(message);
          shown.push(entry);
        }
      }
      const last = some.at(-1)?.place;
      if (messages.length === limit && last !== undefined) {
        return isRest(entries, hasMore, last, from)
          ? { messages, entries: shown, before: last }
          : { messages, entries: shown };
      }
    }
    const oldest = entries.at(-1);
    if (!hasMore || oldest === undefined || oldest.at < from) {
      return { messages, entries: shown };
    }
    if (lookedAt >= maxLookedAt) {
      return { messages, entries: shown, before: oldest.sequence };
    }
    const wanted = Math.max(minRead, limit - messages.length);
    ({ entries, hasMore } = await older(Math.min(wanted, maxLookedAt - lookedAt), oldest.sequence));
  }
}

interface Place {
  readonly place: number;
  /** Number of the entry that may be shown there. */
  readonly of: number;
}

/** @param overtaken entries that were changed once more, further up */
function placesIn(entries: readonly LogEntry[], head: number, overtaken: Set<number>): readonly Place[] {
  return entries.flatMap(({ sequence, columns: { [ofColumn]: of } }): readonly Place[] => {
    if (typeof of !== 'number') {
      return [{ place: sequence, of: sequence }];
    }
    if (sequence > head || overtaken.has(of)) {
      return [];
    }
    overtaken.add(of);
    return [{ place: sequence, of }];
  });
}

function placeIn(message: IdentifiedMessage, head: number): number {
  const place = placeOf(message);
  return place > head ? message.sequence : place;
}

/** Whether something may follow what was looked at. Times never go backwards along the log. */
function isRest(entries: readonly LogEntry[], hasMore: boolean, last: number, from: number): boolean {
  const oldest = entries.at(-1);
  if (oldest === undefined || oldest.sequence >= last) {
    return hasMore && (oldest === undefined || oldest.at >= from);
  }
  return entries.some(({ sequence, at }) => sequence < last && at >= from);
}
