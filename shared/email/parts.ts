// What the use cases of email resources are made of.
import type { ManagementParts } from '../management/index.js';
import type { ArmId } from '../resources/index.js';
import type { DomainRecords } from './dns/domain-records.js';
import type { DnsLookUp } from './dns/look-up.js';
import { type ItemKind, suppressionListAddresses } from './item-kinds.js';
import type { ItemKeeper } from './model.js';
import type { ItemStore } from './store.js';
import type { SuppressedAddresses } from './suppressed-addresses.js';

export interface EmailParts extends ManagementParts {
  readonly items: ItemStore;
  readonly addresses: SuppressedAddresses;
  /** What the owner of a domain has to publish, by how mail of it is sent. */
  recordsOf(owner: ArmId, mailDomain: string): DomainRecords;
  /** undefined where nothing outside is asked, as in the emulator: each record counts as verified. */
  readonly lookUp: DnsLookUp | undefined;
}

/** Where items of this kind lie. */
export function keeperOf({ items, addresses }: Pick<EmailParts, 'items' | 'addresses'>, kind: ItemKind): ItemKeeper {
  return kind === suppressionListAddresses ? addresses : items;
}
