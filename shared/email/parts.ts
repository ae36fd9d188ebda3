// What the use cases of email resources are made of.
import type { ManagementParts } from '../management/index.js';
import { type ItemKind, suppressionListAddresses } from './item-kinds.js';
import type { ItemKeeper } from './model.js';
import type { ItemStore } from './store.js';
import type { SuppressedAddresses } from './suppressed-addresses.js';

export interface EmailParts extends ManagementParts {
  readonly items: ItemStore;
  readonly addresses: SuppressedAddresses;
}

/** Where items of this kind lie. */
export function keeperOf({ items, addresses }: Pick<EmailParts, 'items' | 'addresses'>, kind: ItemKind): ItemKeeper {
  return kind === suppressionListAddresses ? addresses : items;
}
