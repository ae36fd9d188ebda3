// What the app answers beside the services: its health, its public keys, and an ACS error for everything else.
import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { Fault, faults, type Operation, renderFault } from '../../shared/api/index.js';
import { recordParkedJobs } from '../../shared/diagnostics/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import type { ComposedApp } from '../compose.js';
import { toHttpResponse } from './request-adapter.js';

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
    handler: () => ({ jsonBody: composed.signingKeys.jwks(), headers: { 'cache-control': 'public, max-age=300' } }),
  });
  const templates = composed.operations.map(templateOf);
  app.http('unknown-route', {
    route: '{*path}',
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    authLevel: 'anonymous',
    handler: (request) => answerUnknown(templates, request),
  });
}

/** Parked jobs and things long overdue are promises that are not being kept: unhealthy, so that a monitor sees it. */
async function answerHealth(composed: ComposedApp): Promise<HttpResponseInit> {
  const [{ count, since }, overdueMs] = await Promise.all([composed.jobs.parked(), composed.overdueMs()]);
  recordParkedJobs(count);
  const isHealthy = count === 0 && overdueMs <= maxOverdueMs;
  const jsonBody = {
    status: isHealthy ? 'healthy' : 'unhealthy',
    parkedJobs: count,
    ...(since !== undefined && { parkedSince: toSeconds(since) }),
    overdueSeconds: Math.round(overdueMs / 1000),
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
function answerUnknown(templates: readonly Template[], request: HttpRequest): HttpResponseInit {
  const { pathname } = new URL(request.url);
  const allowed = templates.filter(({ pattern }) => pattern.test(pathname)).map(({ method }) => method);
  const fault =
    allowed.length === 0
      ? new Fault(faults.unknownRoute)
      : new Fault(faults.methodNotAllowed, { headers: { allow: [...new Set(allowed)].join(', ') } });
  const facts = { requestId: crypto.randomUUID(), clientRequestId: undefined, supportedVersions: undefined };
  return toHttpResponse(renderFault(facts, fault));
}
