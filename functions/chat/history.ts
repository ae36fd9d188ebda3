// What people who are added to a thread see of its past, when nobody says since when: the owner's setting of the resource.
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import type { ResourceDirectory } from '../../shared/resources/index.js';

const DefaultHistory = z.strictObject({ history: z.enum(['all', 'none']) }).meta({ id: 'ChatDefaultHistory' });

const common = { service: 'retention', auth: accessKey } as const;

export function chatHistoryOperations(resources: Pick<ResourceDirectory, 'setChatHistory'>) {
  return [
    operation({
      ...common,
      name: 'chat-get-default-history',
      summary: 'Gets what people who are added to a thread without a time see of its past: `all` or `none`.',
      route: 'GET chat/defaultHistory',
      returns: DefaultHistory,
      ok: async ({ resource }) => ({ history: resource.chatHistory ?? 'all' }),
    }),
    operation({
      ...common,
      name: 'chat-set-default-history',
      summary: 'Sets what people who are added to a thread without a time see of its past; who is in one stays as is.',
      route: 'PUT chat/defaultHistory',
      body: DefaultHistory,
      returns: DefaultHistory,
      ok: async ({ resource, body }) => {
        await resources.setChatHistory(resource, body.history);
        return body;
      },
    }),
  ];
}
