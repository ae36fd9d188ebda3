// What belongs to email resources: domains, senders, suppression lists; and the SMTP users of communication resources.
import { bind } from '../../shared/data-map/index.js';
import {
  createAddressHash,
  type EmailParts,
  ItemStore,
  resourceItems,
  SuppressedAddresses,
  suppressedAddresses,
} from '../../shared/email/index.js';
import type { ManagementParts } from '../../shared/management/index.js';
import { resources, rowsNear } from '../../shared/resources/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { emailOperations } from './operations.js';

/** Lists outlive a change of the master secret, so their key is for ever derived from the first. */
const hashKeyVersion = 1;

export interface EmailCapability extends Capability {
  readonly addresses: SuppressedAddresses;
}

export function emailCapability(foundation: Foundation, management: ManagementParts): EmailCapability {
  const { storage, keys, due, ids } = foundation;
  const oldTable = storage.table(resourceItems);
  const items = new ItemStore(oldTable);
  const hash = createAddressHash(keys.deriveKey('suppressed-address', hashKeyVersion));
  const addresses = new SuppressedAddresses({ table: storage.table(suppressedAddresses), oldTable, hash, due, ids });
  const parts: EmailParts = { ...management, items, addresses };
  const ownersNear = async (resourceId: string) => {
    const rows = await rowsNear(storage.table(resources), resourceId);
    return rows.map((row) => String(row['immutableId']));
  };
  // The resource itself comes first.
  const emailsNear = async (resourceId: string) => (await ownersNear(resourceId)).slice(1);
  return {
    name: 'email',
    stores: [bind(suppressedAddresses, { addresses, emailsNear }), bind(resourceItems, { items, ownersNear })],
    operations: emailOperations(parts),
    forget: () => addresses.forget(),
    addresses,
  };
}
