// Editing and deleting a message, by its sender only. Both take the thread's next number and overwrite the message in its
// place: no earlier text is kept anywhere.
import { Fault } from '../http/index.js';
import type { Columns, Proposal } from '../storage/index.js';
import { isMember, lookBeforeAppending, requireMember } from './access.js';
import { chatFaults } from './faults.js';
import { internalColumns, isMessageKind, withStatedFacts } from './log-entry.js';
import { requireFittingMessage, storedContent } from './message-content.js';
import { likelySequence, messageIdOf, sequenceOf } from './message-id.js';
import type { Metadata, SentType, ThreadState } from './model.js';
import {
  changingOwnWords,
  type ChatParts,
  maxStateAgeMs,
  onThread,
  requireThread,
  type ThreadAccess,
} from './parts.js';
import type { AskedThread } from './thread-id.js';
import { type MetadataPatch, patchMetadata } from './thread-metadata.js';

export interface MessageChange {
  readonly content?: string | undefined;
  /** Keys are set, or removed by null; the others stay (merge patch, RFC 7396). */
  readonly metadata?: MetadataPatch | undefined;
}

/** How long the request waits for its answer, and the address that it came to. */
export interface ChangeRequest {
  /** Monotonic time, ms. */
  readonly deadline: number;
  /** Scheme, host and port. */
  readonly origin: string;
}

/** @throws {Fault} 403 when the caller did not send it, 404 when it is not there or was deleted */
export async function editMessage(
  parts: ChatParts,
  access: ThreadAccess,
  messageId: string,
  change: MessageChange,
  { deadline, origin }: ChangeRequest,
): Promise<void> {
  const { id: threadId } = requireThread(access);
  requireFittingMessage(change.content, undefined);
  // Both forms are made beforehand, because deciding which one is stored must not wait for anything.
  const contents: Record<SentType, string> | undefined =
    change.content === undefined
      ? undefined
      : { text: change.content, html: await storedContent('html', change.content, { origin, threadId }) };
  await amendOwn(parts, access, messageId, deadline, (columns, at) => {
    if (columns['deletedOn'] !== undefined) {
      throw new Fault(chatFaults.messageNotFound);
    }
    const metadata =
      change.metadata === undefined ? undefined : patchMetadata(parseMetadata(columns['metadata']), change.metadata);
    const content = contents?.[columns['kind'] as SentType];
    requireFittingMessage(content, metadata);
    return {
      mode: 'merge',
      columns: {
        editedOn: at,
        ...(content !== undefined && { content }),
        ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }),
      },
    };
  });
}

/** It is deleted already. */
class AlreadyDeleted extends Error {}

/** Leaves who sent the message and when, so that the log stays dense. Deleting again succeeds, and changes nothing. */
export async function deleteMessage(
  parts: ChatParts,
  access: ThreadAccess,
  messageId: string,
  { deadline }: Pick<ChangeRequest, 'deadline'>,
): Promise<void> {
  try {
    await amendOwn(parts, access, messageId, deadline, (columns, at) => {
      const { kind = 'text', sender = '', senderDisplayName = '', deletedOn } = columns;
      if (deletedOn !== undefined) {
        throw new AlreadyDeleted();
      }
      return {
        mode: 'replace',
        columns: withStatedFacts({ kind, sender, senderDisplayName, deletedOn: at }, columns),
      };
    });
  } catch (error) {
    if (!(error instanceof AlreadyDeleted)) {
      throw error;
    }
  }
}

/** The entry at this place has another id. */
class OtherMessage extends Error {}

/**
 * Changes a message of the caller's own, with the next number of the thread. It is looked for where it probably lies before
 * its thread's state is known.
 *
 * @param changeOf decides what becomes of it, by the columns that are remembered of messages
 */
async function amendOwn(
  parts: ChatParts,
  access: ThreadAccess,
  messageId: string,
  deadline: number,
  changeOf: (columns: Columns, at: number) => NonNullable<Proposal<ThreadState>['change']>,
): Promise<void> {
  const { threads } = parts;
  const thread = requireThread(access);
  const likely = likelySequence(thread, messageId);
  await lookBeforeAppending(parts, thread, access);
  const amendAt = async (sequence: number) =>
    void (await threads.append(thread.key, {
      of: sequence,
      deadline,
      mayChange: (state) => isMember(state, thread, access),
      propose: (state, _sequence, at, entry) => {
        requireMember(parts, state, thread, access);
        if (entry === undefined || messageIdOf(state, entry) !== messageId) {
          throw new OtherMessage();
        }
        requireSender(entry.columns, access);
        return { columns: internalColumns('amended'), change: changeOf(entry.columns, at) };
      },
    }));
  const amend = async () => {
    // With an impossible id the first entry is asked for: the state still tells whether the caller may know.
    if (await isAmended(() => amendAt(likely ?? 1))) {
      return;
    }
    const state = await requireMemberState(parts, thread, access);
    const sequence = await sequenceOf(threads, thread.key, state, messageId);
    const isElsewhere = sequence !== undefined && sequence !== likely;
    if (!isElsewhere || !(await isAmended(() => amendAt(sequence)))) {
      throw new Fault(chatFaults.messageNotFound);
    }
  };
  const requireAllowed = async () => void (await requireMemberState(parts, thread, access));
  await onThread(() => changingOwnWords(parts, access, thread, amend, requireAllowed));
}

async function isAmended(amend: () => Promise<void>): Promise<boolean> {
  try {
    await amend();
    return true;
  } catch (error) {
    if (error instanceof OtherMessage) {
      return false;
    }
    throw error;
  }
}

async function requireMemberState(parts: ChatParts, thread: AskedThread, access: ThreadAccess): Promise<ThreadState> {
  const state = await parts.threads.state(thread.key, maxStateAgeMs);
  requireMember(parts, state, thread, access);
  return state;
}

/** Messages of the system have no sender, so nobody changes them. */
function requireSender({ kind, sender }: Columns, { caller }: ThreadAccess): void {
  if (!isMessageKind(kind)) {
    throw new Fault(chatFaults.messageNotFound);
  }
  if (sender !== caller.rawId) {
    throw new Fault(chatFaults.notTheSender);
  }
}

function parseMetadata(text: unknown): Metadata {
  return typeof text === 'string' ? (JSON.parse(text) as Metadata) : {};
}
