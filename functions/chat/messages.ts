// Messages, read receipts and typing notices on the wire.
import { operation } from '../../shared/api/index.js';
import { NoBody } from '../../shared/http/index.js';
import {
  type ChatParts,
  chatRateLimits,
  deleteMessage,
  editMessage,
  getMessage,
  listMessages,
  listReadReceipts,
  sendMessage,
  sendReadReceipt,
  sendTypingNotice,
} from '../../shared/chat/index.js';
import { anyChatScope, threadPath } from './thread-path.js';
import { nextLink } from '../wire/next-link.js';
import { askedPage, renderPage } from './people-pages.js';
import { ChatMessage, ChatMessagesPage, ChatReceiptsPage, SendChatMessageResult } from './answers.js';
import { writeMessages } from './write-messages.js';
import {
  MessagesQuery,
  renderMessage,
  renderReceipt,
  SendMessageRequest,
  SendReceiptRequest,
  SkipQuery,
  TypingRequest,
  UpdateMessageRequest,
} from './wire.js';

export function chatMessageOperations(chat: ChatParts) {
  return [
    operation({
      name: 'chat-send-message',
      contract: 'chatThread.sendChatMessage',
      summary: 'Sends a message to a thread.',
      service: 'chat',
      route: 'POST chat/threads/{chatThreadId}/messages',
      auth: anyChatScope,
      limit: chatRateLimits.changeMessages,
      body: SendMessageRequest,
      returns: SendChatMessageResult,
      created: async ({ resource, caller, params, body, request }) => {
        const access = { resource, caller, threadId: params.chatThreadId };
        return { id: await sendMessage(chat, access, body, request) };
      },
      location: ({ id }, { chatThreadId }) => `${threadPath(chatThreadId)}/messages/${id}`,
    }),
    operation({
      name: 'chat-get-message',
      contract: 'chatThread.getChatMessage',
      summary: 'Gets one message of a thread.',
      service: 'chat',
      route: 'GET chat/threads/{chatThreadId}/messages/{chatMessageId}',
      auth: anyChatScope,
      limit: chatRateLimits.getMessage,
      returns: ChatMessage,
      ok: async ({ resource, caller, params }) => {
        const access = { resource, caller, threadId: params.chatThreadId };
        return renderMessage(await getMessage(chat, access, params.chatMessageId));
      },
    }),
    operation({
      name: 'chat-list-messages',
      contract: 'chatThread.listChatMessages',
      summary: 'Lists the messages of a thread, newest first.',
      service: 'chat',
      route: 'GET chat/threads/{chatThreadId}/messages',
      auth: anyChatScope,
      limit: chatRateLimits.listMessages,
      query: MessagesQuery,
      returns: ChatMessagesPage,
      ok: async ({ resource, caller, params, query, request }) => {
        const { maxPageSize, startTime, syncState, head } = query;
        const access = { resource, caller, threadId: params.chatThreadId };
        const page = { limit: maxPageSize, from: startTime, before: syncState, head };
        const { messages, next } = await listMessages(chat, access, page);
        const path = `${threadPath(params.chatThreadId)}/messages`;
        const place = next && { syncState: next.before.toString(16), head: next.head.toString(16) };
        return writeMessages(messages, place && nextLink(request, path, { ...place, startTime, maxPageSize }));
      },
    }),
    operation({
      name: 'chat-update-message',
      contract: 'chatThread.updateChatMessage',
      summary: "Changes a message's content or metadata; by its sender only.",
      service: 'chat',
      route: 'PATCH chat/threads/{chatThreadId}/messages/{chatMessageId}',
      auth: anyChatScope,
      limit: chatRateLimits.changeMessages,
      body: UpdateMessageRequest,
      noContent: ({ resource, caller, params, body, request }) => {
        const access = { resource, caller, threadId: params.chatThreadId };
        return editMessage(chat, access, params.chatMessageId, body, request);
      },
    }),
    operation({
      name: 'chat-delete-message',
      contract: 'chatThread.deleteChatMessage',
      summary: 'Deletes a message; by its sender only.',
      service: 'chat',
      route: 'DELETE chat/threads/{chatThreadId}/messages/{chatMessageId}',
      auth: anyChatScope,
      limit: chatRateLimits.changeMessages,
      noContent: ({ resource, caller, params, request }) => {
        const access = { resource, caller, threadId: params.chatThreadId };
        return deleteMessage(chat, access, params.chatMessageId, request);
      },
    }),
    operation({
      name: 'chat-send-typing-notice',
      contract: 'chatThread.sendTypingNotification',
      summary: 'Tells the others that the caller is typing.',
      service: 'chat',
      route: 'POST chat/threads/{chatThreadId}/typing',
      auth: anyChatScope,
      limit: chatRateLimits.sendTyping,
      body: TypingRequest,
      returns: NoBody,
      ok: ({ resource, caller, params, body }) => {
        const access = { resource, caller, threadId: params.chatThreadId };
        return sendTypingNotice(chat, access, body.senderDisplayName ?? '');
      },
    }),
    operation({
      name: 'chat-send-read-receipt',
      contract: 'chatThread.sendChatReadReceipt',
      summary: 'Tells the others up to which message the caller has read.',
      service: 'chat',
      route: 'POST chat/threads/{chatThreadId}/readReceipts',
      auth: anyChatScope,
      limit: chatRateLimits.sendReceipt,
      body: SendReceiptRequest,
      returns: NoBody,
      ok: ({ resource, caller, params, body }) =>
        sendReadReceipt(chat, { resource, caller, threadId: params.chatThreadId }, body.chatMessageId),
    }),
    operation({
      name: 'chat-list-read-receipts',
      contract: 'chatThread.listChatReadReceipts',
      summary: 'Lists the latest read receipt of each participant.',
      service: 'chat',
      route: 'GET chat/threads/{chatThreadId}/readReceipts',
      auth: anyChatScope,
      limit: chatRateLimits.listReceipts,
      query: SkipQuery,
      returns: ChatReceiptsPage,
      ok: async ({ resource, caller, params, query, request }) => {
        const access = { resource, caller, threadId: params.chatThreadId };
        const page = askedPage(query, resource.immutableId);
        const { receipts, after } = await listReadReceipts(chat, access, page);
        const path = `${threadPath(params.chatThreadId)}/readReceipts`;
        return renderPage(receipts.map(renderReceipt), after, { request, path, maxPageSize: query.maxPageSize });
      },
    }),
  ];
}
