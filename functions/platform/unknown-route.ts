// Everything that no operation answers gets an ACS error, which tells a wrong method from a wrong path.
import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import type { Operation } from '../../shared/api/index.js';
import { Fault, faults, renderFault } from '../../shared/http/index.js';
import type { Passing } from '../../shared/passing/index.js';
import { elsewhereOr } from './elsewhere.js';
import { toHttpResponse } from './request-adapter.js';

export function registerUnknownRoute(parts: {
  readonly passing: Passing;
  readonly operations: readonly Operation[];
}): void {
  const templates = parts.operations.map(templateOf);
  app.http('unknown-route', {
    route: '{*path}',
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    authLevel: 'anonymous',
    handler: elsewhereOr(parts, 'unknown-route', (request, context) => answerUnknown(templates, request, context)),
  });
}

interface Template {
  readonly method: string;
  readonly pattern: RegExp;
}

function templateOf({ method, path }: Operation): Template {
  const pattern = path
    .split('/')
    .map((part) => (part.startsWith('{') ? '[^/]+' : part.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')))
    .join('/');
  return { method, pattern: new RegExp(`^/${pattern}/?$`, 'i') };
}

/** Tells a wrong method from a wrong path. */
function answerUnknown(
  templates: readonly Template[],
  request: HttpRequest,
  context: InvocationContext,
): HttpResponseInit {
  const { pathname } = new URL(request.url);
  const allowed = templates.filter(({ pattern }) => pattern.test(pathname)).map(({ method }) => method);
  const fault =
    allowed.length === 0
      ? new Fault(faults.unknownRoute)
      : new Fault(faults.methodNotAllowed, { headers: { allow: [...new Set(allowed)].join(', ') } });
  const facts = { requestId: context.invocationId, clientRequestId: undefined, supportedVersions: undefined };
  return toHttpResponse(renderFault(facts, fault), context);
}
