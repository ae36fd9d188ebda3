// `GET /health`: whether every capability keeps what it promises, so that a monitor sees it when one does not.
import { app, type HttpResponseInit } from '@azure/functions';
import type { Capability } from '../capability.js';

/**
 * To be registered before anything that can fail: a worker that has registered nothing is a success to the host, and what
 * was wrong stands nowhere.
 *
 * @param capabilities undefined until the app is composed
 */
export function registerHealth(capabilities: () => readonly Capability[] | undefined): void {
  app.http('health', {
    route: 'health',
    methods: ['GET', 'HEAD'],
    authLevel: 'anonymous',
    handler: () => answerHealth(capabilities()),
  });
}

async function answerHealth(capabilities: readonly Capability[] | undefined): Promise<HttpResponseInit> {
  if (capabilities === undefined) {
    return { status: 503, jsonBody: { status: 'unhealthy', troubles: ['The app has not started.'] } };
  }
  const reports = await Promise.all(capabilities.map((each) => each.health?.()));
  const troubles = reports.flatMap((report) => report?.troubles ?? []);
  const isHealthy = troubles.length === 0;
  const jsonBody = {
    status: isHealthy ? 'healthy' : 'unhealthy',
    ...Object.assign({}, ...reports.map((report) => report?.facts)),
    ...(!isHealthy && { troubles }),
  };
  return isHealthy ? { jsonBody } : { status: 503, jsonBody };
}
