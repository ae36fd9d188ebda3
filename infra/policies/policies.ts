// Every rule, each with the reason why in its description.
import type { ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { noCopyAnywhere, noGeoReplication, withinGeography } from './residency.js';
import { lifecycleCoversPersonalData, nothingDeletedIsKept } from './deletion.js';
import { logsEndOnTime, logsStayInGeography } from './log-rules.js';
import { noLocalAuth, noSecretsInSettings, noSharedKeys, transportIsEncrypted } from './access-rules.js';
import { deadLettersStayInAccount, topicStaysInRegion } from './event-rules.js';

export const policies: readonly (ResourceValidationPolicy | StackValidationPolicy)[] = [
  withinGeography,
  noGeoReplication,
  noCopyAnywhere,
  noSharedKeys,
  noLocalAuth,
  noSecretsInSettings,
  transportIsEncrypted,
  nothingDeletedIsKept,
  lifecycleCoversPersonalData,
  topicStaysInRegion,
  deadLettersStayInAccount,
  logsEndOnTime,
  logsStayInGeography,
];
