// Editing and deleting a message, by its sender only. Both overwrite: no earlier text is kept anywhere.
import { Fault } from '../http/index.js';
import type { AmendRequest } from '../storage/index.js';
import { requireMember } from './access.js';
import { chatFaults } from './faults.js';
import { requireFittingMessage, storedContent } from './message-content.js';
import { likelySequence, messageIdOf, sequenceOf, withStatedId } from './message-id.js';
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

/**
 * @param origin scheme, host and port that the request came to
 * @throws {Fault} 403 when the caller did not send it, 404 when it is not there or was deleted
 */
export async function editMessage(
  parts: ChatParts,
  access: ThreadAccess,
  messageId: string,
  change: MessageChange,
  origin: string,
): Promise<void> {
  const { id: threadId } = requireThread(access);
  requireFittingMessage(change.content, undefined);
  // Both forms are made beforehand, because deciding which one is stored must not wait for anything.
  const contents: Record<SentType, string> | undefined =
    change.content === undefined
      ? undefined
      : { text: change.content, html: await storedContent('html', change.content, { origin, threadId }) };
  await amendOwn(parts, access, messageId, {
    ...(change.metadata !== undefined && { reads: ['metadata'] }),
    amend: (_, { at, columns }, now) => {
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
          editedOn: Math.max(now, at),
          ...(content !== undefined && { content }),
          ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }),
        },
      };
    },
  });
}

/** Leaves an empty place in the log, so that it stays dense. Deleting again succeeds. */
export async function deleteMessage(parts: ChatParts, access: ThreadAccess, messageId: string): Promise<void> {
  await amendOwn(parts, access, messageId, {
    amend: (_, { at, columns }, now) => {
      const { kind = 'text', sender = '', deletedOn = Math.max(now, at) } = columns;
      return { mode: 'replace', columns: withStatedId({ kind, sender, deletedOn }, columns) };
    },
  });
}

/** The entry at this place has another id. */
class OtherMessage extends Error {}

/** Amends a message of the caller's own. It is looked for where it probably lies before its thread's state is known. */
async function amendOwn(
  parts: ChatParts,
  access: ThreadAccess,
  messageId: string,
  request: AmendRequest<ThreadState>,
): Promise<void> {
  const { threads } = parts;
  const thread = requireThread(access);
  const amendAt = (sequence: number) =>
    threads.amend(thread.key, sequence, {
      ...request,
      amend: (state, entry, now) => {
        requireMember(parts, state, thread, access);
        if (messageIdOf(state, entry) !== messageId) {
          throw new OtherMessage();
        }
        requireSender(entry.columns, access);
        return request.amend(state, entry, now);
      },
    });
  const amend = async () => {
    const likely = likelySequence(thread, messageId);
    if (likely !== undefined && (await isAmended(() => amendAt(likely)))) {
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

async function isAmended(amend: () => Promise<boolean>): Promise<boolean> {
  try {
    return await amend();
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

/** Messages of the system have no sender, so nobody amends them. */
function requireSender(columns: Readonly<Record<string, unknown>>, { caller }: ThreadAccess): void {
  if (columns['kind'] === undefined) {
    throw new Fault(chatFaults.messageNotFound);
  }
  if (columns['sender'] !== caller.rawId) {
    throw new Fault(chatFaults.notTheSender);
  }
}

function parseMetadata(text: unknown): Metadata {
  return typeof text === 'string' ? (JSON.parse(text) as Metadata) : {};
}
