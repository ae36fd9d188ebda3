// Ids of messages. An entry of the log has the id that it states; one that states none has its number counted from the
// thread's base: numeric and increasing like the service's, so that its place follows from it.
import type { Columns, Log, LogEntry } from '../storage/index.js';
import type { ThreadState } from './model.js';
import { parseThreadId } from './thread-id-form.js';
import type { AskedThread } from './thread-id.js';

/** Column of an entry that states its id. */
const idColumn = 'id';
/** Rows beside the log that find such entries begin with this. */
const idPrefix = 'id!';
const maxIdLength = 128;
const maxSequence = 9_999_999_998;
/** With any number added it is still counted exactly. */
const maxBase = Number.MAX_SAFE_INTEGER - 2 * maxSequence;

type IdFacts = Pick<ThreadState, 'createdOn' | 'messageBase' | 'statedUpTo'>;

export function messageIdOf(state: IdFacts, { sequence, columns }: Pick<LogEntry, 'sequence' | 'columns'>): string {
  const stated = columns[idColumn];
  return typeof stated === 'string' ? stated : countedId(state, sequence);
}

/** The id of an entry that states none. */
export function countedId({ createdOn, messageBase = createdOn }: IdFacts, sequence: number): string {
  return String(messageBase + sequence);
}

/** A row as it is to be written in place of another, with the id that the other states. */
export function withStatedId(columns: Columns, replaced: Columns): Columns {
  const stated = replaced[idColumn];
  return typeof stated === 'string' ? { ...columns, [idColumn]: stated } : columns;
}

/** What an entry that states its id is written with: a column of its own, and a row beside the log that leads to it. */
export function statedId(
  id: string,
  sequence: number,
): { columns: Columns; row: { rowKey: string; columns: Columns } } {
  return { columns: { [idColumn]: id }, row: { rowKey: rowKeyOf(id), columns: { sequence } } };
}

/**
 * The number of the entry with this id; undefined when there can be none. Costs a read only in a thread of which entries
 * state their ids, and only for ids as those.
 */
export async function sequenceOf(
  threads: Pick<Log<ThreadState>, 'beside'>,
  threadKey: string,
  state: IdFacts,
  messageId: string,
): Promise<number | undefined> {
  const { createdOn, messageBase = createdOn, statedUpTo = 0 } = state;
  const counted = countFrom(messageBase, messageId);
  if (counted !== undefined && counted > statedUpTo) {
    return counted;
  }
  if (statedUpTo === 0 || messageId === '' || messageId.length > maxIdLength) {
    return undefined;
  }
  const row = await threads.beside(threadKey, rowKeyOf(messageId));
  return row && Number(row['sequence']);
}

/**
 * Where a message is looked for while the state is still being read, because nearly every thread has an id of our form
 * and counts from its creation. A guess: {@link sequenceOf} decides.
 */
export function likelySequence({ id }: AskedThread, messageId: string): number | undefined {
  const formed = parseThreadId(id);
  return formed && countFrom(formed.createdOn, messageId);
}

/** From where a thread counts of which these entries state their ids: new ids are greater than all that are numbers. */
export function baseBehind({ createdOn, messageBase = createdOn }: IdFacts, statedIds: readonly string[]): number {
  const numbers = statedIds.filter((id) => /^\d{1,16}$/.test(id)).map(Number);
  return Math.max(messageBase, ...numbers.filter((id) => id <= maxBase).map((id) => id - statedIds.length));
}

function countFrom(base: number, messageId: string): number | undefined {
  if (!/^\d{1,16}$/.test(messageId)) {
    return undefined;
  }
  const sequence = Number(messageId) - base;
  // Written with zeros in front it would be another id.
  const isExact = String(base + sequence) === messageId;
  return isExact && sequence >= 1 && sequence <= maxSequence ? sequence : undefined;
}

/** Ids are opaque: not all that one may hold may stand in a row key. */
function rowKeyOf(messageId: string): string {
  return `${idPrefix}${Buffer.from(messageId).toString('base64url')}`;
}
