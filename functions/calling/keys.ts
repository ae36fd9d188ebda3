// By what receivers check the tokens of callbacks: the document of ACS "Secure webhook endpoints and WebSocket connections",
// at the host of each resource. The keys that it leads to are given out by functions/platform/callback-keys.ts.
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import { Text } from '../wire/written.js';

const common = { service: 'callbackKeys', auth: { kind: 'anonymous' } } as const;

const Configuration = z
  .object({
    issuer: Text,
    jwks_uri: Text,
    id_token_signing_alg_values_supported: z.array(Text),
    response_types_supported: z.array(Text),
    subject_types_supported: z.array(Text),
    claims_supported: z.array(Text),
  })
  .meta({ id: 'CallbackConfiguration' });

export function callbackConfigurationOperations(issuer: string): Operation[] {
  return [
    operation({
      ...common,
      name: 'calls-callback-configuration',
      summary: 'Says who signs callbacks, and where the keys are.',
      route: 'GET calling/.well-known/acsopenidconfiguration',
      returns: Configuration,
      ok: async ({ request }) => ({
        issuer,
        jwks_uri: `${request.origin}/calling/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
        response_types_supported: ['id_token'],
        subject_types_supported: ['pairwise'],
        claims_supported: ['iss', 'aud', 'exp', 'nbf', 'iat'],
      }),
    }),
  ];
}
