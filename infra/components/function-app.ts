// The plan and the app. Flex Consumption where it exists; else a Dedicated plan, which needs no shared key either.
import type { Component } from '@pulumi/azure-native/applicationinsights/component.js';
import type { Domain } from '@pulumi/azure-native/eventgrid/domain.js';
import { AppServicePlan } from '@pulumi/azure-native/web/appServicePlan.js';
import { WebApp } from '@pulumi/azure-native/web/webApp.js';
import type { WebPubSub } from '@pulumi/azure-native/webpubsub/webPubSub.js';
import { WebAppFtpAllowed } from '@pulumi/azure-native/web/webAppFtpAllowed.js';
import { WebAppScmAllowed } from '@pulumi/azure-native/web/webAppScmAllowed.js';
import { concat, type Input, interpolate, output, type Output, type Resource } from '@pulumi/pulumi';
import { healthPath } from '../plan/alerts.js';
import type { LateValue, SettingValue } from '../plan/settings.js';
import type { Identities } from './identities.js';
import type { LogDoor } from './log-workspace.js';
import type { StackContext } from './stack-context.js';
import type { VaultWithSecrets } from './vault.js';

export interface FunctionAppParts {
  readonly identities: Identities;
  readonly appInsights: Component;
  readonly webPubSub: WebPubSub | undefined;
  readonly logDoor: LogDoor | undefined;
  readonly secretAddresses: VaultWithSecrets['addresses'];
  readonly eventDomain: Domain;
  readonly subnetId: Output<string> | undefined;
  /** Roles, containers and network: there before the first start. */
  readonly dependsOn: readonly Resource[];
}

export interface FunctionApp {
  readonly app: WebApp;
  readonly hostingPlan: AppServicePlan;
}

export function makeFunctionApp(context: StackContext, parts: FunctionAppParts): FunctionApp {
  const { plan, placed, group } = context;
  const { options, names } = plan;
  const isFlex = options.hosting === 'flex';
  const { app: identity, publisher } = parts.identities;
  const hostingPlan = new AppServicePlan('plan', {
    ...placed,
    name: names.hostingPlan,
    kind: isFlex ? 'functionapp' : 'linux',
    reserved: true,
    sku: isFlex
      ? { name: 'FC1', tier: 'FlexConsumption' }
      : { name: 'P0v3', tier: 'Premium0V3', capacity: options.zoneRedundant ? 3 : 1 },
    zoneRedundant: options.zoneRedundant,
  });
  const app = new WebApp(
    'app',
    {
      ...placed,
      name: names.functionApp,
      kind: 'functionapp,linux',
      serverFarmId: hostingPlan.id,
      reserved: true,
      // The platform publishes by an identity that the app bears as well.
      identity: { type: 'UserAssigned', userAssignedIdentities: [identity.id, ...(publisher ? [publisher.id] : [])] },
      keyVaultReferenceIdentity: identity.id,
      httpsOnly: true,
      // It is an API for everybody, as callers sign or bring a token (docs/exceptions.md); the private profile closes it, and
      // publishing with it.
      publicNetworkAccess: plan.isPrivate ? 'Disabled' : 'Enabled',
      clientCertEnabled: false,
      clientAffinityEnabled: false,
      ...(parts.subnetId && { virtualNetworkSubnetId: parts.subnetId }),
      ...(publisher && { functionAppConfig: flexConfig(context, publisher.id) }),
      siteConfig: {
        minTlsVersion: '1.2',
        scmMinTlsVersion: '1.2',
        http20Enabled: true,
        ftpsState: 'Disabled',
        remoteDebuggingEnabled: false,
        ...(options.corsOrigins.length > 0 && {
          cors: { allowedOrigins: [...options.corsOrigins], supportCredentials: false },
        }),
        ...(!isFlex && {
          linuxFxVersion: `NODE|${options.nodeVersion}`,
          alwaysOn: true,
          healthCheckPath: healthPath,
          vnetRouteAllEnabled: plan.isPrivate,
        }),
        appSettings: Object.entries(plan.settings).map(([name, value]) => ({ name, value: resolve(value, parts) })),
      },
    },
    { dependsOn: [...parts.dependsOn] },
  );
  // Publishing is by Entra ID only.
  const publishing = { resourceGroupName: group.name, name: app.name, allow: false };
  new WebAppFtpAllowed('no-ftp-passwords', publishing);
  new WebAppScmAllowed('no-publishing-passwords', publishing);
  return { app, hostingPlan };
}

function flexConfig({ plan }: StackContext, publisherId: Output<string>) {
  const { options, names, storage } = plan;
  return {
    deployment: {
      storage: {
        type: 'blobContainer',
        value: `https://${names.storageAccount}.blob.core.windows.net/${storage.deploymentContainer}`,
        authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: publisherId },
      },
    },
    runtime: { name: 'node', version: options.nodeVersion },
    scaleAndConcurrency: {
      instanceMemoryMB: options.instanceMemoryMB,
      maximumInstanceCount: options.maximumInstanceCount,
      // Few instances with many requests each: an instance puts sends to one thread that arrive together into one
      // transaction, while instances that write to the same thread get in each other's way and repeat.
      triggers: { http: { perInstanceConcurrency: options.perInstanceConcurrency } },
    },
  };
}

function resolve(
  value: SettingValue,
  { secretAddresses, identities, appInsights, eventDomain, webPubSub, logDoor }: FunctionAppParts,
): Input<string> {
  if (typeof value === 'string') {
    return value;
  }
  if ('secret' in value) {
    const address = secretAddresses[value.secret];
    if (address === undefined) {
      throw new Error(`A setting refers to the secret ${value.secret}, which is not in the vault.`);
    }
    return interpolate`@Microsoft.KeyVault(SecretUri=${address})`;
  }
  const late: Readonly<Record<LateValue, Output<string>>> = {
    appInsightsConnectionString: appInsights.connectionString,
    appIdentityClientId: identities.app.clientId,
    appIdentityId: identities.app.id,
    webPubSubIdentityId: webPubSub?.identity.apply((identity) => identity?.principalId ?? '') ?? output(''),
    eventsEndpoint: eventDomain.endpoint,
    logEndpoint: logDoor?.endpoint.logsIngestion.apply((door) => door?.endpoint ?? '') ?? output(''),
    logRuleId: logDoor?.rule.immutableId ?? output(''),
  };
  if ('pieces' in value) {
    return concat(...value.pieces.map((piece) => (typeof piece === 'string' ? piece : late[piece.late])));
  }
  return interpolate`${value.text ?? ''}${late[value.late]}${value.textAfter ?? ''}`;
}
