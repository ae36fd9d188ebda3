// Resources: their names, their records, and which of them answers at a host.
export { partTags, type Tags } from './about-person.js';
export {
  type ArmId,
  armPath,
  type ArmScope,
  type ArmType,
  checkArmId,
  checkScope,
  isResourceName,
  isSame,
  isSameId,
  listPath,
  provider,
  seed,
} from './arm-id.js';
export { defaultResourceOf } from './default-resource.js';
export { ResourceDirectory } from './directory.js';
export { resourceFaults } from './faults.js';
export { type GroupId, GroupStore, type ResourceGroup } from './group-store.js';
export { resourceGroups } from './group-personal-data.js';
export { Hosts, type PortOpener } from './hosts.js';
export { linkedDomain } from './linked-domain.js';
export { openAgain } from './open-again.js';
export { resources } from './personal-data.js';
export {
  type ArmRecord,
  type Authorship,
  type Changeable,
  changedBy,
  madeBy,
} from './record.js';
export { RecordStore } from './record-store.js';
export { lets, type ResourceState } from './resource-states.js';
export { mailPartsOfOwner, type OwnedPart, type Owner, partsOfOwner } from './rows.js';
