// Figures about the app itself.
export {
  countDeliveryOutcome,
  recordForeignItems,
  recordParkedJobs,
  recordRetentionLag,
  recordWaitingDeliveries,
} from './metrics.js';
