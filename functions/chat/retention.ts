// Retention of chat threads for the operator: the resource's default, and expired threads. Domicile's own operations.
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { accessKey, restoreKey } from '../../shared/auth/index.js';
import {
  type ChatParts,
  chatThreads,
  type ExpiredThread,
  listExpiredThreads,
  restoreThread,
} from '../../shared/chat/index.js';
import type { ResourceDirectory } from '../../shared/resources/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { nextLink } from '../wire/next-link.js';
import { pageOf } from '../wire/written.js';
import { ChatRetentionPolicy, ExpiredChatThread } from './answers.js';

const ExpiredQuery = z.object({
  maxPageSize: z.coerce.number().int().min(1).max(100).default(100),
  after: z
    .string()
    .regex(/^[\w-]{36}$/, 'Use the nextLink of the page before as it is.')
    .optional(),
});

const ExpiredThreadsPage = pageOf(ExpiredChatThread);

const RestoreRequest = z.object({ retentionPolicy: ChatRetentionPolicy });

const common = { service: 'retention', auth: accessKey } as const;
const restore = { service: 'retention', auth: restoreKey } as const;

export function chatRetentionOperations(chat: ChatParts, resources: Pick<ResourceDirectory, 'setChatRetention'>) {
  return [
    operation({
      ...common,
      name: 'chat-get-default-retention',
      summary: 'Gets the retention policy of new threads whose creator names none.',
      route: 'GET chat/defaultRetentionPolicy',
      returns: ChatRetentionPolicy,
      ok: async ({ resource }) => resource.chatRetention ?? { kind: 'none' as const },
    }),
    operation({
      ...common,
      name: 'chat-set-default-retention',
      summary: 'Sets the retention policy of new threads whose creator names none; threads that exist are not touched.',
      route: 'PUT chat/defaultRetentionPolicy',
      body: ChatRetentionPolicy,
      returns: ChatRetentionPolicy,
      ok: async ({ resource, body }) => {
        await resources.setChatRetention(resource, body);
        return body;
      },
    }),
    operation({
      ...restore,
      name: 'chat-list-expired-threads',
      summary: 'Lists the threads that a policy has deleted and that can still be restored; no topic, no content.',
      route: 'GET chat/expiredThreads',
      query: ExpiredQuery,
      returns: ExpiredThreadsPage,
      ok: async ({ resource, query, request }) => {
        const { maxPageSize, after } = query;
        const page = await listExpiredThreads(chat, resource, { limit: maxPageSize, after });
        return {
          value: page.threads.map(renderExpired),
          ...(page.after !== undefined && {
            nextLink: nextLink(request, '/chat/expiredThreads', { after: page.after, maxPageSize }),
          }),
        };
      },
    }),
    operation({
      ...restore,
      name: 'chat-restore-thread',
      summary: 'Brings an expired thread back, with a policy that has not run out.',
      route: 'POST chat/expiredThreads/{chatThreadId}/:restore',
      body: RestoreRequest,
      audits: { action: 'restore-thread', done: { [chatThreads.name]: 1 } },
      noContent: ({ resource, params, body, request }) =>
        restoreThread(chat, resource, params.chatThreadId, body.retentionPolicy, request.deadline),
    }),
  ];
}

function renderExpired({ id, participants, expiredOn, restorableUntil }: ExpiredThread) {
  return { id, participants, expiredOn: toSeconds(expiredOn), restorableUntil: toSeconds(restorableUntil) };
}
