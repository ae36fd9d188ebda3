// Every rule, each with the reason why in its description.
import type { ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { noCopyAnywhere, noGeoReplication, withinGeography } from './residency.js';
import { lifecycleCoversPersonalData, nothingDeletedIsKept } from './deletion.js';
import { logsEndOnTime, logsStayInGeography, rowsAreAsDeclared } from './log-rules.js';
import { noLocalAuth, noSecretsInSettings, noSharedKeys, transportIsEncrypted } from './access-rules.js';
import { alertsAreHeard, whatHasNoCopyIsLocked } from './operation-rules.js';
import { privateIsClosed, subnetsHaveRules } from './network-rules.js';
import { masterSecretsStay } from './secret-rules.js';
import { appCannotChangeItsCode } from './package-rules.js';
import { liveChatIsNotTraced, liveHubIsKnown } from './live-rules.js';
import {
  gatewayIsWhatWasBuilt,
  gatewayKeepsNothing,
  gatewayKeepsItsName,
  gatewayTakesNothingElse,
} from './gateway-rules.js';
import { deadLettersStayInAccount, eventsStayInRegion } from './event-rules.js';

export const policies: readonly (ResourceValidationPolicy | StackValidationPolicy)[] = [
  withinGeography,
  noGeoReplication,
  noCopyAnywhere,
  noSharedKeys,
  noLocalAuth,
  noSecretsInSettings,
  masterSecretsStay,
  transportIsEncrypted,
  nothingDeletedIsKept,
  lifecycleCoversPersonalData,
  eventsStayInRegion,
  deadLettersStayInAccount,
  liveChatIsNotTraced,
  liveHubIsKnown,
  gatewayKeepsNothing,
  gatewayIsWhatWasBuilt,
  gatewayTakesNothingElse,
  gatewayKeepsItsName,
  logsEndOnTime,
  logsStayInGeography,
  rowsAreAsDeclared,
  alertsAreHeard,
  whatHasNoCopyIsLocked,
  appCannotChangeItsCode,
  privateIsClosed,
  subnetsHaveRules,
];
