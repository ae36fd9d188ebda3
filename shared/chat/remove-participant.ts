// Removing a participant, or leaving. The row that keeps what they may still read is written in the same transaction.
import { formerRow, lookBeforeAppending, requireMember } from './access.js';
import { membershipColumns } from './log-entry.js';
import { formerNamesWith } from './names.js';
import { type ChatParts, onThread, requireThread, type ThreadAccess } from './parts.js';

/** Whoever is to be removed takes no part any more: nothing to write. */
class NotThere extends Error {}

/**
 * Succeeds too when that person takes no part, so that it can be repeated.
 *
 * @param deadline monotonic time, ms
 * @throws {Fault} 403 when the caller takes no part
 */
export async function removeParticipant(
  parts: ChatParts,
  access: ThreadAccess,
  rawId: string,
  deadline: number,
): Promise<void> {
  const thread = requireThread(access);
  await lookBeforeAppending(parts, thread, access);
  try {
    const { sequence } = await onThread(() =>
      parts.threads.append(thread.key, {
        deadline,
        propose: (state, last, at) => {
          requireMember(parts, state, thread, access);
          const leaving = state.members.find(({ id }) => id === rawId);
          if (leaving === undefined) {
            throw new NotThere();
          }
          return {
            columns: membershipColumns('participantRemoved', [leaving], access.caller.rawId),
            state: {
              ...state,
              members: state.members.filter((member) => member !== leaving),
              formerNames: formerNamesWith(state, leaving),
              lastRemoval: last,
            },
            beside: [formerRow(leaving, last, at)],
          };
        },
      }),
    );
    const { key, resourceId: resource } = thread;
    await parts.users.markLeft(rawId, { key, resource }, sequence);
  } catch (error) {
    if (!(error instanceof NotThere)) {
      throw error;
    }
  }
}
