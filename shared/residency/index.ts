export { countStores, countStoresKind, noResource } from './count-stores.js';
export {
  ForeignData,
  foreignIn,
  itemsOf,
  notCounted,
  type ResidencyRecord,
  type StoreCount,
  uncheckedIn,
} from './model.js';
export { residencyRecords } from './personal-data.js';
export { ResidencyRecords } from './records.js';
export { residencyStatementType } from './statement.js';
