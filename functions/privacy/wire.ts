// What the privacy operations share on the wire.
import { z } from 'zod';
import { privacyKey } from '../../shared/auth/index.js';
import { maxIdentifiersPerCall, type StoreReport } from '../../shared/privacy/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { camelCaseStates, type LongRunningStyle } from '../wire/long-running.js';

export const privacyCommon = { service: 'privacy', auth: privacyKey } as const;

export const privacyOperationStyle = {
  path: '/privacy/operations',
  states: camelCaseStates,
  addresses: 'absolute',
  retryAfterSeconds: 1,
} as const satisfies LongRunningStyle;

export const Identifiers = z.array(z.string().min(1).max(512)).min(1).max(maxIdentifiersPerCall);

export function renderReport({ since, keptUntil, ...report }: StoreReport) {
  return {
    ...report,
    ...(since !== undefined && { since: toSeconds(since) }),
    ...(keptUntil !== undefined && { keptUntil: toSeconds(keptUntil) }),
  };
}
