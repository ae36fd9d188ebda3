export { Jobs } from './jobs.js';
export type { Job, JobKind, JobStep } from './model.js';
export { type OperationRecord, Operations, type OperationStatus } from './operations.js';
export { jobQueue, jobs, operationRecords } from './personal-data.js';
export { JobStore } from './store.js';
