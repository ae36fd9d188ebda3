// Creating a thread. Repeating the request meets the thread it has made, as long as that is there.
import { keyedHash, type UserCaller } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { chatFaults } from './faults.js';
import { checkInvitations, type InvalidParticipant, type Invitation } from './invite.js';
import { hasEnded } from './lifecycle.js';
import { membershipColumns, topicColumns } from './log-entry.js';
import type { Member, Metadata, RetentionPolicy, ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { placeThread } from './place-thread.js';
import { shownState } from './read-threads.js';
import { threadKeyBytes } from './thread-id.js';
import { authorsOf, requireSmallMetadata } from './thread-metadata.js';

/** How many ended threads with one id may still be about; whoever gets beyond is led to the last. */
const maxLives = 16;

export interface NewThread {
  readonly topic: string;
  readonly participants: readonly Invitation[];
  readonly metadata?: Metadata | undefined;
  readonly retention?: RetentionPolicy | undefined;
}

/**
 * @param repeatabilityId the id that the client repeats when it repeats the request
 * @throws {Fault} 400 when somebody's metadata is too large, or the id came with another request before
 */
export async function createThread(
  parts: ChatParts,
  resource: Resource,
  caller: UserCaller,
  thread: NewThread,
  repeatabilityId: string | undefined,
): Promise<{ key: string; state: ThreadState; invalid: readonly InvalidParticipant[] }> {
  requireSmallMetadata(thread.metadata);
  const { valid, invalid } = await checkInvitations(parts, resource, thread.participants);
  const members = firstMembers(caller, valid);
  const retention = thread.retention ?? resource.chatRetention;
  const state: ThreadState = {
    resourceId: resource.immutableId,
    createdOn: parts.clock.now(),
    createdBy: caller.rawId,
    topic: thread.topic,
    topicBy: caller.rawId,
    // Behind the entry that adds everybody.
    topicSince: 2,
    members,
    namesOnce: true,
    lastRemoval: 0,
    ...(thread.metadata !== undefined && {
      metadata: thread.metadata,
      metadataBy: authorsOf(thread.metadata, caller.rawId),
    }),
    ...(retention !== undefined && { retention }),
  };
  const entries = [
    { columns: membershipColumns('participantAdded', members, caller.rawId) },
    { columns: topicColumns(thread.topic, caller.rawId) },
  ];
  if (repeatabilityId === undefined) {
    const key = parts.ids.bytes(threadKeyBytes).toString('base64url');
    return { key, state: await placeThread(parts, key, state, entries), invalid };
  }
  const secret = parts.keys.deriveKey('chat-thread', resource.masterSecretVersion);
  const request = [resource.immutableId, caller.rawId, repeatabilityId];
  const madeBy = keyedHash(secret, ...request, JSON.stringify(thread)).toString('base64url');
  for (let life = 0; ; life++) {
    const key = keyOf(secret, life === 0 ? request : [...request, String(life)]);
    const placed = await placeThread(parts, key, { ...state, madeBy }, entries);
    if (hasEnded(placed, parts.clock.now()) && life < maxLives) {
      // The id ended with the thread it made, whose rows are not all gone yet.
      continue;
    }
    // What was made before this was kept can only be believed.
    if ((placed.madeBy ?? madeBy) !== madeBy) {
      throw new Fault(chatFaults.repeatedOtherwise, { target: 'repeatability-request-id' });
    }
    return { key, state: shownState(parts, placed), invalid };
  }
}

/** The creator takes part without being named; everybody shares the whole history, which begins now. */
function firstMembers(caller: UserCaller, invitations: readonly Invitation[]): Member[] {
  const reads = { from: 0, first: 1 };
  const members = new Map<string, Member>([[caller.rawId, { id: caller.rawId, reads }]]);
  for (const { rawId, displayName, metadata } of invitations) {
    members.set(rawId, {
      id: rawId,
      reads,
      ...(displayName !== undefined && { displayName, namedBy: caller.rawId, namedSince: 1 }),
      ...(metadata !== undefined && { metadata, notedBy: caller.rawId }),
    });
  }
  return [...members.values()];
}

/** The same resource, caller and repeatability id lead to the same place. */
function keyOf(secret: Buffer, request: readonly string[]): string {
  return keyedHash(secret, ...request)
    .subarray(0, threadKeyBytes)
    .toString('base64url');
}
