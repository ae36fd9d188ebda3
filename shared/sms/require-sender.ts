// Who may send from where: from a number that the resource owns and that sends texts, or with a name that the operator has
// allowed it.
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import type { OwnedNumbers } from '../phone-numbers/index.js';
import { smsFaults } from './faults.js';
import { isNumber } from './senders.js';

export interface SenderParts {
  readonly numbers: OwnedNumbers;
  /** Whether texts of this resource may go out under a name. */
  mayUseName(resource: Resource, name: string): boolean;
}

/** @throws {Fault} 401, as recorded: also for a number of another resource */
export async function requireSender(
  { numbers, mayUseName }: SenderParts,
  resource: Resource,
  from: string,
): Promise<void> {
  if (!isNumber(from)) {
    if (!mayUseName(resource, from)) {
      throw new Fault(smsFaults.notOwned);
    }
    return;
  }
  const owned = await numbers.find(resource.immutableId, from);
  if (owned === undefined || !owned.capabilities.sms.includes('outbound')) {
    throw new Fault(smsFaults.notOwned);
  }
}
