// When a thread's policy runs out, and what follows: first nobody reads it, then an operator may restore it for thirty
// days, then nothing of it is left. Source: ACS "Region availability and data residency" and "Chat concepts".
import type { ThreadState } from './model.js';

const dayMs = 24 * 60 * 60_000;
/** How long after its policy ran out a thread can be restored, product ms. */
export const restoreWindowMs = 30 * dayMs;

/** What decides about a thread's end. */
export type Lifetime = Pick<ThreadState, 'createdOn' | 'retention' | 'retentionSince'>;

/**
 * Product ms when a policy runs out; undefined when it never does. One that is shorter than the thread was old when it was
 * set runs out at that moment: the restore window begins then, and not in the past.
 */
export function runsOutOn({ createdOn, retention, retentionSince = createdOn }: Lifetime): number | undefined {
  if (retention?.kind !== 'threadCreationDate') {
    return undefined;
  }
  return Math.max(createdOn + retention.deleteThreadAfterDays * dayMs, retentionSince);
}
