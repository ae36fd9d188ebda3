// The settings of the function app, as data: fixed texts, references to secrets of the vault, and what is known only when
// other resources are there. A test holds them against what the app reads.
import { deploymentContainer } from './containers.js';
import { defaultHostOf, type StackNames } from './names.js';
import type { StackOptions } from './options.js';

import { tunableSettings } from './tunable-settings.js';

export type SecretName = 'master-secret' | 'retired-master-secrets' | 'token-key' | 'hop-key' | 'callback-key';
/** Values by name; what there is none of is left out. */
export type SecretValues = Readonly<Partial<Record<SecretName, string>>>;
export type LateValue = 'appInsightsConnectionString' | 'appIdentityClientId' | 'appIdentityId';

export type SettingValue =
  | string
  | { readonly secret: SecretName }
  /** `text` stands before it. */
  | { readonly late: LateValue; readonly text?: string };

export interface SecretFacts {
  /** How many master secrets there are, the retired ones included: the number is the version. */
  readonly masterSecretCount: number;
  /** Whether there is a key that signs what is passed on to other geographies. */
  readonly hasHopKey: boolean;
  /** Whether there is a key that signs callbacks of calls. */
  readonly hasCallbackKey?: boolean;
}

/** What the app or its host could read, and why a deployed app does not get it. */
export const settingsNotSet: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: 'A connection string holds an account key; keys are off, and the identity takes their place.',
  DOMICILE_EMULATOR: 'For one machine only; a deployed app refuses to start with it.',
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
    ...(options.domain !== undefined && { DOMICILE_DOMAIN: options.domain.name }),
    // With empty lists nobody of the tenant is let in.
    DOMICILE_ENTRA_TENANT: options.tenantId,
    ...tunableSettings,
    ...options.settings,
    ...(options.hosting === 'dedicated' && dedicatedSettings(service('blob'))),
  };
}

function dedicatedSettings(blobService: string): Readonly<Record<string, SettingValue>> {
  return {
    FUNCTIONS_EXTENSION_VERSION: '~4',
    FUNCTIONS_WORKER_RUNTIME: 'node',
    WEBSITE_RUN_FROM_PACKAGE: `${blobService}/${deploymentContainer}/${dedicatedPackageBlob}`,
    WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: { late: 'appIdentityId' },
  };
}
