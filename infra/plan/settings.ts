// The settings of the function app, as data: fixed texts, references to secrets of the vault, and what is known only when
// other resources are there. A test holds them against what the app reads.
import { deploymentContainer } from './containers.js';
import { hasSockets, liveHub } from './live.js';
import { logRetentionDays } from './logs.js';
import { defaultHostOf, type StackNames } from './names.js';
import type { StackOptions } from './options.js';

import { tunableSettings } from './tunable-settings.js';

export type SecretName =
  | 'master-secret'
  | 'retired-master-secrets'
  | 'token-key'
  | 'hop-key'
  | 'callback-key'
  | 'mail'
  | 'gateway-secrets'
  | 'sms'
  | 'sms-secrets';
/** Values by name; what there is none of is left out. */
export type SecretValues = Readonly<Partial<Record<SecretName, string>>>;
export type LateValue =
  | 'appInsightsConnectionString'
  | 'eventsEndpoint'
  | 'logEndpoint'
  | 'logRuleId'
  | 'appIdentityClientId'
  | 'appIdentityId'
  | 'webPubSubIdentityId';

export type SettingValue =
  | string
  | { readonly secret: SecretName }
  /** `text` stands before it, `textAfter` behind. */
  | { readonly late: LateValue; readonly text?: string; readonly textAfter?: string }
  /** One after the other. */
  | { readonly pieces: readonly (string | { readonly late: LateValue })[] };

export interface SecretFacts {
  /** How many master secrets there are, the retired ones included: the number is the version. */
  readonly masterSecretCount: number;
  /** Whether there is a key that signs what is passed on to other geographies. */
  readonly hasHopKey: boolean;
  /** Whether there is a key that signs callbacks of calls. */
  readonly hasCallbackKey?: boolean;
  /** Whether it is said how mail leaves; with passwords of relays and keys that sign. */
  readonly hasMail?: boolean;
  /** `maxMegabytes` of how mail leaves; undefined where it says nothing. */
  readonly mailMegabytes?: number | undefined;
  /** Whether something is shared with a gateway, this stack's or another. */
  readonly hasGatewaySecrets?: boolean;
  /** Whether texts leave, or come in. */
  readonly hasSms?: boolean;
  readonly hasSmsSecrets?: boolean;
}

/** What the app or its host could read, and why a deployed app does not get it. */
export const settingsNotSet: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: 'A connection string holds an account key; keys are off, and the identity takes their place.',
  DOMICILE_FRONT_END: 'Front Door keeps the host that the client asked at, so nothing has to be told of another one.',
  DOMICILE_EMULATOR: 'For one machine only; a deployed app refuses to start with it.',
  DOMICILE_CALLING:
    'Names a media server, which a stack does not make; it is set in `settings` of the stack where there is one.',
  DOMICILE_CALLING_SECRETS:
    'Shared with a media server, which a stack does not make; it is set beside DOMICILE_CALLING.',
  DOMICILE_CLOCK_OFFSET_MS: 'Ignored outside of the emulator.',
  DOMICILE_ENTRA_CA: 'Ignored outside of the emulator; Entra ID has a public certificate.',
};

/** Flex Consumption takes these from `functionAppConfig`, or has no use for them, and some break it. */
export const settingsForbiddenOnFlex: readonly string[] = [
  'FUNCTIONS_WORKER_RUNTIME',
  'FUNCTIONS_EXTENSION_VERSION',
  'WEBSITE_RUN_FROM_PACKAGE',
  'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
  'WEBSITE_CONTENTSHARE',
  'WEBSITE_NODE_DEFAULT_VERSION',
  'SCM_DO_BUILD_DURING_DEPLOYMENT',
];

/** Name of the package in the deployment container, where the plan is Dedicated; Flex Consumption chooses its own. */
export const dedicatedPackageBlob = 'package.zip';

