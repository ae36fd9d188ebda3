// Everything that no function took gets an ACS error, which tells a wrong method from a wrong path, and both from an
// operation that ACS has and that is not there yet.
import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { operation, type Operation, type Pipeline } from '../../shared/api/index.js';
import { manager } from '../../shared/auth/index.js';
import { Fault, faults, renderFault } from '../../shared/http/index.js';
import type { Passing } from '../../shared/passing/index.js';
import { elsewhereOr } from './elsewhere.js';
import { type KnownRoute, knownRoutes } from './known-routes.js';
import { methodsOf } from './methods.js';
import { toApiRequest, toHttpResponse } from './request-adapter.js';
import { type ListedRoute, RouteList } from './route-list.js';

/** The live client of the chat SDK asks for it at the root, where no function can have its route. */
const liveCheckPath = 'live/check';

export function registerUnknownRoute(parts: {
  readonly passing: Passing;
  readonly pipeline: Pipeline;
  readonly operations: readonly Operation[];
}): void {
  const routes = new RouteList<ListedRoute & { readonly known?: KnownRoute }>([
    ...parts.operations,
    ...knownRoutes.map((known) => ({ method: known[1], path: known[2], known })),
  ]);
  const refuse = elsewhereOr(parts, 'unknown-route', (request, context) => {
    const allowed = routes.at(new URL(request.url).pathname).flatMap(({ method }) => methodsOf(method));
    return answerUnknown(allowed, context);
  });
  app.http('unknown-route', {
    route: '{*path}',
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    authLevel: 'anonymous',
    handler: async (request: HttpRequest, context: InvocationContext) => {
      const { pathname, searchParams } = new URL(request.url);
      const path = pathname === '/' && searchParams.has('check') ? liveCheckPath : doubledPath(pathname);
      const meant = path === undefined ? undefined : operationAt(parts.operations, request.method, path);
      if (meant !== undefined) {
        return toHttpResponse(await parts.pipeline(meant, toApiRequest(request, context)), context);
      }
      const found = routes.at(pathname).find(({ method }) => methodsOf(method).some((each) => each === request.method));
      return found?.known === undefined
        ? refuse(request, context)
        : toHttpResponse(await parts.pipeline(notThereYet(found.known), toApiRequest(request, context)), context);
    },
  });
}

/** Some SDKs put a path behind an endpoint that ends in a slash, as they took it from a connection string. */
function doubledPath(pathname: string): string | undefined {
  return pathname.startsWith('//') ? pathname.slice(2) : undefined;
}

function operationAt(operations: readonly Operation[], method: string, path: string): Operation | undefined {
  const wanted = path.toLowerCase();
  return operations.find(
    (each) => each.method === method && !each.path.includes('{') && each.path.toLowerCase() === wanted,
  );
}

/**
 * An operation that only says that it is not there. It is asked as others are: at the host of a resource, with a version of
 * its service, in whichever geography the resource lies.
 */
function notThereYet([service, method, path]: KnownRoute): Operation {
  return operation({
    name: 'unknown-route',
    summary: 'Not there yet.',
    service,
    route: `${method} ${path}`,
    auth: service === 'management' ? manager('read') : { kind: 'anonymous' },
    ok: () => Promise.reject(new Fault(faults.notThereYet)),
  });
}

/** Tells a wrong method from a wrong path. */
function answerUnknown(allowed: readonly string[], context: InvocationContext): HttpResponseInit {
  const fault =
    allowed.length === 0
      ? new Fault(faults.unknownRoute)
      : new Fault(faults.methodNotAllowed, { headers: { allow: [...new Set(allowed)].join(', ') } });
  const facts = { requestId: context.invocationId, clientRequestId: undefined, supportedVersions: undefined };
  return toHttpResponse(renderFault(facts, fault), context);
}
