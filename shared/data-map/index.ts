// What other parts use of the data map.
export { bind, type BoundStore, type Walk } from './bound-store.js';
export {
  type Belonging,
  type BelongsThrough,
  byPartition,
  byResourceColumn,
  type DataArea,
  dataAreas,
  type DataStore,
  type DataStoreDeclaration,
  dataStore,
  type EraseStep,
  type ExportFile,
  type ExportItem,
  type ExportOptions,
  type LateWrites,
  type Located,
  type LocateStep,
  ofGeography,
  type PersonalIdentifier,
  type Rank,
  type Remainder,
  type StoreAccess,
} from './data-store.js';
export type { DueWork, DueWorkTogether, Expiry, ExpiryAccess, Moment, RemovedRows } from './expiry.js';
export { type ExplainAccess, type Explainer, type Explanation, explainKept, sweptWithinMs } from './explanation.js';
export { walkOf010 } from './former-order.js';
export { hiddenIdentities, type IsHidden } from './hidden.js';
export { holdsNobody } from './holds-nobody.js';
export { bothLocated } from './located.js';
export { holdsPerhaps, holdsWhole } from './free-text.js';
export {
  formatIdentifier,
  maxIdentifierLength,
  parseAddress,
  parseIdentifier,
  parsePhoneNumber,
} from './identifier.js';
export { inErasureOrder } from './erasure-order.js';
export { createDataMap, type DataMap, type StoreIdentity } from './register.js';
export { retiredStore } from './retired-store.js';
export {
  advanceWalk,
  joinWalk,
  nextInWalk,
  StoreMissing,
  type WalkedStores,
  walkNotBegun,
  type WalkProgress,
} from './walk-progress.js';
