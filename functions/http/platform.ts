// What the app answers beside the services: its health, its public keys, whether a host is one of its own, and an ACS error
// for everything else. What is asked at the host of another geography's resource goes on to there.
import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { Fault, faults, type Operation, renderFault } from '../../shared/api/index.js';
import { recordParkedJobs } from '../../shared/diagnostics/index.js';
import { hostQuestionPath } from '../../shared/geography/passing/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import type { ComposedApp } from '../compose.js';
import { toApiRequest, toHttpResponse } from './request-adapter.js';

/** Sweeps run every five minutes; an hour means that they do not. */
const maxOverdueMs = 60 * 60_000;

export function registerPlatform(composed: ComposedApp): void {
  app.http('health', {
    route: 'health',
    methods: ['GET'],
    authLevel: 'anonymous',
    handler: () => answerHealth(composed),
  });
  app.http('token-keys', {
    route: '.well-known/jwks.json',
    methods: ['GET'],
    authLevel: 'anonymous',
    handler: elsewhereOr(composed, 'token-keys', () => ({
      jsonBody: composed.signingKeys.jwks(),
      headers: { 'cache-control': 'public, max-age=300' },
    })),
  });
  app.http('host-question', {
    route: hostQuestionPath,
    methods: ['HEAD'],
    authLevel: 'anonymous',
    handler: async (request, context) => ({
      status: (await composed.passing.isHere(toApiRequest(request, context))) ? 204 : 404,
    }),
  });
  const templates = composed.operations.map(templateOf);
  app.http('unknown-route', {
    route: '{*path}',
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    authLevel: 'anonymous',
    handler: elsewhereOr(composed, 'unknown-route', (request, context) => answerUnknown(templates, request, context)),
  });
}

type Handler = (request: HttpRequest, context: InvocationContext) => HttpResponseInit;

function elsewhereOr({ passing }: ComposedApp, name: string, handle: Handler) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const answer = await passing.passOn(name, toApiRequest(request, context));
    return answer === undefined ? handle(request, context) : toHttpResponse(answer, context);
  };
}

/**
 * Parked jobs, things long overdue and data that does not belong here are promises that are not being kept: unhealthy, so
 * that a monitor sees it.
 */
async function answerHealth(composed: ComposedApp): Promise<HttpResponseInit> {
  const [{ count, since }, overdueMs, residency] = await Promise.all([
    composed.jobs.parked(),
    composed.overdueMs(),
    composed.residency.latest(),
  ]);
  const foreign = residency?.foreign ?? 0;
  recordParkedJobs(count);
  const isHealthy = count === 0 && overdueMs <= maxOverdueMs && foreign === 0;
  const jsonBody = {
    status: isHealthy ? 'healthy' : 'unhealthy',
    parkedJobs: count,
    ...(since !== undefined && { parkedSince: toSeconds(since) }),
    overdueSeconds: Math.round(overdueMs / 1000),
    ...(residency !== undefined && { residencyRecordedOn: residency.day, foreignItems: foreign }),
  };
  return isHealthy ? { jsonBody } : { status: 503, jsonBody };
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
  const facts = { requestId: crypto.randomUUID(), clientRequestId: undefined, supportedVersions: undefined };
  return toHttpResponse(renderFault(facts, fault), context);
}
