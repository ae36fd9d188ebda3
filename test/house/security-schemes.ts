// How each kind of credentials stands in the OpenAPI document. The kinds that nothing asks for are left out.
import type { Operation } from '../../shared/api/index.js';
import { webhookSignatureHeader } from '../../shared/auth/index.js';

/** Always there: what the first services ask for. */
const common = {
  accessKey: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=...',
  },
  userToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  entra: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of Entra ID.' },
};

const rarer = {
  skypeToken: { type: 'apiKey', in: 'header', name: 'X-Skypetoken', description: 'A user token.' },
  callToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token for one call.' },
  webhookSignature: {
    type: 'apiKey',
    in: 'header',
    name: webhookSignatureHeader,
    description: 't=<seconds since 1970>,v1=<base64 of HMAC-SHA256 over the seconds, a dot and the body>',
  },
};

export function securitySchemes(operations: readonly Operation[]): Record<string, object> {
  const used = new Set(operations.flatMap(security).flatMap((each) => Object.keys(each)));
  return { ...common, ...Object.fromEntries(Object.entries(rarer).filter(([name]) => used.has(name))) };
}

/** Any one of the list will do. */
export function security({ auth }: Operation): object[] {
  switch (auth.kind) {
    case 'anonymous':
      return [];
    case 'entra':
    case 'entraUser':
      return [{ entra: [] }];
    case 'accessKey':
      return [{ accessKey: [] }, { entra: [] }];
    case 'webhook':
      return auth.about === 'geography' ? [{ webhookSignature: [] }] : [{ webhookSignature: [] }, { entra: [] }];
    case 'callToken':
      return [{ callToken: [] }];
    case 'userToken':
      return auth.scopes.map((scope) => ({ [auth.header === undefined ? 'userToken' : 'skypeToken']: [scope] }));
  }
}