export function settingsOf(
  options: StackOptions,
  names: StackNames,
  secrets: SecretFacts,
): Readonly<Record<string, SettingValue>> {
  const service = (kind: string) => `https://${names.storageAccount}.${kind}.core.windows.net`;
  return {
    AzureWebJobsDisableHomepage: 'true',
    AzureWebJobsStorage__blobServiceUri: service('blob'),
    AzureWebJobsStorage__queueServiceUri: service('queue'),
    AzureWebJobsStorage__tableServiceUri: service('table'),
    AzureWebJobsStorage__credential: 'managedidentity',
    AzureWebJobsStorage__clientId: { late: 'appIdentityClientId' },
    APPLICATIONINSIGHTS_CONNECTION_STRING: { late: 'appInsightsConnectionString' },
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: {
      late: 'appIdentityClientId',
      text: 'Authorization=AAD;ClientId=',
    },
    DOMICILE_GEOGRAPHY: options.geography,
    DOMICILE_DEFAULT_RESOURCE: options.defaultResource,
    // So that a first deployment works with no domain at all.
    DOMICILE_HOSTS: JSON.stringify({ [defaultHostOf(names)]: options.defaultResource }),
    DOMICILE_MASTER_SECRET: { secret: 'master-secret' },
    DOMICILE_MASTER_SECRET_VERSION: String(secrets.masterSecretCount),
    ...(secrets.masterSecretCount > 1 && { DOMICILE_RETIRED_MASTER_SECRETS: { secret: 'retired-master-secrets' } }),
    DOMICILE_TOKEN_KEY: { secret: 'token-key' },
    ...(secrets.hasHopKey && { DOMICILE_HOP_KEY: { secret: 'hop-key' } }),
    ...(secrets.hasCallbackKey === true && { DOMICILE_CALLBACK_KEY: { secret: 'callback-key' } }),
    ...(secrets.hasMail === true && { DOMICILE_MAIL: { secret: 'mail' } }),
    ...(secrets.hasGatewaySecrets === true && { DOMICILE_GATEWAY_SECRETS: { secret: 'gateway-secrets' } }),
    ...(secrets.hasSms === true && { DOMICILE_SMS: { secret: 'sms' } }),
    ...(secrets.hasSmsSecrets === true && { DOMICILE_SMS_SECRETS: { secret: 'sms-secrets' } }),
    ...(options.domain !== undefined && { DOMICILE_DOMAIN: options.domain.name }),
    // With empty lists nobody of the tenant is let in.
    DOMICILE_ENTRA_TENANT: options.tenantId,
    ...tunableSettings,
    ...liveSettings(options, names),
    ...logSettings(options, names),
    // Signed with the identity of the app; all types with content, unless the owner of a resource chooses otherwise.
    DOMICILE_EVENTS: { late: 'eventsEndpoint', text: '{"endpoint":"', textAfter: '"}' },
    ...options.settings,
    ...(options.hosting === 'dedicated' && dedicatedSettings(service('blob'))),
  };
}

function liveSettings(options: StackOptions, names: StackNames): Readonly<Record<string, SettingValue>> {
  if (!hasSockets(options)) {
    return { DOMICILE_REALTIME: 'longpoll' };
  }
  const endpoint = `https://${names.webPubSub}.webpubsub.azure.com`;
  return {
    DOMICILE_REALTIME: JSON.stringify({ endpoint, hub: liveHub }),
    // It reports with the token of its own identity, and nobody else may.
    DOMICILE_ENTRA_UPSTREAM: { late: 'webPubSubIdentityId' },
  };
}

/** The app signs with its identity; it may purge where rows name people, and only there is it told how. */
function logSettings(options: StackOptions, { resourceGroup, workspace }: StackNames): Record<string, SettingValue> {
  if (options.logWorkspace === 'off') {
    return {};
  }
  const provider = `/subscriptions/${options.subscriptionId}/resourceGroups/${resourceGroup}/providers`;
  const workspaceId = `${provider}/Microsoft.OperationalInsights/workspaces/${workspace}`;
  const more = {
    retentionDays: logRetentionDays,
    ...(options.logWorkspace === 'raw' && { purge: { workspaceId } }),
  };
  const [endpoint, ruleId] = [{ late: 'logEndpoint' }, { late: 'logRuleId' }] as const;
  const rest = `",${JSON.stringify(more).slice(1)}`;
  return { DOMICILE_LOGS: { pieces: ['{"endpoint":"', endpoint, '","ruleId":"', ruleId, rest] } };
}

function dedicatedSettings(blobService: string): Readonly<Record<string, SettingValue>> {
  return {
    FUNCTIONS_EXTENSION_VERSION: '~4',
    FUNCTIONS_WORKER_RUNTIME: 'node',
    WEBSITE_RUN_FROM_PACKAGE: `${blobService}/${deploymentContainer}/${dedicatedPackageBlob}`,
    WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: { late: 'appIdentityId' },
  };
}
