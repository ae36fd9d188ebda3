// Where a thread stands. Everything that depends on it asks here: who may read, what a sweep may do, what an operator is
// told. A thread ends twice: its policy expires it, for thirty days reversibly, and a deletion closes it for good.
import { sweptWithinMs } from '../data-map/index.js';
import type { ThreadState } from './model.js';
import { restoreWindowMs, runsOutOn } from './retention.js';

export type Lifecycle =
  | { readonly stage: 'active' }
  /** Its history is still being brought here from elsewhere: nobody reads it and nobody writes to it. */
  | { readonly stage: 'moving' }
  /** Its policy has run out; an operator may restore it for a while. */
  | {
      readonly stage: 'expired';
      /** Product ms. */
      readonly on: number;
      /** Whether a sweep has found it; what it has marked stays expired, whatever the clock says afterwards. */
      readonly isMarked: boolean;
    }
  /** For good: what is left of it goes with the next purge. */
  | {
      readonly stage: 'deleted';
      /** Product ms. */
      readonly on: number;
      /** Number of the entry that says so. */
      readonly sequence: number;
    };

const active: Lifecycle = { stage: 'active' };
const moving: Lifecycle = { stage: 'moving' };

/**
 * @param now product ms
 * @example
 * if (lifecycleOf(state, clock.now()).stage !== 'active') {
 *   throw new Fault(chatFaults.threadGone);
 * }
 */
export function lifecycleOf(state: ThreadState, now: number): Lifecycle {
  if (state.deleted !== undefined) {
    const { on, sequence } = state.deleted;
    return { stage: 'deleted', on, sequence };
  }
  if (state.expired !== undefined) {
    return { stage: 'expired', on: state.expired.on, isMarked: true };
  }
  const end = runsOutOn(state);
  if (end !== undefined && now >= end) {
    return { stage: 'expired', on: end, isMarked: false };
  }
  return state.moving === undefined ? active : moving;
}

/** Whether nobody may read the thread any more; what is still being brought here is its people's already. */
export function hasEnded(state: ThreadState, now: number): boolean {
  const { stage } = lifecycleOf(state, now);
  return stage === 'expired' || stage === 'deleted';
}

/** Product ms when nothing of a thread is stored any more; undefined while only a request ends it. */
export function storedUntil(state: ThreadState): number | undefined {
  const end = lifecycleOf(state, Number.POSITIVE_INFINITY);
  switch (end.stage) {
    case 'deleted':
      return end.on + sweptWithinMs;
    case 'expired':
      return end.on + restoreWindowMs;
    case 'active':
    case 'moving':
      return undefined;
  }
}
