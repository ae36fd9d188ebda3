// What an entry point, or a test, hands to the composition beside the settings.
import type { Budget } from '../shared/api/index.js';
import type { StoreIdentity } from '../shared/data-map/index.js';
import type { Capability } from './capability.js';
import type { Foundation, FoundationOptions } from './foundation.js';

/** A capability that is not of the house: what its lines in `data-map.ts`, `rate-limits.ts` and `compose.ts` would be. */
export interface Guest {
  readonly stores: readonly StoreIdentity[];
  readonly budgets?: readonly Budget[];
  compose(foundation: Foundation): Capability;
}

export interface ComposeOptions extends FoundationOptions {
  /** One more capability; for the tests of the house itself. */
  readonly guest?: Guest;
}
