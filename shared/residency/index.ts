export { countStores, countStoresKind, noResource } from './count-stores.js';
export { ForeignData, foreignIn, type ResidencyRecord } from './model.js';
export { residencyRecords } from './personal-data.js';
export { ResidencyRecords } from './records.js';
export { residencyStatementType } from './statement.js';
