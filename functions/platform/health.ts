// `GET /health`: whether every capability keeps what it promises, so that a monitor sees it when one does not.
import { app, type HttpResponseInit } from '@azure/functions';
import type { Capability } from '../capability.js';

export function registerHealth(capabilities: readonly Capability[]): void {
  app.http('health', {
    route: 'health',
    methods: ['GET', 'HEAD'],
    authLevel: 'anonymous',
    handler: () => answerHealth(capabilities),
  });
}

async function answerHealth(capabilities: readonly Capability[]): Promise<HttpResponseInit> {
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
