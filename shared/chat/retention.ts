// When a thread's policy runs out, and what follows: first nobody reads it, then an operator may restore it for thirty
// days, then nothing of it is left. Source: ACS "Region availability and data residency" and "Chat concepts".
import type { RetentionPolicy, ThreadState } from './model.js';

const dayMs = 24 * 60 * 60_000;
/** How long after its policy ran out a thread can be restored, product ms. */
export const restoreWindowMs = 30 * dayMs;

/** Product ms when a policy runs out; undefined when it never does. */
export function runsOutOn(createdOn: number, policy: RetentionPolicy | undefined): number | undefined {
  return policy?.kind === 'threadCreationDate' ? createdOn + policy.deleteThreadAfterDays * dayMs : undefined;
}

/**
 * Product ms since when a thread is expired; undefined while it lives. What a sweep has marked stays expired, whatever
 * the clock says afterwards.
 */
export function expiredOn(state: ThreadState, now: number): number | undefined {
  if (state.expired !== undefined) return state.expired.on;
  const end = runsOutOn(state.createdOn, state.retention);
  return end !== undefined && now >= end ? end : undefined;
}
