// What other parts use of the data map.
export { bind, type BoundStore, type Walk } from './bound-store.js';
export {
  type DataArea,
  dataAreas,
  type DataStore,
  type DataStoreDeclaration,
  dataStore,
  type EraseStep,
  type ExportFile,
  type ExportItem,
  type ExportOptions,
  type Located,
  type PersonalIdentifier,
  type Remainder,
  type StoreAccess,
} from './data-store.js';
export { createDataMap, type DataMap, type StoreIdentity } from './register.js';
