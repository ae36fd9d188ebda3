// What belongs to email resources: domains, senders, suppression lists; and the SMTP users of communication resources.
export * as itemKinds from './item-kinds.js';
export type { ItemKind } from './item-kinds.js';
export { type ArmItem, ArmItems } from './items.js';
export { deleteItem, listItems, putItem, requireItem } from './manage-items.js';
export type { EmailParts } from './parts.js';
export { resourceItems } from './personal-data.js';
