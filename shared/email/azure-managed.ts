// The domain that an email resource can have without a domain of its own: what it is called, from where its mail comes, and
// who may send there. Custom domains have any other name.
import { createHash } from 'node:crypto';
import { Fault } from '../http/index.js';
import { type ArmId, armPath } from '../resources/index.js';
import { emailFaults } from './faults.js';
import { domains, senderUsernames } from './item-kinds.js';
import type { ItemId } from './item-id.js';

const managedName = 'azuremanageddomain';

/** Who sends mail there: made with the domain, and the only one. */
export const managedSender = 'DoNotReply';

export function isAzureManaged(domainName: string): boolean {
  return domainName.toLowerCase() === managedName;
}

/** From where mail of the domain comes: always the same for one email resource, and for no other. */
export function managedMailDomain(owner: ArmId): string {
  const hex = createHash('sha256')
    .update(`azure-managed-domain ${armPath(owner).toLowerCase()}`)
    .digest('hex');
  const guid = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)];
  return `${guid.join('-')}.azurecomm.net`;
}

/** What stands behind the `@`: the name of the domain, but for the one that Azure manages. */
export function mailDomainOf(owner: ArmId, domainName: string): string {
  return isAzureManaged(domainName) ? managedMailDomain(owner) : domainName.toLowerCase();
}

/**
 * @param domainManagement who looks after the domain; undefined for what is within one
 * @throws {Fault} 400 for a domain of Azure with a name of its own, its name for another, and another sender in it
 */
export function checkManaged({ kind, path }: Pick<ItemId, 'kind' | 'path'>, domainManagement?: string): void {
  const [domainName = '', sender = ''] = path;
  if (kind === domains && (domainManagement === 'AzureManaged') !== isAzureManaged(domainName)) {
    throw new Fault(emailFaults.managedDomainName, { target: 'domainName' });
  }
  if (kind === senderUsernames && isAzureManaged(domainName) && sender.toLowerCase() !== managedSender.toLowerCase()) {
    throw new Fault(emailFaults.managedSender, { target: 'senderUsername' });
  }
}
