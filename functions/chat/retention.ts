// Retention of chat threads for the operator: the resource's default, and expired threads. Domicile's own operations.
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { accessKey, type OwnerCaller, restoreKey } from '../../shared/auth/index.js';
import {
  type ChatParts,
  chatThreads,
  type ExpiredThread,
  listExpiredThreads,
  restoreThread,
} from '../../shared/chat/index.js';
import type { Resource } from '../../shared/geography/index.js';
import type { ResourceDirectory } from '../../shared/resources/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { nextLink } from '../wire/next-link.js';
import { RetentionPolicyModel } from './wire.js';

/** Where it is written down that a thread was restored, and by whom. */
export interface RestoreAudit {
  record(
    resource: Resource,
    caller: OwnerCaller,
    action: 'restore-thread',
    counts?: Readonly<Record<string, number>>,
  ): Promise<void>;
}

const ExpiredQuery = z.object({
  maxPageSize: z.coerce.number().int().min(1).max(100).default(100),
  after: z
    .string()
    .regex(/^[\w-]{36}$/, 'Use the nextLink of the page before as it is.')
    .optional(),
});

const RestoreRequest = z.object({ retentionPolicy: RetentionPolicyModel });

const common = { service: 'retention', auth: accessKey } as const;
const restore = { service: 'retention', auth: restoreKey } as const;

export function chatRetentionOperations(
  chat: ChatParts,
  resources: Pick<ResourceDirectory, 'setChatRetention'>,
  audit: RestoreAudit,
) {
  return [
    operation({
      ...common,
      name: 'chat-get-default-retention',
      summary: 'Gets the retention policy of new threads whose creator names none.',
      route: 'GET chat/defaultRetentionPolicy',
      ok: async ({ resource }) => resource.chatRetention ?? { kind: 'none' as const },
    }),
    operation({
      ...common,
      name: 'chat-set-default-retention',
      summary: 'Sets the retention policy of new threads whose creator names none; threads that exist are not touched.',
      route: 'PUT chat/defaultRetentionPolicy',
      body: RetentionPolicyModel,
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
      noContent: async ({ resource, caller, params, body, request }) => {
        await audit.record(resource, caller, 'restore-thread');
        await restoreThread(chat, resource, params.chatThreadId, body.retentionPolicy, request.deadline);
        await audit.record(resource, caller, 'restore-thread', { [chatThreads.name]: 1 });
      },
    }),
  ];
}

function renderExpired({ id, participants, expiredOn, restorableUntil }: ExpiredThread) {
  return { id, participants, expiredOn: toSeconds(expiredOn), restorableUntil: toSeconds(restorableUntil) };
}
