export { recordParkedJobs, recordRetentionLag } from './metrics.js';
