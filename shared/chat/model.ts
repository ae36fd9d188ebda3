// A chat thread in our own words. The state is one JSON document; the log beside it holds messages and changes alike.

import type { RetentionPolicy } from '../geography/index.js';

export type { RetentionPolicy };

export type Metadata = Readonly<Record<string, string>>;

/** A stretch of a thread's history that somebody may read. */
export interface Interval {
  /** Nothing created earlier than this, product ms. */
  readonly from: number;
  /** Nothing before this sequence number. */
  readonly first: number;
  /** Nothing after this sequence number; absent while the membership lasts. */
  readonly last?: number;
  /** When the membership ended, product ms: nothing that was changed later. Earlier builds did not keep it. */
  readonly until?: number;
}

/** A name of somebody, and whose word it is. It is kept here alone: entries of the log only refer to people. */
export interface GivenName {
  /** Raw id of whose name it is. */
  readonly id: string;
  readonly displayName?: string;
  /** Raw id of who gave it; absent in what earlier builds wrote. */
  readonly namedBy?: string;
  /** Number of the entry that gave it; absent in what earlier builds wrote. */
  readonly namedSince?: number;
}

export interface Member extends GivenName {
  readonly metadata?: Metadata;
  /** Raw id of who wrote the metadata; absent in what earlier builds wrote. */
  readonly notedBy?: string;
  /** What the member may read now: from here on. */
  readonly reads: Interval;
  /** What the member could read before being removed and added again. */
  readonly readBefore?: readonly Interval[];
}

export interface ThreadState {
  /** Immutable id of the resource that the thread belongs to. */
  readonly resourceId: string;
  /** Set when the thread came with an id from elsewhere; else its id follows from its key and creation. */
  readonly id?: string;
  /** What the numbers of messages are added to for their ids, past every id that one states; absent when to the creation. */
  readonly messageBase?: number;
  /** Entries up to this number state their ids themselves, and a row beside the log finds each. */
  readonly statedUpTo?: number;
  /** Product ms. */
  readonly createdOn: number;
  /** Raw id. */
  readonly createdBy: string;
  /** Keyed hash of the request that made the thread, when that can be repeated: another with its id is none of these. */
  readonly madeBy?: string;
  readonly topic: string;
  /** Raw id of who wrote the topic; a person's erasure takes it along. */
  readonly topicBy: string;
  /** Number of the entry that gave the thread this topic; absent when that was not kept. */
  readonly topicSince?: number;
  readonly metadata?: Metadata;
  /** Who wrote each key of the metadata. */
  readonly metadataBy?: Metadata;
  readonly retention?: RetentionPolicy;
  /** Since when this policy holds, product ms; absent when since the creation. */
  readonly retentionSince?: number;
  readonly members: readonly Member[];
  /** No entry has a name of its own: the thread was made by a build that keeps each once. */
  readonly namesOnce?: true;
  /** Names of people who were removed, oldest first, as many as there is room for. */
  readonly formerNames?: readonly GivenName[];
  /** Sequence number of the last removal; while it is 0 nobody's former access has to be looked up. */
  readonly lastRemoval: number;
  /** People are named who never took part; see named-people.ts. */
  readonly namesOthers?: true;
  /** When the due index looks at the thread, product ms: one time for each policy that it has had. */
  readonly scheduled?: readonly number[];
  /** Set when a sweep has found the policy run out; taken away by restoring. */
  readonly expired?: { readonly on: number; readonly sequence: number };
  /** Set while the history is brought here from elsewhere, product ms since when; taken away when all of it is there. */
  readonly moving?: { readonly since: number };
  /** Set by deletion: from then on nobody reads the thread. */
  readonly deleted?: {
    readonly on: number;
    readonly sequence: number;
    /** Raw id of who deleted it; absent when nobody did. */
    readonly by?: string;
  };
}

/** What a user may send. */
export type SentType = 'text' | 'html';

export interface Attachment {
  readonly id: string;
  readonly attachmentType: 'image' | 'file';
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly previewUrl?: string | undefined;
}

interface EntryBase {
  /** The number that it was made with: where it lies, and who may read it. */
  readonly sequence: number;
  /** Product ms. */
  readonly createdOn: number;
}

export interface SentMessage extends EntryBase {
  readonly kind: SentType;
  /** Absent when the message was deleted, or edited after the reader had left. */
  readonly content?: string;
  readonly attachments?: readonly Attachment[];
  /** Raw id. */
  readonly sender: string;
  readonly senderDisplayName: string;
  readonly metadata?: Metadata;
  /** Product ms. */
  readonly editedOn?: number;
  /** Product ms. */
  readonly deletedOn?: number;
  /** Number of its newest edit, or of its deletion: where it is listed. Earlier builds took none. */
  readonly amended?: number;
}

export interface TopicUpdate extends EntryBase {
  readonly kind: 'topicUpdated';
  readonly topic: string;
  /** Raw id. */
  readonly initiator: string;
}

/** A participant as a message about a change of membership names it. */
export interface NamedParticipant {
  readonly id: string;
  /** In an entry of the log only when an earlier build wrote it; see names.ts. */
  readonly displayName?: string;
  /** Product ms. */
  readonly sharedFrom: number;
}

export interface MembershipChange extends EntryBase {
  readonly kind: 'participantAdded' | 'participantRemoved';
  readonly participants: readonly NamedParticipant[];
  /** Raw id. */
  readonly initiator: string;
}

/** An entry of the log that a participant can read. */
export type Message = SentMessage | TopicUpdate | MembershipChange;

export type IdentifiedMessage = Message & { readonly id: string };

/** The number that a message has in the list. */
export function placeOf(message: Message): number {
  return 'sender' in message ? (message.amended ?? message.sequence) : message.sequence;
}
