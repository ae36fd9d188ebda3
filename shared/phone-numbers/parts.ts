// What the use cases of phone numbers are made of.
import type { Jobs, Operations } from '../jobs/index.js';
import type { DueIndex } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import type { NumberClaims } from './claims.js';
import type { NumberItems } from './number-items.js';
import type { NumberProvider } from './number-provider.js';

export interface NumberParts {
  readonly provider: NumberProvider;
  readonly claims: NumberClaims;
  readonly items: NumberItems;
  readonly jobs: Pick<Jobs, 'add' | 'enqueue' | 'requireOwnStorage'>;
  readonly operations: Operations;
  readonly due: DueIndex;
  readonly clock: Clock;
  readonly ids: Ids;
}
