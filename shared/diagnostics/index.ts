// Figures about the app itself.
export {
  countDeliveryOutcome,
  recordFailedJob,
  recordForeignItems,
  recordParkedJobs,
  recordRetentionLag,
  recordWaitingDeliveries,
} from './metrics.js';
