// Every budget of calls that there is; a service's table that is not listed here cannot be used.
import { type Budget, Limiter, type Profile, readProfile } from '../shared/api/index.js';
import { callRateLimits } from '../shared/calling/index.js';
import { chatRateLimits } from '../shared/chat/index.js';
import { emailRateLimits } from '../shared/email/index.js';
import { identityRateLimits } from '../shared/identity/index.js';
import { phoneNumberRateLimits } from '../shared/phone-numbers/index.js';
import { roomRateLimits } from '../shared/rooms/index.js';
import { smsRateLimits } from '../shared/sms/index.js';
import type { Clock } from '../shared/time/clock.js';

export const budgets: readonly Budget[] = [
  callRateLimits,
  chatRateLimits,
  emailRateLimits,
  identityRateLimits,
  phoneNumberRateLimits,
  roomRateLimits,
  smsRateLimits,
].flatMap((table) => Object.values<Budget>(table));

export interface OpenLimits {
  readonly limiter: Limiter;
  /** See `RunningApp`. */
  setLimits(profile: unknown): void;
}

/** @param more budgets beyond those of the house */
export function openLimits(configured: Profile, clock: Clock, more: readonly Budget[] = []): OpenLimits {
  const limiter = new Limiter(clock, new Map([...readProfile('open', more), ...configured]));
  return { limiter, setLimits: (profile) => limiter.setProfile(readProfile(profile, [...budgets, ...more])) };
}
