// The public keys of callbacks, at the path where ACS has them. The key is made when somebody asks first.
import { app } from '@azure/functions';
import type { CallbackKeys } from '../../shared/auth/index.js';
import { renderFault } from '../../shared/http/index.js';
import type { Passing } from '../../shared/passing/index.js';
import { elsewhereOr } from './elsewhere.js';
import { toHttpResponse } from './request-adapter.js';

export function registerCallbackKeys(parts: { readonly passing: Passing; readonly callbackKeys: CallbackKeys }): void {
  app.http('callback-keys', {
    route: 'calling/keys',
    methods: ['GET', 'HEAD'],
    authLevel: 'anonymous',
    handler: elsewhereOr(parts, 'callback-keys', (_request, context) => {
      try {
        const jsonBody = parts.callbackKeys.get().jwks();
        return { jsonBody, headers: { 'cache-control': 'public, max-age=300' } };
      } catch (failure) {
        const facts = { requestId: context.invocationId, clientRequestId: undefined, supportedVersions: undefined };
        return toHttpResponse(renderFault(facts, failure), context);
      }
    }),
  });
}
