// One geography, from its plan: what is made, in the order in which it must be there.
import type { Output } from '@pulumi/pulumi';
import type { GatewaySecrets } from '../plan/gateway.js';
import type { StackPlan } from '../plan/stack-plan.js';
import type { SecretValues } from '../plan/settings.js';
import { makeAlerts } from './alerts.js';
import { makeEventDomain, makeSubscription } from './events.js';
import { makeDeleteLocks } from './delete-lock.js';
import { makeFunctionApp } from './function-app.js';
import { makeGateway } from './gateway.js';
import { makeIdentities } from './identities.js';
import { makeLogScope } from './log-scope.js';
import { makeLogDoor } from './log-workspace.js';
import { auditVault, makeLogs } from './logs.js';
import { makeOwnDomain } from './own-domain.js';
import { makePrivateEndpoints } from './private-endpoints.js';
import { makePrivateNetwork } from './private-network.js';
import { makeContext } from './resource-group.js';
import { makeRoleAssignments } from './role-assignments.js';
import { makeBlobService, makeStorageAccount } from './storage-account.js';
import { makeStorageContents } from './storage-contents.js';
import { makeVault } from './vault.js';
import { makeWorkbook } from './workbook.js';
import { makeLiveHub, makeWebPubSub } from './web-pubsub.js';

/** What a deployment of code, and a person, needs to know. */
export interface StackOutputs {
  readonly geography: string;
  readonly region: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly functionApp: string;
  readonly hosting: 'flex' | 'dedicated';
  readonly publishHost: string;
  readonly storageAccount: string;
  readonly deploymentContainer: string;
  readonly endpoint: string;
  readonly defaultResource: string;
  readonly domainVerificationId: Output<string | undefined>;
  readonly nextCommand: string;
  /** What the name of the gateway leads to, and the MX of a bounce domain; where there is one. */
  readonly gatewayAddress?: Output<string | undefined>;
}

export function makeGeographyStack(
  plan: StackPlan,
  secrets: SecretValues,
  gatewaySecrets?: GatewaySecrets,
): StackOutputs {
  const context = makeContext(plan);
  const account = makeStorageAccount(context);
  const blobService = makeBlobService(context, account);
  const { containers, all: contents } = makeStorageContents(context, account, blobService);
  const identities = makeIdentities(context);
  const { vault, secrets: vaultSecrets, addresses: secretAddresses } = makeVault(context, secrets);
  const logs = makeLogs(context);
  auditVault(vault, logs.workspace);
  const logDoor = makeLogDoor(context, logs.workspace);
  const eventDomain = makeEventDomain(context, identities);
  const webPubSub = makeWebPubSub(context);

  const deadLetters = containers.get(plan.storage.deadLetterContainer);
  const packages = containers.get(plan.storage.deploymentContainer);
  const roles = makeRoleAssignments(context, identities, {
    storageAccount: account.id,
    vault: vault.id,
    eventDomain: eventDomain.id,
    appInsights: logs.appInsights.id,
    workspace: logs.workspace.id,
    ...(logDoor && { logRule: logDoor.rule.id }),
    ...(deadLetters && { deadLetters: deadLetters.id }),
    ...(packages && { packages: packages.id }),
    ...(webPubSub && { webPubSub: webPubSub.id }),
  });
  const logScope = makeLogScope(context, logs, logDoor);
  const network = makePrivateNetwork(context);
  const reachable = makePrivateEndpoints(context, network, {
    storageAccount: account.id,
    vault: vault.id,
    eventDomain: eventDomain.id,
    ...(webPubSub && { webPubSub: webPubSub.id }),
    ...(logScope && { logScope: logScope.id }),
  });
  makeSubscription(context, { eventDomain, account, identities }, [...roles, ...containers.values()]);
  const functionApp = makeFunctionApp(context, {
    identities,
    appInsights: logs.appInsights,
    webPubSub,
    logDoor,
    secretAddresses,
    eventDomain,
    subnetId: network?.appSubnetId,
    dependsOn: [...roles, ...containers.values(), ...reachable, ...(logScope?.members ?? [])],
  });
  makePrivateEndpoints(context, network, { functionApp: functionApp.app.id });
  makeLiveHub(context, webPubSub);
  const gatewayAddress = makeGateway(context, gatewaySecrets);
  makeOwnDomain(context, functionApp);
  makeWorkbook(context, logs.workspace);
  makeAlerts(context, { ...logs, app: functionApp.app, account });
  makeDeleteLocks(context, { storage: account.id, vault: vault.id }, [
    blobService,
    ...contents,
    ...vaultSecrets,
    ...roles,
    ...reachable,
    functionApp.app,
  ]);

  const { options, names } = plan;
  return {
    geography: options.geography,
    region: plan.region,
    subscriptionId: options.subscriptionId,
    resourceGroup: names.resourceGroup,
    functionApp: names.functionApp,
    hosting: options.hosting,
    publishHost: plan.publishHost,
    storageAccount: names.storageAccount,
    deploymentContainer: plan.storage.deploymentContainer,
    endpoint: `https://${plan.defaultHost}`,
    defaultResource: options.defaultResource,
    domainVerificationId: functionApp.app.customDomainVerificationId,
    nextCommand: `npm run deploy -- ${options.geography}`,
    ...(gatewayAddress !== undefined && { gatewayAddress }),
  };
}
