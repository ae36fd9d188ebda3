// The erasure that the deletion of an identity starts: one identifier, and no receipt, since nobody asked for one.
import type { Jobs } from '../jobs/index.js';
import { eraseIdentifiersKind } from './erase-identifiers.js';

export interface IdentityErasure {
  /** Makes the job; it will be done from now on, but is not hurried yet. */
  add(resourceId: string, rawId: string): Promise<{ readonly id: string }>;
  /** Has it done now. */
  enqueue(jobId: string): Promise<void>;
}

export function erasureOfIdentities(jobs: Pick<Jobs, 'add' | 'enqueue'>): IdentityErasure {
  return {
    add: (resourceId, rawId) =>
      jobs.add(eraseIdentifiersKind, resourceId, { identifiers: [{ kind: 'identity', rawId }] }),
    enqueue: (jobId) => jobs.enqueue(jobId),
  };
}
