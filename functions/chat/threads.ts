// Chat threads and their participants on the wire.
import { operation } from '../../shared/api/index.js';
import { userToken } from '../../shared/auth/index.js';
import {
  addParticipants,
  type ChatParts,
  chatRateLimits,
  createThread,
  deleteThread,
  getThread,
  listParticipants,
  listThreads,
  removeParticipant,
  updateThread,
} from '../../shared/chat/index.js';
import { CommunicationIdentifier } from '../wire/identifiers.js';
import { anyChatScope, threadPath } from './thread-path.js';
import { nextLink } from '../wire/next-link.js';
import { askedPage, renderPage } from './people-pages.js';
import {
  AddChatParticipantsResult,
  ChatParticipantsPage,
  ChatThreadProperties,
  ChatThreadsPage,
  CreateChatThreadResult,
} from './answers.js';
import {
  AddParticipantsRequest,
  CreateThreadRequest,
  renderInvalid,
  renderListedThread,
  renderMember,
  renderThread,
  SkipQuery,
  ThreadsQuery,
  UpdateThreadRequest,
} from './wire.js';

/** Two hundred participants with long names and full metadata. */
const maxParticipantsBodyBytes = 1024 * 1024;

export function chatThreadOperations(chat: ChatParts) {
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
      maxBodyBytes: maxParticipantsBodyBytes,
      returns: CreateChatThreadResult,
      created: async ({ resource, caller, body, request }) => {
        const thread = { ...body, retention: body.retentionPolicy };
        const { key, state, invalid } = await createThread(
          chat,
          resource,
          caller,
          thread,
          request.repeatabilityRequestId,
        );
        return { chatThread: renderThread(key, state), ...renderInvalid(invalid) };
      },
      location: ({ chatThread }) => threadPath(chatThread.id),
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
      returns: ChatThreadsPage,
      ok: async ({ resource, caller, query, request }) => {
        const { maxPageSize, startTime, syncState } = query;
        const page = { limit: maxPageSize, from: startTime, after: syncState };
        const { threads, after } = await listThreads(chat, resource, caller, page);
        return {
          value: threads.map(renderListedThread),
          ...(after !== undefined && {
            nextLink: nextLink(request, '/chat/threads', { syncState: after, startTime, maxPageSize }),
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
      returns: ChatThreadProperties,
      ok: async ({ resource, caller, params }) => {
        const { key, state } = await getThread(chat, { resource, caller, threadId: params.chatThreadId });
        return renderThread(key, state);
      },
    }),
    operation({
      name: 'chat-update-thread',
      contract: 'chatThread.updateChatThreadProperties',
      summary: "Changes a thread's topic, metadata or retention policy.",
      service: 'chat',
      route: 'PATCH chat/threads/{chatThreadId}',
      auth: userToken('chat'),
      limit: chatRateLimits.updateThread,
      body: UpdateThreadRequest,
      noContent: async ({ resource, caller, params, body, request }) => {
        const change = { ...body, retention: body.retentionPolicy };
        await updateThread(chat, { resource, caller, threadId: params.chatThreadId }, change, request.deadline);
      },
    }),
    operation({
      name: 'chat-delete-thread',
      contract: 'chat.deleteChatThread',
      summary: 'Deletes a thread for everybody, at once and for ever.',
      service: 'chat',
      route: 'DELETE chat/threads/{chatThreadId}',
      auth: userToken('chat'),
      limit: chatRateLimits.deleteThread,
      noContent: ({ resource, caller, params, request }) =>
        deleteThread(chat, { resource, caller, threadId: params.chatThreadId }, request.deadline),
    }),
    operation({
      name: 'chat-list-participants',
      contract: 'chatThread.listChatParticipants',
      summary: 'Lists the participants of a thread.',
      service: 'chat',
      route: 'GET chat/threads/{chatThreadId}/participants',
      auth: anyChatScope,
      limit: chatRateLimits.listParticipants,
      query: SkipQuery,
      returns: ChatParticipantsPage,
      ok: async ({ resource, caller, params, query, request }) => {
        const access = { resource, caller, threadId: params.chatThreadId };
        const page = askedPage(query, resource.immutableId);
        const { participants, after } = await listParticipants(chat, access, page);
        const path = `${threadPath(params.chatThreadId)}/participants`;
        return renderPage(participants.map(renderMember), after, { request, path, maxPageSize: query.maxPageSize });
      },
    }),
    operation({
      name: 'chat-add-participants',
      contract: 'chatThread.addChatParticipants',
      summary: 'Adds participants to a thread; who takes part already gets the new name and metadata.',
      service: 'chat',
      route: 'POST chat/threads/{chatThreadId}/participants/:add',
      auth: userToken('chat', 'chat.join'),
      limit: chatRateLimits.changeParticipants,
      body: AddParticipantsRequest,
      maxBodyBytes: maxParticipantsBodyBytes,
      returns: AddChatParticipantsResult,
      created: async ({ resource, caller, params, body, request }) => {
        const access = { resource, caller, threadId: params.chatThreadId };
        const invalid = await addParticipants(chat, access, body.participants, request.deadline);
        return renderInvalid(invalid);
      },
    }),
    operation({
      name: 'chat-remove-participant',
      contract: 'chatThread.removeChatParticipant',
      summary: 'Removes a participant from a thread, or lets the caller leave it.',
      service: 'chat',
      route: 'POST chat/threads/{chatThreadId}/participants/:remove',
      auth: userToken('chat', 'chat.join'),
      limit: chatRateLimits.changeParticipants,
      body: CommunicationIdentifier,
      noContent: ({ resource, caller, params, body, request }) =>
        removeParticipant(chat, { resource, caller, threadId: params.chatThreadId }, body, request.deadline),
    }),
  ];
}
