// Adding participants. Index rows first, then one transaction in the thread. Who is there already gets the new name and
// metadata; who was there before takes the former access back beside the new.
import { Fault, faults } from '../http/index.js';
import { hiddenIdentities } from '../data-map/index.js';
import type { ChatHistory } from '../geography/index.js';
import { findFormer, type FormerMember, memberState, requireMember } from './access.js';
import { chatFaults } from './faults.js';
import { checkInvitations, type InvalidParticipant, type Invitation } from './invite.js';
import { maxParticipantsPerThread } from './limits.js';
import { internalColumns, membershipColumns } from './log-entry.js';
import type { Member, Metadata, ThreadState } from './model.js';
import { followNames } from './put-names-right.js';
import type { IsGone } from './without-people.js';
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
  // Who takes no part is told so before anything is said of the invitations, also where there is nobody to add.
  let state = await memberState(parts, thread, access);
  const { valid, invalid } = await checkInvitations(parts, access.resource, invitations);
  for (let isFirst = true; valid.length > 0; isFirst = false) {
    state = isFirst ? state : await memberState(parts, thread, access);
    const former = await formerMembers(parts, thread.key, state, valid);
    const rawIds = valid.map(({ rawId }) => rawId);
    if (valid.some((each) => isRenaming(state, each))) {
      await followNames(parts, thread.key, state);
    }
    await parts.users.add(rawIds, { key: thread.key, resource: thread.resourceId }, state.lastRemoval);
    // What was said about them before is kept nowhere, in archives neither.
    let described = describedAnew(state, valid);
    const append = () =>
      parts.threads.append(thread.key, {
        deadline,
        propose: (current, first, at) => {
          requireMember(parts, current, thread, access);
          if (current.lastRemoval !== state.lastRemoval) {
            throw new RemovedMeanwhile();
          }
          described = describedAnew(current, valid);
          const defaultHistory = access.resource.chatHistory ?? 'all';
          const isGone = hiddenIdentities(parts.isHidden);
          const initiator = access.caller.rawId;
          return propose(current, { first, at, initiator, valid, former, defaultHistory, isGone });
        },
      });
    const words = { within: thread.key, whose: async () => described };
    try {
      await onThread(() => parts.copies.changing(access.resource.immutableId, words, append));
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
  /** Whose words are shown to nobody any more: who repeats them says them anew. */
  readonly isGone: IsGone;
}

function propose(state: ThreadState, addition: Addition) {
  const { first, at, initiator, valid, former, defaultHistory } = addition;
  const isWithheld = (since: number | undefined) => since === undefined && defaultHistory === 'none';
  const members = new Map(state.members.map((member) => [member.id, member]));
  const added: Member[] = [];
  for (const invitation of valid) {
    const { rawId, shareHistoryTime } = invitation;
    const present = members.get(rawId);
    const about = wordsAbout(present, invitation, addition);
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
  const formerNames = state.formerNames?.filter(({ id }) => !members.has(id));
  return {
    columns:
      added.length > 0 ? membershipColumns('participantAdded', added, initiator) : internalColumns('threadChanged'),
    state: { ...state, members: [...members.values()], ...(formerNames !== undefined && { formerNames }) },
  };
}

/** Whether somebody who takes part gets another name. */
function isRenaming({ members }: ThreadState, { rawId, displayName }: Invitation): boolean {
  const present = members.find(({ id }) => id === rawId);
  return present !== undefined && displayName !== undefined && present.displayName !== displayName;
}

/** About whom something else is said than before. */
function describedAnew({ members, formerNames = [] }: ThreadState, invitations: readonly Invitation[]): string[] {
  const changed = invitations.filter(({ rawId, displayName, metadata }) => {
    const present = members.find(({ id }) => id === rawId);
    const known = present ?? formerNames.find(({ id }) => id === rawId);
    const isRenamed = displayName !== undefined && known !== undefined && known.displayName !== displayName;
    const isNotedAnew =
      metadata !== undefined && present?.metadata !== undefined && !isSame(present.metadata, metadata);
    return isRenamed || isNotedAnew;
  });
  return changed.map(({ rawId }) => rawId);
}

function isSame(one: Metadata | undefined, other: Metadata | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whoever repeats what another has said about somebody already does not become its author. */
function wordsAbout(
  present: Member | undefined,
  { displayName, metadata }: Invitation,
  { first, initiator, isGone }: Addition,
): Partial<Member> {
  const isKept = (author: string | undefined) => author === undefined || !isGone(author);
  const isNameKnown = present?.displayName === displayName && isKept(present?.namedBy);
  const isNoteKnown = isSame(present?.metadata, metadata) && isKept(present?.notedBy);
  return {
    ...(displayName !== undefined && !isNameKnown && { displayName, namedBy: initiator, namedSince: first }),
    ...(metadata !== undefined && !isNoteKnown && { metadata, notedBy: initiator }),
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
