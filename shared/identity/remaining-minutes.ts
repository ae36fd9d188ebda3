// How long a token lives that is issued for one of Entra ID: as long as that one (ACS "Identity model").
import { invalidToken } from '../auth/index.js';
import type { Clock } from '../time/clock.js';
import { maxTokenMinutes } from './limits.js';

/**
 * @param expiresOn end of the Entra ID token, real ms
 * @throws {Fault} 401 when that is over: it was let in by the leeway for clocks only
 */
export function remainingMinutes(clock: Clock, expiresOn: number): number {
  const minutes = (expiresOn - clock.realNow()) / 60_000;
  if (minutes < 1) {
    throw invalidToken();
  }
  return Math.min(minutes, maxTokenMinutes);
}
