// A chat thread in our own words. The state is one JSON document; the log beside it holds messages and changes alike.

export interface Member {
  /** Raw id. */
  readonly id: string;
  readonly displayName?: string;
  /** Messages older than this are not shown to the member; product ms, 0 for the whole history. */
  readonly sharedFrom: number;
  readonly metadata?: Metadata;
}

export type Metadata = Readonly<Record<string, string>>;

export type RetentionPolicy =
  | { readonly kind: 'none' }
  | { readonly kind: 'threadCreationDate'; readonly deleteThreadAfterDays: number };

export interface ThreadState {
  /** Immutable id of the resource that the thread belongs to. */
  readonly resourceId: string;
  /** Product ms. */
  readonly createdOn: number;
  /** Raw id. */
  readonly createdBy: string;
  readonly topic: string;
  readonly metadata?: Metadata;
  readonly retention?: RetentionPolicy;
  readonly members: readonly Member[];
  /** Product ms; from then on nobody reads the thread. */
  readonly deletedOn?: number;
}

/** What a user may send. */
export type SentType = 'text' | 'html';

interface EntryBase {
  readonly sequence: number;
  /** Product ms. */
  readonly createdOn: number;
}

export interface SentMessage extends EntryBase {
  readonly kind: SentType;
  readonly content: string;
  /** Raw id. */
  readonly sender: string;
  readonly senderDisplayName: string;
  readonly metadata?: Metadata;
}

export interface TopicUpdate extends EntryBase {
  readonly kind: 'topicUpdated';
  readonly topic: string;
  /** Raw id. */
  readonly initiator: string;
}

export interface MembershipChange extends EntryBase {
  readonly kind: 'participantAdded' | 'participantRemoved';
  readonly participants: readonly Member[];
  /** Raw id. */
  readonly initiator: string;
}

/** An entry of the log that a participant can read. */
export type Message = SentMessage | TopicUpdate | MembershipChange;

export type IdentifiedMessage = Message & { readonly id: string };
