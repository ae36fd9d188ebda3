export { JobFailed } from './job-failed.js';
export { Jobs } from './jobs.js';
export type { Job, JobFault, JobKind, JobStep } from './model.js';
export { type OperationRecord, Operations } from './operations.js';
export { jobQueue, jobs, operationRecords } from './personal-data.js';
export { JobStore } from './store.js';
