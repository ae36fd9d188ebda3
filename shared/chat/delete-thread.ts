// Deleting a thread: unreadable for everybody at once; its rows go when no process can hold an old cache any more. Those
// who took part may delete it again as long as it is known that they did.
import { Fault } from '../http/index.js';
import { memberState, requireMember } from './access.js';
import { chatFaults } from './faults.js';
import { purgeDelayMs } from './limits.js';
import { internalColumns } from './log-entry.js';
import type { ThreadState } from './model.js';
import { type ChatParts, onThread, requireThread, type ThreadAccess } from './parts.js';

/** Kind of the due work that removes a deleted thread's rows. */
export const purgeThreadKind = 'purge-thread';

/**
 * @param deadline monotonic time, ms
 * @throws {Fault} 403 for a stranger, 404 when its policy has run out
 */
export async function deleteThread(parts: ChatParts, access: ThreadAccess, deadline: number): Promise<void> {
  const thread = requireThread(access);
  try {
    await memberState(parts, thread, access);
    await closeThread(
      parts,
      thread.key,
      deadline,
      (state) => requireMember(parts, state, thread, access),
      access.caller.rawId,
    );
  } catch (error) {
    // It says so to members alone.
    const isGone = error instanceof Fault && error.entry === chatFaults.threadGone;
    if (!isGone || (await parts.threads.state(thread.key, 0)).deleted === undefined) {
      throw error;
    }
  }
}

/**
 * Closes a thread for everybody and sees to its purge.
 *
 * @param check throws when the thread must not be closed
 * @param by raw id of who wants it
 */
export async function closeThread(
  parts: ChatParts,
  threadKey: string,
  deadline: number,
  check: (state: ThreadState) => unknown,
  by?: string,
): Promise<void> {
  // Before the commit point: a stop in between leaves a pointer to a thread that lives, which the sweep drops.
  await parts.due.add({ kind: purgeThreadKind, id: threadKey, dueMs: parts.clock.now() + purgeDelayMs });
  await onThread(() =>
    parts.threads.append(threadKey, {
      deadline,
      propose: (current, sequence) => {
        check(current);
        // What is left tells members that the thread is gone, and nothing else.
        const { metadata: _metadata, metadataBy: _metadataBy, formerNames: _formerNames, ...rest } = current;
        return {
          columns: internalColumns('threadDeleted'),
          // By the clock, and not by the time of the entry, which is never before that of older ones.
          state: { ...rest, topic: '', deleted: { on: parts.clock.now(), sequence, ...(by !== undefined && { by }) } },
        };
      },
    }),
  );
}
