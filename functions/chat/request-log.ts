// The log of chat requests, as ACS has it.
import type { UserCaller } from '../../shared/auth/index.js';
import { looksLikeThreadId } from '../../shared/chat/index.js';
import { type RequestLog, requestTable } from '../request-log.js';

export const chatRequestLog: RequestLog = {
  service: 'chat',
  table: requestTable({
    name: 'ACSChatIncomingOperations',
    category: 'ChatOperational',
    summary: 'A request to the chat service.',
    columns: {
      ChatThreadId: { type: 'string', holds: 'id of the thread' },
      ChatMessageId: { type: 'long', holds: 'id of the message' },
      UserId: { type: 'string', holds: 'raw id of who asked', person: 'identity' },
    },
  }),
  columnsOf: ({ caller, params, result }) => {
    const made = result as { readonly id?: unknown; readonly chatThread?: { readonly id?: unknown } } | undefined;
    const id = params['chatThreadId'] ?? made?.chatThread?.id;
    return {
      // Somebody could write anything where an id is to stand.
      ChatThreadId: looksLikeThreadId(id) ? id : undefined,
      ChatMessageId: messageId(params['chatMessageId'] ?? made?.id),
      UserId: (caller as Partial<UserCaller> | undefined)?.rawId,
    };
  },
};

function messageId(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{10,16}$/.test(text) ? Number(text) : undefined;
}
