export { Jobs, wakeJobKind } from './jobs.js';
export type { Job, JobKind, JobStep } from './model.js';
export { jobQueue, jobs } from './personal-data.js';
export { JobStore } from './store.js';
