// What live chat tells somebody, in our own words. Times are product ms, people raw ids.
import type { LivePlace } from './live-record.js';
import type { RetentionPolicy } from '../geography/index.js';

export interface LivePerson {
  readonly id: string;
  readonly displayName?: string | undefined;
  readonly sharedFrom?: number | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface LiveAttachment {
  readonly id: string;
  readonly attachmentType: 'image' | 'file';
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly previewUrl?: string | undefined;
}

export interface MessageNotice {
  readonly kind: 'messageReceived' | 'messageEdited' | 'messageDeleted';
  readonly threadId: string;
  readonly messageId: string;
  readonly sender: string;
  readonly senderDisplayName: string;
  readonly type: 'text' | 'html';
  readonly content: string;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly attachments?: readonly LiveAttachment[] | undefined;
  readonly createdOn: number;
  readonly editedOn?: number | undefined;
  readonly deletedOn?: number | undefined;
  readonly version: string;
}

export interface TypingNotice {
  readonly kind: 'typing';
  readonly threadId: string;
  readonly sender: string;
  readonly senderDisplayName: string;
  readonly on: number;
}

export interface ReadNotice {
  readonly kind: 'read';
  readonly threadId: string;
  readonly reader: string;
  readonly messageId: string;
  readonly readOn: number;
}

/** Of a thread itself. */
export interface ThreadNotice {
  readonly kind: 'threadCreated' | 'threadUpdated' | 'threadDeleted' | 'participantsAdded' | 'participantsRemoved';
  readonly threadId: string;
  readonly createdOn: number;
  readonly on: number;
  /** Undefined when a policy did it. */
  readonly by: LivePerson | undefined;
  /** Who takes part, was added or removed. */
  readonly people?: readonly LivePerson[];
  readonly properties?: {
    readonly topic: string;
    readonly metadata?: Readonly<Record<string, string>> | undefined;
    readonly retention?: RetentionPolicy | undefined;
  };
}

export type LiveNotice = MessageNotice | TypingNotice | ReadNotice | ThreadNotice;

/** What one person is to be told of, in its order. */
export interface LiveDelivery {
  readonly rawId: string;
  readonly notices: readonly LiveNotice[];
}

/** Where it is found out what an entry of a log tells whom. */
export interface LiveSource<State> {
  /**
   * Reads a stretch of a log again, as it is now.
   *
   * @param isWanted whom nothing is looked up for otherwise
   */
  read(
    key: string,
    first: number,
    last: number,
    isWanted: (rawId: string) => boolean,
  ): Promise<readonly LiveDelivery[]>;
  /** Reads again what beside a log says that somebody has read at this time, product ms. */
  readBeside(key: string, readOn: number, isWanted: (rawId: string) => boolean): Promise<readonly LiveDelivery[]>;
  /** Of which resource and which thread a log is. */
  placeOf(key: string, state: State): LivePlace;
  /** Raw ids of all whom a change of this state may concern. */
  peopleOf(state: State): readonly string[];
}
