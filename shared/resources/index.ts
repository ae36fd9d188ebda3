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
} from './arm-id.js';
export { defaultResourceOf } from './default-resource.js';
export { ResourceDirectory } from './directory.js';
export { resourceFaults } from './faults.js';
export { Hosts, type PortOpener } from './hosts.js';
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
export { rowsNear } from './rows.js';
