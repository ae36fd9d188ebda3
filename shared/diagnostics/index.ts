export { recordForeignItems, recordParkedJobs, recordRetentionLag } from './metrics.js';
