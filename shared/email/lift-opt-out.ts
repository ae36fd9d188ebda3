// Lets mail go to an address again that an erasure has left suppressed as a hash, or that took no mail for a time: because
// its owner has asked for it. Entries of lists are deleted as what they are.
import { parseAddress } from '../data-map/index.js';
import { Fault } from '../http/index.js';
import { requireSettled } from '../management/index.js';
import { emailFaults } from './faults.js';
import { checkPath, type ItemId } from './item-id.js';
import type { EmailParts } from './parts.js';

/**
 * @param id of the domain
 * @throws {Fault} 400 for what is no address, 404 without the resource, or when no hash suppresses the address there
 */
export async function liftOptOut(parts: EmailParts, id: ItemId, text: string): Promise<void> {
  const address = parseAddress(text);
  if (address === undefined) {
    throw new Fault(emailFaults.noAddress, { target: 'email' });
  }
  checkPath(id);
  const { immutableId } = await requireSettled(parts, id.owner);
  const [domain = ''] = id.path;
  if (!(await parts.addresses.liftHash({ resourceId: immutableId, domain }, address))) {
    throw new Fault(emailFaults.notSuppressed);
  }
}
