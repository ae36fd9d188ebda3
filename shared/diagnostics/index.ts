export { recordFailedJob, recordForeignItems, recordParkedJobs, recordRetentionLag } from './metrics.js';
