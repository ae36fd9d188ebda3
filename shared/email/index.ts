// What belongs to email resources: domains, senders, suppression lists and who is suppressed; and the SMTP users of
// communication resources.
export { deleteItem } from './delete-item.js';
export { findSuppression, isSuppressed } from './is-suppressed.js';
export * as itemKinds from './item-kinds.js';
export type { ItemKind } from './item-kinds.js';
export { listItems } from './list-items.js';
export type { ArmItem, MailDomain, Suppression } from './model.js';
export type { EmailParts } from './parts.js';
export { resourceItems, suppressedAddresses } from './personal-data.js';
export { putItem } from './put-item.js';
export { requireItem } from './require-item.js';
export { ItemStore } from './store.js';
export { SuppressedAddresses } from './suppressed-addresses.js';
export { createAddressHash } from './suppression-rows.js';
