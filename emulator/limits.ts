// How often the operations of the running apps may be called: what was asked for at the start, and what is in force now.
import type { EmulatorLimits } from './contract.js';
import { RequestRefused } from './emulator-error.js';
import { reasonOf } from '../cli/reason-of.js';

export interface LimitsInForce {
  readonly initial: EmulatorLimits;
  current: EmulatorLimits;
}

/** @throws {RequestRefused} 400 with one sentence about what is wrong */
export async function checkLimits(limits: unknown): Promise<EmulatorLimits> {
  if (limits === 'open' || limits === 'acs') {
    return limits;
  }
  // Loaded only for own figures: the names of all budgets stand in the services, which the supervisor does not need.
  const [{ readProfile }, { budgets }] = await Promise.all([
    import('../shared/api/index.js'),
    import('../functions/rate-limits.js'),
  ]);
  try {
    readProfile(limits, budgets);
  } catch (error) {
    throw new RequestRefused(400, 'InvalidLimits', reasonOf(error));
  }
  return limits as EmulatorLimits;
}

/** The value of the app's setting `DOMICILE_LIMITS`. */
export function limitsSetting(limits: EmulatorLimits): string {
  return typeof limits === 'string' ? limits : JSON.stringify(limits);
}
