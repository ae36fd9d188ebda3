// Adding participants. Index rows first, then one transaction in the thread. Who is there already gets the new name and
// metadata; who was there before takes the former access back beside the new.
import { Fault, faults } from '../http/index.js';
import type { ChatHistory } from '../geography/index.js';
import { findFormer, type FormerMember, memberState, requireMember } from './access.js';
import { chatFaults } from './faults.js';
import { checkInvitations, type InvalidParticipant, type Invitation } from './invite.js';
import { maxParticipantsPerThread } from './limits.js';
import { internalColumns, membershipColumns } from './log-entry.js';
import type { Member, ThreadState } from './model.js';
import { type ChatParts, onThread, requireThread, type ThreadAccess } from './parts.js';

/** Somebody was removed since the former access was looked up: it has to be looked up again. */
class RemovedMeanwhile extends Error {}

/**
 * @param deadline monotonic time, ms
 * @throws {Fault} 403 when the caller takes no part, 400 when the thread would have more than 250 participants, 503 when
 *   so many come and go that it was not decided before the deadline
 */
export async function addParticipants(
  parts: ChatParts,
  access: ThreadAccess,
  invitations: readonly Invitation[],
  deadline: number,
): Promise<readonly InvalidParticipant[]> {
  const thread = requireThread(access);
  const { valid, invalid } = await checkInvitations(parts, access.resource, invitations);
  while (valid.length > 0) {
    const state = await memberState(parts, thread, access);
    const former = await formerMembers(parts, thread.key, state, valid);
    const rawIds = valid.map(({ rawId }) => rawId);
    await parts.users.add(rawIds, { key: thread.key, resource: thread.resourceId }, state.lastRemoval);
    try {
      await onThread(() =>
        parts.threads.append(thread.key, {
          deadline,
          propose: (current, first, at) => {
            requireMember(parts, current, thread, access);
            if (current.lastRemoval !== state.lastRemoval) {
              throw new RemovedMeanwhile();
            }
            const defaultHistory = access.resource.chatHistory ?? 'all';
            return propose(current, { first, at, initiator: access.caller.rawId, valid, former, defaultHistory });
          },
        }),
      );
      break;
    } catch (error) {
      if (!(error instanceof RemovedMeanwhile)) {
        throw error;
      }
      if (parts.clock.monotonic() > deadline) {
        throw new Fault(faults.serviceUnavailable, { retryAfterSeconds: 1 });
      }
    }
  }
  return invalid;
}

interface Addition {
  /** Sequence number and time of the entry that adds them. */
  readonly first: number;
  readonly at: number;
  readonly initiator: string;
  readonly valid: readonly Invitation[];
  readonly former: ReadonlyMap<string, FormerMember>;
  /** What they see of what was said before, where nobody says since when. */
  readonly defaultHistory: ChatHistory;
}

function propose(state: ThreadState, { first, at, initiator, valid, former, defaultHistory }: Addition) {
  const isWithheld = (since: number | undefined) => since === undefined && defaultHistory === 'none';
  const members = new Map(state.members.map((member) => [member.id, member]));
  const added: Member[] = [];
  for (const { rawId, displayName, shareHistoryTime, metadata } of valid) {
    const present = members.get(rawId);
    const about = {
      ...(displayName !== undefined && { displayName }),
      ...(metadata !== undefined && { metadata }),
    };
    if (present !== undefined) {
      members.set(rawId, { ...present, ...about });
      continue;
    }
    const readBefore = former.get(rawId)?.intervals;
    const member: Member = {
      id: rawId,
      reads: isWithheld(shareHistoryTime) ? { from: at, first } : { from: shareHistoryTime ?? 0, first: 1 },
      ...(readBefore !== undefined && { readBefore }),
      ...about,
    };
    members.set(rawId, member);
    added.push(member);
  }
  if (members.size > maxParticipantsPerThread) {
    throw new Fault(chatFaults.tooManyParticipants);
  }
  return {
    columns:
      added.length > 0 ? membershipColumns('participantAdded', added, initiator) : internalColumns('threadChanged'),
    state: { ...state, members: [...members.values()] },
  };
}

/** Looked up only in a thread that somebody has ever been removed from. */
async function formerMembers(parts: ChatParts, threadKey: string, state: ThreadState, valid: readonly Invitation[]) {
  const former = new Map<string, FormerMember>();
  if (state.lastRemoval === 0) {
    return former;
  }
  const present = new Set(state.members.map(({ id }) => id));
  await Promise.all(
    valid.map(async ({ rawId }) => {
      const found = present.has(rawId) ? undefined : await findFormer(parts, threadKey, rawId);
      if (found !== undefined) {
        former.set(rawId, found);
      }
    }),
  );
  return former;
}
