// A request that comes again is taken once: its id stands in the call, as a short hash, as long as the call lives.
import { hash } from 'node:crypto';
import type { CallStep } from './call-step.js';
import { connectionId } from './call-ids.js';

const remembered = 100;

/** @returns whether it has come before */
export function isTaken(step: CallStep, requestId: string | undefined): boolean {
  if (requestId === undefined) {
    return false;
  }
  const mark = halfOf(requestId).toString('base64url');
  if (step.call.taken.includes(mark)) {
    return true;
  }
  step.set({ taken: [...step.call.taken, mark].slice(-remembered) });
  return false;
}

/** The same guid for the same request. */
export function guidOf(requestId: string): string {
  const bytes = hash('sha256', `guid:${requestId}`, 'buffer');
  return connectionId(
    `${bytes.subarray(0, 6).toString('hex')}4${bytes.toString('hex').slice(20, 23)}`,
    bytes.subarray(16, 24),
  );
}

export function halfOf(requestId: string): Buffer {
  return hash('sha256', requestId, 'buffer').subarray(0, 8);
}
