export {
  armPath,
  type ArmId,
  type ArmScope,
  type ArmType,
  checkArmId,
  checkScope,
  provider,
} from './arm-id.js';
export { type ArmItem, ArmItems } from './arm-items.js';
export { putResource, saveChange } from './create-resource.js';
export { defaultResourceOf } from './default-resource.js';
export { deleteResource, eraseResource, eraseResourceKind } from './delete-resource.js';
export { ResourceDirectory } from './directory.js';
export { managementFaults } from './faults.js';
export { Hosts, type PortOpener } from './hosts.js';
export * as itemKinds from './item-kinds.js';
export type { ItemKind } from './item-kinds.js';
export { checkName, homeOf, listResources, regenerateKey, requireRecord, requireSettled } from './manage-resource.js';
export { deleteItem, listItems, putItem, requireItem } from './manage-items.js';
export { openAgain } from './open-again.js';
export type { Resource } from './model.js';
export { findOperation, noteDone } from './operations.js';
export type { Asker, ManagementParts } from './parts.js';
export { resourceItems, resources } from './personal-data.js';
export type { ArmRecord, Authorship, Changeable } from './record.js';
export { RecordStore } from './record-store.js';
