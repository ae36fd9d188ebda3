// Where requests enter: those that are answered here, those that are passed on to their geography, and the question whether
// the app is well.
import { createPipeline, type Limiter, type PipelineParts, RequestShares, Shares } from '../shared/api/index.js';
import { createFindHere, createPassing } from '../shared/passing/index.js';
import type { Capability } from './capability.js';
import type { ComposedApp } from './composed-app.js';
import type { Foundation } from './foundation.js';
import { HealthLook } from './health-look.js';

export type Front = Pick<ComposedApp, 'pipeline' | 'passing' | 'health' | 'mayKnowHealth'>;

export interface FrontPorts extends Pick<PipelineParts, 'audit' | 'note'> {
  readonly limiter: Limiter;
}

export function openFront(
  foundation: Foundation,
  capabilities: readonly Capability[],
  { limiter, audit, note }: FrontPorts,
): Front {
  const { config, options, clock, ids, peers, directory, authenticator, announcements } = foundation;
  const { isEmulator, frontEnd, geography } = config;
  const { reportFailure } = options;
  const findResource = createFindHere({ isEmulator, peers, find: (host) => directory.find(host) });
  const shares = new Shares(clock);
  return {
    pipeline: createPipeline({
      clock,
      ids,
      authenticator,
      limiter,
      shares,
      frontEnd,
      geography,
      peers,
      catchUp: () => announcements.catchUp(),
      findResource,
      audit,
      note,
      reportFailure,
    }),
    passing: createPassing({
      clock,
      ids,
      peers,
      findResource,
      frontEnd,
      share: (sharing) => new RequestShares(shares, sharing),
      reportFailure,
    }),
    health: new HealthLook({
      clock,
      capabilities,
      reportFailure: (failure) => reportFailure('health', '', failure),
    }),
    mayKnowHealth: async (header) => isEmulator || (await authenticator.mayRead(header)),
  };
}
