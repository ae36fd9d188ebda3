// The metadata document of a cloud, in the three forms that its versions have. Nobody publishes a contract; the names are
// those that azure-cli (`cloud register`, `ARM_CLOUD_METADATA_URL`), hashicorp/go-azure-sdk (`sdk/internal/metadata`) and
// hashicorp/go-azure-helpers (`authentication`) read, with the form that Azure answers each version in.
import type { AnswerBody } from '../../shared/api/index.js';
import type { CloudMetadata } from './answers.js';

export interface Cloud {
  /** Scheme, host and port at which the client asked: there resources are managed. */
  readonly origin: string;
  /** Scheme and host of Entra ID, or of the emulator's stand-in. */
  readonly authority: string;
  readonly isEmulator: boolean;
}

/** For `--environment` and its like; none of the names that tools have built in. */
const name = 'Domicile';

/** What tokens for management are for; the first one is what the Azure CLI asks for. */
const audiences = ['https://management.core.windows.net/', 'https://management.azure.com/'];

/**
 * Other services of a cloud, which tools want to have a name for before they begin. Domicile has none of them, so each is
 * called by a name that exists nowhere (RFC 2606): a tool that talks to one hears so at once, and no request or token goes
 * to somebody else's account.
 */
const nowhere = (what: string): string => `${what}.invalid`;
const addressOfNowhere = (what: string): string => `https://${nowhere(what)}/`;

export function cloudMetadata(apiVersion: string, cloud: Cloud): AnswerBody<typeof CloudMetadata> {
  if (apiVersion < '2018-01-01') {
    return firstForm(cloud);
  }
  if (apiVersion < '2019-05-01') {
    const { origin } = cloud;
    const { authentication, ...others } = firstForm(cloud);
    return {
      ...others,
      graphAudience: graphOf(cloud),
      authentication: { ...authentication, tenant: 'common', identityProvider: 'AAD' },
      // Azure lists regions here; a resource here has the location `global`.
      cloudEndpoint: { public: { endpoint: origin.slice(origin.indexOf('//') + 2), locations: ['global'] } },
    };
  }
  return apiVersion < '2022-09-01' ? [secondForm(cloud)] : thirdForm(cloud);
}

function firstForm(cloud: Cloud) {
  return {
    galleryEndpoint: addressOfNowhere('gallery'),
    graphEndpoint: graphOf(cloud),
    portalEndpoint: addressOfNowhere('portal'),
    authentication: { loginEndpoint: `${cloud.authority}/`, audiences },
  };
}

function secondForm(cloud: Cloud) {
  return {
    ...common(cloud),
    authentication: { loginEndpoint: `${cloud.authority}/`, audiences, tenant: 'common', identityProvider: 'AAD' },
    gallery: addressOfNowhere('gallery'),
  };
}

function thirdForm(cloud: Cloud) {
  const { suffixes, ...others } = common(cloud);
  return {
    ...others,
    authentication: { loginEndpoint: cloud.authority, audiences, tenant: 'common', identityProvider: 'AAD' },
    suffixes: {
      ...suffixes,
      storageSyncEndpointSuffix: nowhere('storagesync'),
      mhsmDns: nowhere('managedhsm'),
      mysqlServerEndpoint: nowhere('mysql'),
      postgresqlServerEndpoint: nowhere('postgresql'),
      mariadbServerEndpoint: nowhere('mariadb'),
      synapseAnalytics: nowhere('synapse'),
      attestationEndpoint: nowhere('attestation'),
    },
    microsoftGraphResourceId: cloud.isEmulator ? `${cloud.authority}/` : 'https://graph.microsoft.com/',
    appInsightsResourceId: addressOfNowhere('appinsights'),
    appInsightsTelemetryChannelResourceId: addressOfNowhere('appinsightstelemetry'),
    attestationResourceId: addressOfNowhere('attestation'),
    synapseAnalyticsResourceId: addressOfNowhere('synapse'),
    logAnalyticsResourceId: addressOfNowhere('loganalytics'),
    ossrDbmsResourceId: addressOfNowhere('ossrdbms'),
  };
}

function common(cloud: Cloud) {
  return {
    portal: addressOfNowhere('portal'),
    media: addressOfNowhere('media'),
    graphAudience: graphOf(cloud),
    graph: graphOf(cloud),
    name,
    suffixes: {
      azureDataLakeStoreFileSystem: nowhere('datalakestore'),
      acrLoginServer: nowhere('containerregistry'),
      sqlServerHostname: nowhere('sql'),
      azureDataLakeAnalyticsCatalogAndJob: nowhere('datalakeanalytics'),
      keyVaultDns: nowhere('keyvault'),
      storage: nowhere('storage'),
      azureFrontDoorEndpointSuffix: nowhere('frontdoor'),
    },
    batch: addressOfNowhere('batch'),
    resourceManager: `${cloud.origin}/`,
    vmImageAliasDoc: addressOfNowhere('images'),
    activeDirectoryDataLake: addressOfNowhere('datalake'),
    sqlManagement: addressOfNowhere('sqlmanagement'),
  };
}

/** Real where the directory is real. The emulator's issuer answers in its place, and says what it does not have. */
function graphOf({ authority, isEmulator }: Cloud): string {
  return isEmulator ? `${authority}/` : 'https://graph.windows.net/';
}
