// One geography, from its plan: what is made, in the order in which it must be there.
import type { Output } from '@pulumi/pulumi';
import type { StackPlan } from '../plan/stack-plan.js';
import type { SecretValues } from '../plan/settings.js';
import { makeAlerts } from './alerts.js';
import { makeSubscription, makeTopic } from './events.js';
import { makeFunctionApp } from './function-app.js';
import { makeIdentities } from './identities.js';
import { auditVault, makeLogs } from './logs.js';
import { makeOwnDomain } from './own-domain.js';
import { makePrivateNetwork } from './private-network.js';
import { makeContext } from './resource-group.js';
import { makeRoleAssignments } from './role-assignments.js';
import { makeBlobService, makeStorageAccount } from './storage-account.js';
import { makeStorageContents } from './storage-contents.js';
import { makeVault } from './vault.js';
import { makeWebPubSub } from './web-pubsub.js';

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
}

export function makeGeographyStack(plan: StackPlan, secrets: SecretValues): StackOutputs {
  const context = makeContext(plan);
  const account = makeStorageAccount(context);
  const blobService = makeBlobService(context, account);
  const containers = makeStorageContents(context, account, blobService);
  const identities = makeIdentities(context);
  const { vault, addresses: secretAddresses } = makeVault(context, secrets);
  const logs = makeLogs(context);
  auditVault(vault, logs.workspace);
  const topic = makeTopic(context, identities);
  const webPubSub = makeWebPubSub(context);

  const deadLetters = containers.get(plan.storage.deadLetterContainer);
  const roles = makeRoleAssignments(context, identities, {
    storageAccount: account.id,
    vault: vault.id,
    topic: topic.id,
    appInsights: logs.appInsights.id,
    ...(deadLetters && { deadLetters: deadLetters.id }),
    ...(webPubSub && { webPubSub: webPubSub.id }),
  });
  const network = makePrivateNetwork(context, {
    storageAccount: account.id,
    vault: vault.id,
    topic: topic.id,
    ...(webPubSub && { webPubSub: webPubSub.id }),
  });
  makeSubscription(context, { topic, account, identities }, [...roles, ...containers.values()]);
  const functionApp = makeFunctionApp(context, {
    identities,
    appInsights: logs.appInsights,
    secretAddresses,
    subnetId: network?.appSubnetId,
    dependsOn: [...roles, ...containers.values(), ...(network?.ready ?? [])],
  });
  makeOwnDomain(context, functionApp);
  makeAlerts(context, { ...logs, app: functionApp.app, account });

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
  };
}
