// Editing and deleting a message, by its sender only. Both overwrite: no earlier text is kept anywhere.
import { Fault } from '../http/index.js';
import { requireMember } from './access.js';
import { chatFaults } from './faults.js';
import { requireFittingMessage, storedContent } from './message-content.js';
import type { Metadata, SentType } from './model.js';
import {
  changingOwnWords,
  type ChatParts,
  maxStateAgeMs,
  onThread,
  requireThreadId,
  type ThreadAccess,
} from './parts.js';
import { parseMessageId, type ThreadId } from './thread-id.js';
import { type MetadataPatch, patchMetadata } from './thread-metadata.js';

export interface MessageChange {
  readonly content?: string | undefined;
  /** Keys are set, or removed by null; the others stay (merge patch, RFC 7396). */
  readonly metadata?: MetadataPatch | undefined;
}

/** @throws {Fault} 403 when the caller did not send it, 404 when it is not there or was deleted */
export async function editMessage(
  parts: ChatParts,
  access: ThreadAccess,
  messageId: string,
  change: MessageChange,
): Promise<void> {
  const { thread, sequence } = requireMessageId(access, messageId);
  requireFittingMessage(change.content, undefined);
  // Both forms are made beforehand, because deciding which one is stored must not wait for anything.
  const contents: Record<SentType, string> | undefined =
    change.content === undefined
      ? undefined
      : { text: change.content, html: await storedContent('html', change.content) };
  const isThere = await amendOwn(parts, access, thread, () =>
    parts.threads.amend(thread.key, sequence, {
      ...(change.metadata !== undefined && { reads: ['metadata'] }),
      amend: (state, { at, columns }, now) => {
        requireMember(parts, state, thread, access);
        requireSender(columns, access);
        if (columns['deletedOn'] !== undefined) {
          throw new Fault(chatFaults.messageNotFound);
        }
        const metadata = change.metadata && patchMetadata(parseMetadata(columns['metadata']), change.metadata);
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
    }),
  );
  if (!isThere) {
    throw new Fault(chatFaults.messageNotFound);
  }
}

/** Leaves an empty place in the log, so that it stays dense. Deleting again succeeds. */
export async function deleteMessage(parts: ChatParts, access: ThreadAccess, messageId: string): Promise<void> {
  const { thread, sequence } = requireMessageId(access, messageId);
  const isThere = await amendOwn(parts, access, thread, () =>
    parts.threads.amend(thread.key, sequence, {
      amend: (state, { at, columns }, now) => {
        requireMember(parts, state, thread, access);
        requireSender(columns, access);
        const { kind = 'text', sender = '', deletedOn = Math.max(now, at) } = columns;
        return { mode: 'replace', columns: { kind, sender, deletedOn } };
      },
    }),
  );
  if (!isThere) {
    throw new Fault(chatFaults.messageNotFound);
  }
}

function amendOwn(parts: ChatParts, access: ThreadAccess, thread: ThreadId, amend: () => Promise<boolean>) {
  const requireAllowed = async () => {
    requireMember(parts, await parts.threads.state(thread.key, maxStateAgeMs), thread, access);
  };
  return onThread(() => changingOwnWords(parts, access, thread, amend, requireAllowed));
}

function requireMessageId(access: ThreadAccess, messageId: string): { thread: ThreadId; sequence: number } {
  const thread = requireThreadId(access.threadId);
  const sequence = parseMessageId(thread, messageId);
  if (sequence === undefined) {
    throw new Fault(chatFaults.messageNotFound);
  }
  return { thread, sequence };
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
