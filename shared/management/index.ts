// The management of resources, as Azure Resource Manager offers it.
export { putResource, saveChange } from './create-resource.js';
export { deleteResource, eraseResource, eraseResourceKind } from './delete-resource.js';
export { managementFaults } from './faults.js';
export { checkName, homeOf, listResources, regenerateKey, requireRecord, requireSettled } from './manage-resource.js';
export { findOperation, noteDone } from './operations.js';
export { replaceKeys } from './replace-keys.js';
export {
  deleteGroup,
  groupPath,
  groupsHere,
  homeOfEmptyGroup,
  homeOfGroup,
  homeOfNewGroup,
  putGroup,
  requireGroup,
  resourcesIn,
  subscriptionsHere,
  withThoseElsewhere,
} from './resource-groups.js';
export type { Asker, ManagementParts } from './parts.js';
export { secretVersions } from './secret-versions.js';
