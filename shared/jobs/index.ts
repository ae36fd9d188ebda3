export { jobFaults } from './faults.js';
export { JobFailed } from './job-failed.js';
export { Jobs } from './jobs.js';
export { type OperationRecord, Operations, type OperationStatus } from './operations.js';
export type { Job, JobFault, JobKind, JobStep } from './model.js';
export { jobQueue, jobs, operationRecords } from './personal-data.js';
export { JobStore } from './store.js';
