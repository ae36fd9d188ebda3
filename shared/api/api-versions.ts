// The api-versions that ACS published, by service. Source: Azure/azure-rest-api-specs, `specification/communication`:
// folders `data-plane/<Service>/stable/*` and `resource-manager/Microsoft.Communication/**/stable/*` of its main line
// (folders seen only on unmerged branches are left out), compared with the `ServiceVersion` enums of the SDKs for .NET.

/** Stable versions, oldest first. */
export const apiVersions = {
  identity: ['2021-03-07', '2022-06-01', '2022-10-01', '2023-10-01', '2025-06-30', '2026-07-22', '2026-09-23'],
  chat: ['2021-03-07', '2021-09-07', '2023-11-07', '2024-03-07', '2025-03-15'],
  sms: ['2021-03-07', '2026-01-23'],
  email: ['2023-03-31', '2025-09-01'],
  phoneNumbers: ['2021-03-07', '2022-12-01', '2025-02-11', '2025-04-01', '2025-06-01'],
  sip: ['2023-03-01'],
  rooms: ['2023-06-14', '2024-04-15', '2025-03-13'],
  callAutomation: ['2023-03-06', '2023-10-15', '2024-04-15', '2024-09-15', '2025-05-15', '2025-06-15', '2026-03-12'],
  management: ['2020-08-20', '2023-03-31', '2023-04-01', '2025-05-01', '2025-09-01', '2026-03-18'],
  /** What Resource Manager itself answers beside its providers: `Microsoft.Resources`, of groups and of subscriptions. */
  resourceManager: [
    '2015-11-01',
    '2016-02-01',
    '2016-06-01',
    '2016-07-01',
    '2016-09-01',
    '2017-05-10',
    '2018-02-01',
    '2018-05-01',
    '2018-06-01',
    '2019-03-01',
    '2019-05-01',
    '2019-05-10',
    '2019-06-01',
    '2019-07-01',
    '2019-08-01',
    '2019-10-01',
    '2019-11-01',
    '2020-01-01',
    '2020-06-01',
    '2020-08-01',
    '2020-10-01',
    '2021-01-01',
    '2021-04-01',
    '2022-09-01',
    '2022-12-01',
    '2023-07-01',
    '2024-03-01',
    '2024-07-01',
    '2024-11-01',
    '2025-03-01',
    '2025-04-01',
  ],
  /** The document of a cloud, which has no published contract: the versions that the Azure CLI and Terraform ask for. */
  cloudMetadata: [
    '2015-01-01',
    '2018-01-01',
    '2018-05-01',
    '2019-05-01',
    '2019-10-01',
    '2020-06-01',
    '2022-09-01',
    '2023-11-01',
  ],
  /** Domicile's own: persons, export, erasure, receipts. */
  privacy: ['2026-12-01'],
  /** Domicile's own: what lies where. */
  residency: ['2026-12-01'],
  /** Domicile's own: which events a resource tells. */
  events: ['2026-12-01'],
  /** Domicile's own: what of a resource is logged, and its logs. */
  diagnostics: ['2026-12-01'],
  /** Domicile's own: the master secret and its successor. */
  masterSecret: ['2026-12-01'],
  /** Domicile's own: defaults, expired threads, explanations. */
  retention: ['2026-12-01'],
  /** Domicile's own: what the gateway asks, which takes mail by SMTP. */
  gateway: ['2026-12-01'],
  /** Domicile's own: what whoever carries texts tells. */
  smsCarrier: ['2026-12-01'],
  /** Domicile's own: what a media server reports of calls. */
  mediaServer: ['2026-12-01'],
  /** The keys of callbacks: receivers name no version. */
  callbackKeys: [],
  /** What the live client of the chat SDK asks, and what Web PubSub reports: neither names a version. */
  liveChat: [],
  /** Links and pictures of mails, and the page about domains: what shows these names no version. */
  mailLinks: [],
} as const satisfies Record<string, readonly string[]>;

/**
 * Previews of Resource Manager that were published (`preview/*` of the same folders): `az communication` and Bicep files
 * name them. They are answered like the stable versions; those of other services stay refused.
 */
const managementPreviews: readonly string[] = [
  '2020-08-20-preview',
  '2021-10-01-preview',
  '2022-07-01-preview',
  '2023-03-01-preview',
  '2023-04-01-preview',
  '2023-06-01-preview',
  '2024-09-01-preview',
  '2025-05-01-preview',
];

export type ServiceName = keyof typeof apiVersions;

/**
 * Other versions that released SDKs send for single operations, by route; nobody else may use them.
 * Seen in npm packages @azure/communication-common 2.4.2, @azure/communication-signaling 1.0.0-beta.34 and
 * @azure/communication-sms 1.2.0-beta.4.
 */
const smsPreview = '2025-05-29-preview';
const sdkOnlyVersions: Readonly<Record<string, readonly string[]>> = {
  'POST access/entra/:exchangeAccessToken': ['2025-03-02-preview'],
  'GET chat/config/realTimeNotifications': ['2024-09-01'],
  'POST sms': [smsPreview],
  'POST sms/optouts:add': [smsPreview],
  'POST sms/optouts:remove': [smsPreview],
  'POST sms/optouts:check': [smsPreview],
};

/** For the header `api-supported-versions`; undefined for a service without versions. */
export function supportedVersions(service: ServiceName): string | undefined {
  return hasVersions(service) ? apiVersions[service].join(', ') : undefined;
}

/** Versions of before, which are refused: recorded from rooms, whose first one knew no routes of participants. */
const deprecatedVersionsOf: Readonly<Partial<Record<ServiceName, readonly string[]>>> = {
  rooms: ['2021-04-07', '2022-02-01'],
};

/**
 * For the header `api-deprecated-versions`; undefined for a service of which none was recorded.
 *
 * @param path route template of the operation
 */
export function deprecatedVersions(service: ServiceName, path: string): string | undefined {
  const isLater = path.endsWith('/participants');
  return deprecatedVersionsOf[service]?.slice(isLater ? 1 : 0).join(', ');
}

export function hasVersions(service: ServiceName): boolean {
  return apiVersions[service].length > 0;
}

/** @param route the operation's route, e.g. `POST access/entra/:exchangeAccessToken` */
export function isPublished(service: ServiceName, version: string, route?: string): boolean {
  const stable: readonly string[] = apiVersions[service];
  if (service === 'management' && managementPreviews.includes(version.toLowerCase())) {
    return true;
  }
  return stable.includes(version) || (route !== undefined && (sdkOnlyVersions[route]?.includes(version) ?? false));
}
