// The log of requests about identities and tokens, as ACS has it.
import { tokenScopes } from '../../shared/auth/index.js';
import { type RequestLog, requestTable } from '../request-log.js';

export const identityRequestLog: RequestLog = {
  service: 'identity',
  table: requestTable({
    name: 'ACSAuthIncomingOperations',
    category: 'AuthOperational',
    summary: 'A request about an identity or a token.',
    columns: {
      Identity: { type: 'string', holds: 'raw id of whom it is about', person: 'identity' },
      Scopes: { type: 'dynamic', holds: 'scopes of the token' },
    },
  }),
  columnsOf: ({ params, body, result }) => {
    const asked = body as { readonly scopes?: unknown; readonly createTokenWithScopes?: unknown } | undefined;
    const made = result as { readonly identity?: { readonly id?: unknown } } | undefined;
    const id = params['id'] ?? made?.identity?.id;
    const scopes = asked?.scopes ?? asked?.createTokenWithScopes;
    return {
      Identity: typeof id === 'string' ? id : undefined,
      Scopes: Array.isArray(scopes) ? tokenScopes.filter((scope) => scopes.includes(scope)) : undefined,
    };
  },
};
