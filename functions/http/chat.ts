// The chat service on the wire. Contract: chat 2025-03-15 (SDK @azure/communication-chat).
import { operation, type RequestFacts } from '../../shared/api/index.js';
import { userToken } from '../../shared/auth/index.js';
import {
  type ChatParts,
  chatRateLimits,
  createThread,
  getMessage,
  getThread,
  listMessages,
  listParticipants,
  listThreads,
  sendMessage,
} from '../../shared/chat/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import {
  CreateThreadRequest,
  MessagesQuery,
  ParticipantsQuery,
  renderInvalidParticipant,
  renderListedThread,
  renderMessage,
  renderParticipant,
  renderThread,
  SendMessageRequest,
  ThreadsQuery,
} from './chat-wire.js';

const anyChatScope = userToken('chat', 'chat.join', 'chat.join.limited');

export function chatOperations(chat: ChatParts) {
  return [
    operation({
      name: 'chat-create-thread',
      contract: 'chat.createChatThread',
      summary: 'Creates a chat thread; the caller takes part in it.',
      service: 'chat',
      route: 'POST chat/threads',
      auth: userToken('chat'),
      limit: chatRateLimits.createThread,
      body: CreateThreadRequest,
      maxBodyBytes: 1024 * 1024,
      created: async ({ resource, caller, body, request }) => {
        const { key, state, invalid } = await createThread(
          chat,
          resource,
          caller,
          { ...body, retention: body.retentionPolicy },
          request.repeatabilityRequestId,
        );
        return {
          chatThread: renderThread(key, state),
          ...(invalid.length > 0 && { invalidParticipants: invalid.map(renderInvalidParticipant) }),
        };
      },
      location: ({ chatThread }) => `/chat/threads/${inPath(chatThread.id)}`,
    }),
    operation({
      name: 'chat-list-threads',
      contract: 'chat.listChatThreads',
      summary: 'Lists the threads that the caller takes part in.',
      service: 'chat',
      route: 'GET chat/threads',
      auth: anyChatScope,
      limit: chatRateLimits.readThreads,
      query: ThreadsQuery,
      ok: async ({ resource, caller, query, request }) => {
        const { threads, after } = await listThreads(chat, resource, caller, {
          limit: query.maxPageSize,
          from: query.startTime,
          after: query.syncState,
        });
        return {
          value: threads.map(renderListedThread),
          ...(after !== undefined && {
            nextLink: nextLink(request, 'chat/threads', {
              syncState: after,
              startTime: query.startTime,
              maxPageSize: query.maxPageSize,
            }),
          }),
        };
      },
    }),
    operation({
      name: 'chat-get-thread',
      contract: 'chatThread.getChatThreadProperties',
      summary: "Gets a thread's properties.",
      service: 'chat',
      route: 'GET chat/threads/{chatThreadId}',
      auth: anyChatScope,
      limit: chatRateLimits.readThreads,
      ok: async ({ resource, caller, params }) => {
        const { key, state } = await getThread(chat, { resource, caller, threadId: params.chatThreadId });
        return renderThread(key, state);
      },
    }),
    operation({
      name: 'chat-list-participants',
      contract: 'chatThread.listChatParticipants',
      summary: 'Lists the participants of a thread.',
      service: 'chat',
      route: 'GET chat/threads/{chatThreadId}/participants',
      auth: anyChatScope,
      limit: chatRateLimits.listParticipants,
      query: ParticipantsQuery,
      ok: async ({ resource, caller, params, query, request }) => {
        const { skip, maxPageSize } = query;
        const access = { resource, caller, threadId: params.chatThreadId };
        const { participants, hasMore } = await listParticipants(chat, access, { skip, limit: maxPageSize });
        return {
          value: participants.map(renderParticipant),
          ...(hasMore && {
            nextLink: nextLink(request, `chat/threads/${inPath(params.chatThreadId)}/participants`, {
              maxPageSize,
              skip: skip + maxPageSize,
            }),
          }),
        };
      },
    }),
    operation({
      name: 'chat-send-message',
      contract: 'chatThread.sendChatMessage',
      summary: 'Sends a message to a thread.',
      service: 'chat',
      route: 'POST chat/threads/{chatThreadId}/messages',
      auth: anyChatScope,
      limit: chatRateLimits.changeMessages,
      body: SendMessageRequest,
      created: async ({ resource, caller, params, body, request }) => {
        const access = { resource, caller, threadId: params.chatThreadId };
        return { id: await sendMessage(chat, access, body, request) };
      },
      location: ({ id }, { chatThreadId }) => `/chat/threads/${inPath(chatThreadId)}/messages/${id}`,
    }),
    operation({
      name: 'chat-get-message',
      contract: 'chatThread.getChatMessage',
      summary: 'Gets one message of a thread.',
      service: 'chat',
      route: 'GET chat/threads/{chatThreadId}/messages/{chatMessageId}',
      auth: anyChatScope,
      limit: chatRateLimits.getMessage,
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
      ok: async ({ resource, caller, params, query, request }) => {
        const access = { resource, caller, threadId: params.chatThreadId };
        const { messages, before } = await listMessages(chat, access, {
          limit: query.maxPageSize,
          from: query.startTime,
          before: query.syncState,
        });
        return {
          value: messages.map(renderMessage),
          ...(before !== undefined && {
            nextLink: nextLink(request, `chat/threads/${inPath(params.chatThreadId)}/messages`, {
              syncState: before.toString(16),
              startTime: query.startTime,
              maxPageSize: query.maxPageSize,
            }),
          }),
        };
      },
    }),
  ];
}

/** As the service writes ids into paths: `:` encoded, `@` not. */
function inPath(threadId: string): string {
  return encodeURIComponent(threadId).replaceAll('%40', '@');
}

/** Absolute and complete: the SDKs follow it as it is. */
function nextLink(
  request: RequestFacts,
  path: string,
  query: { readonly startTime?: number | undefined; readonly [name: string]: string | number | undefined },
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, name === 'startTime' ? toSeconds(Number(value)) : String(value));
  }
  search.set('api-version', request.apiVersion);
  return `${request.origin}/${path}?${search}`;
}
