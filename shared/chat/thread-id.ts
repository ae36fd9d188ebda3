// Which thread an id leads to. An id finds a partition; whether it is the id of the thread that lies there is told by that
// thread's state and by nothing else: an id that was made elsewhere may look like one of ours.
import { hash } from 'node:crypto';
import type { ThreadState } from './model.js';
import { formatThreadId, parseThreadId, threadKeyBytes } from './thread-id-form.js';

export { looksLikeThreadId } from './thread-id-form.js';

export { threadKeyBytes };

/** What any id of a thread looks like, wherever it was made. */
const anyForm = /^19:[^\s\p{Cc}]{1,253}$/u;

/** A thread that is asked for by an id; its state has yet to tell whether it has that id. */
export interface AskedThread {
  /** Immutable id of the resource that was asked. */
  readonly resourceId: string;
  /** Partition in which the thread lies, if there is one. */
  readonly key: string;
  /** As it was asked for. */
  readonly id: string;
}

/** undefined when no thread could have the id. */
export function askedThread(resourceId: string, id: string): AskedThread | undefined {
  const key = threadKeyOf(resourceId, id);
  return key === undefined ? undefined : { resourceId, key, id };
}

/**
 * The partition in which a thread with this id lies: the key inside an id of our form, else a hash of the id, so that the
 * same id means different threads in two resources.
 */
export function threadKeyOf(resourceId: string, id: string): string | undefined {
  if (!anyForm.test(id)) {
    return undefined;
  }
  return (
    parseThreadId(id)?.key ??
    hash('sha256', `${resourceId} ${id}`, 'buffer').subarray(0, threadKeyBytes).toString('base64url')
  );
}

/** The id of a thread: the one that its state says, else the one that follows from its key and creation. */
export function threadIdOf(key: string, { id, createdOn }: Pick<ThreadState, 'id' | 'createdOn'>): string {
  return id ?? formatThreadId({ key, createdOn });
}

/** Whether this is the thread that was asked for: of that resource, and with exactly that id. */
export function isIdOf(state: ThreadState, { resourceId, key, id }: AskedThread): boolean {
  return state.resourceId === resourceId && threadIdOf(key, state) === id;
}
