// The public keys of the geography, by which anybody can check what it has signed.
import { app } from '@azure/functions';
import type { SigningKeys } from '../../shared/auth/index.js';
import type { Passing } from '../../shared/passing/index.js';
import { elsewhereOr } from './elsewhere.js';

export interface TokenKeysParts {
  readonly passing: Passing;
  readonly signingKeys: SigningKeys;
  /** How the geography calls itself in what it signs. */
  readonly issuer: string;
}

export function registerTokenKeys(parts: TokenKeysParts): void {
  app.http('token-keys', {
    route: '.well-known/jwks.json',
    methods: ['GET', 'HEAD'],
    authLevel: 'anonymous',
    handler: elsewhereOr(parts, 'token-keys', () => ({
      // The name beside the keys (RFC 7517, section 5: whoever does not know it ignores it).
      jsonBody: { ...parts.signingKeys.jwks(), issuer: parts.issuer },
      headers: { 'cache-control': 'public, max-age=300' },
    })),
  });
}
