// `GET /health`: whether every capability keeps what it promises, so that a monitor sees it when one does not. Anybody may
// know that; what exactly is not kept, and how much there is of what, is told to who may look at the geography.
import { app, type HttpResponseInit } from '@azure/functions';
import type { HealthReport } from '../health-look.js';

export interface AskedHealth {
  readonly health: { report(): Promise<HealthReport> };
  /** Whether somebody with these headers may know what is behind it. */
  mayKnowHealth(header: (name: string) => string | undefined): Promise<boolean>;
}

/**
 * To be registered before anything that can fail: a worker that has registered nothing is a success to the host, and what
 * was wrong stands nowhere.
 *
 * @param asked undefined until the app is composed
 */
export function registerHealth(asked: () => AskedHealth | undefined): void {
  app.http('health', {
    route: 'health',
    methods: ['GET', 'HEAD'],
    authLevel: 'anonymous',
    handler: ({ headers }) => answerHealth(asked(), (name) => headers.get(name) ?? undefined),
  });
}

/** @param header of who asks, by lower-case name */
export async function answerHealth(
  asked: AskedHealth | undefined,
  header: (name: string) => string | undefined,
): Promise<HttpResponseInit> {
  if (asked === undefined) {
    return { status: 503, jsonBody: { status: 'unhealthy', troubles: ['The app has not started.'] } };
  }
  const { isHealthy, facts, troubles } = await asked.health.report();
  const isTold = await asked.mayKnowHealth(header);
  const jsonBody = {
    status: isHealthy ? 'healthy' : 'unhealthy',
    ...(isTold && facts),
    ...(isTold && !isHealthy && { troubles }),
  };
  return isHealthy ? { jsonBody } : { status: 503, jsonBody };
}
