// Puts a thread into storage, with the id that it gets here or with one that it brings along. Index rows come first, the
// thread's own transaction is the commit point: a stop in between leaves index rows that lead nowhere.
import { type Columns } from '../storage/index.js';
import { scheduleExpiry, withSchedule } from './expire-thread.js';
import { baseBehind, statedId } from './message-id.js';
import type { ThreadState } from './model.js';
import { namedBesideMembers, namedRow } from './named-people.js';
import { type ChatParts, onThread } from './parts.js';
import { threadKeyOf } from './thread-id.js';

export interface FirstEntry {
  readonly columns: Columns;
  /** The id of the message, when it brings one along; then every entry before it does too. */
  readonly id?: string;
}

/** Another thread lies where this one would: ids that were made elsewhere can be chosen so. */
export class PlaceTaken extends Error {
  override readonly name = 'PlaceTaken';
}

/**
 * @returns the state that is there now: that of an earlier call when this repeats one
 * @throws {PlaceTaken}
 */
export async function placeThread(
  parts: ChatParts,
  key: string,
  thread: ThreadState,
  entries: readonly FirstEntry[],
): Promise<ThreadState> {
  const { users, threads } = parts;
  const named = namedBesideMembers(
    thread,
    entries.map(({ columns }) => columns),
  );
  const ids = entries.flatMap(({ id }) => id ?? []);
  if (entries.slice(0, ids.length).some(({ id }) => id === undefined)) {
    throw new RangeError('Entries that bring ids along come before those that do not.');
  }
  const stated = ids.map((id, index) => statedId(id, index + 1));
  const state = withSchedule({
    ...thread,
    ...(named.length > 0 && { namesOthers: true as const }),
    ...(ids.length > 0 && { statedUpTo: ids.length, messageBase: baseBehind(thread, ids) }),
  });
  const indexed = { key, resource: state.resourceId };
  const members = state.members.map(({ id }) => id);
  await Promise.all([
    users.add(members, indexed, 0),
    users.addNamed(named, indexed),
    scheduleExpiry(parts, key, state),
  ]);
  const made = await onThread(() =>
    threads.create(
      key,
      state,
      entries.map(({ columns }, index) => ({ ...columns, ...stated[index]?.columns })),
      [...named.map(namedRow), ...stated.map(({ row }) => row)],
    ),
  );
  if (made.state.resourceId !== state.resourceId || made.state.id !== state.id) {
    throw new PlaceTaken();
  }
  return made.state;
}

/**
 * Places a thread that was made elsewhere. Its id, and those of its first messages, stay what they are; nothing is checked
 * that was decided there. Not for a request: whoever calls it vouches that the id belongs to the resource.
 *
 * @returns the thread's partition
 * @throws {PlaceTaken} {RangeError} when no thread could have the id
 */
export async function placeForeignThread(
  parts: ChatParts,
  thread: ThreadState & { readonly id: string },
  entries: readonly FirstEntry[],
): Promise<string> {
  const key = threadKeyOf(thread.resourceId, thread.id);
  if (key === undefined) {
    throw new RangeError('No thread can have this id.');
  }
  await placeThread(parts, key, thread, entries);
  return key;
}
