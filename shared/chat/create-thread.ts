// Creating a thread. Repeating the request meets the thread it has made.
import { keyedHash, type UserCaller } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import { checkInvitations, type InvalidParticipant, type Invitation } from './invite.js';
import { membershipColumns, topicColumns } from './log-entry.js';
import type { Member, Metadata, RetentionPolicy, ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { placeThread } from './place-thread.js';
import { threadKeyBytes } from './thread-id.js';
import { authorsOf, requireSmallMetadata } from './thread-metadata.js';

export interface NewThread {
  readonly topic: string;
  readonly participants: readonly Invitation[];
  readonly metadata?: Metadata | undefined;
  readonly retention?: RetentionPolicy | undefined;
}

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
    members,
    lastRemoval: 0,
    ...(thread.metadata !== undefined && {
      metadata: thread.metadata,
      metadataBy: authorsOf(thread.metadata, caller.rawId),
    }),
    ...(retention !== undefined && { retention }),
  };
  const key = keyOf(parts, resource, caller, repeatabilityId);
  const placed = await placeThread(parts, key, state, [
    { columns: membershipColumns('participantAdded', members, caller.rawId) },
    { columns: topicColumns(thread.topic, caller.rawId) },
  ]);
  return { key, state: placed, invalid };
}

/** The creator takes part without being named; everybody shares the whole history, which begins now. */
function firstMembers(caller: UserCaller, invitations: readonly Invitation[]): Member[] {
  const reads = { from: 0, first: 1 };
  const members = new Map<string, Member>([[caller.rawId, { id: caller.rawId, reads }]]);
  for (const { rawId, displayName, metadata } of invitations) {
    members.set(rawId, {
      id: rawId,
      reads,
      ...(displayName !== undefined && { displayName }),
      ...(metadata !== undefined && { metadata }),
    });
  }
  return [...members.values()];
}

/** The same resource, caller and repeatability id lead to the same thread; without one every call makes a new thread. */
function keyOf(parts: ChatParts, resource: Resource, caller: UserCaller, repeatabilityId: string | undefined): string {
  if (repeatabilityId === undefined) {
    return parts.ids.bytes(threadKeyBytes).toString('base64url');
  }
  const key = parts.keys.deriveKey('chat-thread', resource.masterSecretVersion);
  const hash = keyedHash(key, resource.immutableId, caller.rawId, repeatabilityId);
  return hash.subarray(0, threadKeyBytes).toString('base64url');
}
