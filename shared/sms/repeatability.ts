// What makes a request repeatable: an id, and when it was sent first (OASIS Repeatable Requests 1.0). The official clients
// make both anew for each recipient and call, and repeat them when they repeat the request.
import { parseHttpDate } from '../auth/index.js';
import type { Clock } from '../time/clock.js';
import { aheadMs, repeatableMs } from './limits.js';

const guid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

export interface Repeatability {
  readonly requestId?: string | undefined;
  readonly firstSent?: string | undefined;
}

/** By real time, as the dates of signatures: a moved clock refuses nobody. @returns undefined when nothing is wrong */
export function problemOfRepeatability(
  clock: Pick<Clock, 'realNow'>,
  { requestId, firstSent }: Repeatability,
): string | undefined {
  if (requestId === undefined && firstSent === undefined) {
    return undefined;
  }
  if (requestId === undefined || !guid.test(requestId)) {
    return 'Invalid Repeatability-Request-Id: it must be a GUID.';
  }
  const sentOn = firstSent === undefined ? undefined : parseHttpDate(firstSent);
  if (sentOn === undefined) {
    return 'Invalid Repeatability-First-Sent: it must be a date in the form of RFC 1123.';
  }
  const age = clock.realNow() - sentOn;
  return age > repeatableMs || age < -aheadMs
    ? 'Invalid Repeatability-First-Sent: it is too old, or lies ahead.'
    : undefined;
}
