// Creating a thread. Index rows come first, the thread's own transaction is the commit point: a stop in between leaves
// index rows that lead nowhere. Repeating the request meets the thread it has made.
import { Fault } from '../api/index.js';
import { keyedHash, type UserCaller } from '../auth/index.js';
import { isIssuedBy, parseUserRawId, tagKeyOf } from '../identity/index.js';
import type { Resource } from '../resources/index.js';
import { chatFaults } from './faults.js';
import { maxMetadataBytes, maxParticipantsPerCall } from './limits.js';
import { membershipColumns, topicColumns } from './log-entry.js';
import type { Member, Metadata, RetentionPolicy, ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { threadKeyBytes } from './thread-id.js';

export interface NewParticipant {
  readonly rawId: string;
  readonly displayName?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface NewThread {
  readonly topic: string;
  readonly participants: readonly NewParticipant[];
  readonly metadata?: Metadata | undefined;
  readonly retention?: RetentionPolicy | undefined;
}

export interface InvalidParticipant {
  readonly rawId: string;
  readonly reason: 'notFound' | 'notAllowed';
}

export async function createThread(
  parts: ChatParts,
  resource: Resource,
  caller: UserCaller,
  thread: NewThread,
  repeatabilityId: string | undefined,
): Promise<{ key: string; state: ThreadState; invalid: readonly InvalidParticipant[] }> {
  if (thread.participants.length > maxParticipantsPerCall) throw new Fault(chatFaults.tooManyParticipants);
  requireSmall(thread.metadata);
  const { valid, invalid } = sortOut(parts, resource, thread.participants);
  const createdOn = parts.clock.now();
  const members = membersOf(caller, valid);
  const state: ThreadState = {
    resourceId: resource.immutableId,
    createdOn,
    createdBy: caller.rawId,
    topic: thread.topic,
    members,
    ...(thread.metadata !== undefined && { metadata: thread.metadata }),
    ...(thread.retention !== undefined && { retention: thread.retention }),
  };
  const key = keyOf(parts, resource, caller, repeatabilityId);
  await parts.users.add(
    members.map((member) => member.id),
    key,
  );
  const made = await parts.threads.create(key, state, [
    membershipColumns('participantAdded', members, caller.rawId),
    topicColumns(thread.topic, caller.rawId),
  ]);
  return { key, state: made.state, invalid };
}

/** The creator takes part without being named; who is named twice counts once. */
function membersOf(caller: UserCaller, participants: readonly NewParticipant[]): Member[] {
  const members = new Map<string, Member>([[caller.rawId, { id: caller.rawId, sharedFrom: 0 }]]);
  for (const { rawId, displayName, metadata } of participants) {
    members.set(rawId, {
      id: rawId,
      sharedFrom: 0,
      ...(displayName !== undefined && { displayName }),
      ...(metadata !== undefined && { metadata }),
    });
  }
  return [...members.values()];
}

/** Identities of this resource can take part; the tag in the id tells, without a read. */
function sortOut(parts: ChatParts, resource: Resource, participants: readonly NewParticipant[]) {
  const tagKey = tagKeyOf(parts.keys, resource);
  const valid: NewParticipant[] = [];
  const invalid: InvalidParticipant[] = [];
  for (const participant of participants) {
    requireSmall(participant.metadata);
    const id = parseUserRawId(participant.rawId);
    if (id === undefined || id.resourceId !== resource.immutableId) {
      invalid.push({ rawId: participant.rawId, reason: 'notAllowed' });
    } else if (isIssuedBy(tagKey, resource.immutableId, id)) valid.push(participant);
    else invalid.push({ rawId: participant.rawId, reason: 'notFound' });
  }
  return { valid, invalid };
}

function requireSmall(metadata: Metadata | undefined): void {
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > maxMetadataBytes) {
    throw new Fault(chatFaults.metadataTooLarge, { target: 'metadata' });
  }
}

/** The same resource, caller and repeatability id lead to the same thread; without one every call makes a new thread. */
function keyOf(parts: ChatParts, resource: Resource, caller: UserCaller, repeatabilityId: string | undefined): string {
  if (repeatabilityId === undefined) return parts.ids.bytes(threadKeyBytes).toString('base64url');
  const key = parts.keys.deriveKey('chat-thread', resource.masterSecretVersion);
  const hash = keyedHash(key, resource.immutableId, caller.rawId, repeatabilityId);
  return hash.subarray(0, threadKeyBytes).toString('base64url');
}
