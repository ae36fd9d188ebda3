// The public keys of the geography, by which anybody can check what it has signed.
import { app } from '@azure/functions';
import type { SigningKeys } from '../../shared/auth/index.js';
import type { Passing } from '../../shared/passing/index.js';
import { elsewhereOr } from './elsewhere.js';

export function registerTokenKeys(parts: { readonly passing: Passing; readonly signingKeys: SigningKeys }): void {
  app.http('token-keys', {
    route: '.well-known/jwks.json',
    methods: ['GET', 'HEAD'],
    authLevel: 'anonymous',
    handler: elsewhereOr(parts, 'token-keys', () => ({
      jsonBody: parts.signingKeys.jwks(),
      headers: { 'cache-control': 'public, max-age=300' },
    })),
  });
}
