// When a delivery that was put off is handed over again.
import type { Ids } from '../time/ids.js';
import { firstBackOffMs, longestBackOffMs } from './limits.js';

/**
 * Half of the time is certain and half is drawn, so that what failed together does not come again together.
 *
 * @param attempts how often it was handed over, from 1
 * @param notBefore what the other side asked for, product ms
 * @returns product ms, never after the last hour: then it is given up
 */
export function nextAttemptAt(
  ids: Ids,
  now: number,
  {
    attempts,
    notBefore,
    giveUpAt,
  }: { readonly attempts: number; readonly notBefore: number; readonly giveUpAt: number },
): number {
  const longest = Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(attempts - 1, 20));
  const backOff = longest * (0.5 + ids.fraction() / 2);
  return Math.ceil(Math.min(giveUpAt, Math.max(now + backOff, notBefore)));
}
