// How often each operation of identity may be called. Source: ACS "Service limits", identity.
import { perResource, rateLimits } from '../api/limits/index.js';

export const identityRateLimits = rateLimits('identity', {
  /** ACS has two rows of the same figure, with and without a token; which one it is stands in the body, unread so far. */
  create: [perResource(1_000, '30s')],
  delete: [perResource(500, '30s')],
  issueToken: [perResource(1_000, '30s')],
  revokeTokens: [perResource(500, '30s')],
  exchangeToken: [perResource(500, '30s')],
});
