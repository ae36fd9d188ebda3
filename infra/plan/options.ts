// What can be chosen for a stack, what is chosen when nothing is said, and which choices do not go together. Everything
// that is wrong is reported at once, before any resource is made.
import { geographyOf, type GeographySlug, geographySlugs } from '../../shared/geography/catalogue.js';
import { flag, integer, listOf, mapOf, oneOf, type Reader, record, text, WrongOption } from './option-readers.js';
import { factsOf } from './regions.js';
import { smppSettings } from './smpp-settings.js';
import { tunableSettings } from './tunable-settings.js';

export const profiles = ['public', 'private'] as const;
export type Profile = (typeof profiles)[number];

/** Whether rows of logs go to the workspace, and how people are called in them. */
export const logWorkspaces = ['off', 'pseudonymous', 'raw'] as const;
export type LogWorkspace = (typeof logWorkspaces)[number];

/** Flex Consumption scales to nothing; a Dedicated plan costs money when idle, and exists in every region. */
export const hostings = ['flex', 'dedicated'] as const;
export type Hosting = (typeof hostings)[number];

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const resourceId = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/[^/]+(\/[^/]+\/[^/]+)+$/;
const domainName = /^(?=.{4,200}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

const httpsOrigin = text(/^https:\/\/[a-z0-9.-]+(:\d+)?$/, 'an origin such as https://app.example.com, never *');

const readers = {
  geography: oneOf(...geographySlugs),
  subscriptionId: text(guid, 'the id of the subscription in lower case; `az account show --query id -o tsv` prints it'),
  tenantId: text(guid, 'the id of the tenant in lower case; `az account show --query tenantId -o tsv` prints it'),
  region: text(/^[a-z0-9]+$/, 'the programmatic name of a region, such as northeurope'),
  profile: oneOf(...profiles),
  hosting: oneOf(...hostings),
  replication: oneOf('ZRS', 'LRS'),
  /** First part of every name. */
  name: text(/^[a-z][a-z0-9]{1,4}$/, '2 to 5 lower-case letters and digits, a letter first'),
  /** Last part of the names that are unique in the world; follows from the subscription unless it is given. */
  suffix: text(/^[a-z0-9]{3,5}$/, '3 to 5 lower-case letters and digits'),
  defaultResource: text(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a resource name: lower-case letters, digits and hyphens'),
  nodeVersion: oneOf('20', '22', '24'),
  instanceMemoryMB: oneOfNumbers(512, 2048, 4096),
  maximumInstanceCount: integer(40, 1000),
  perInstanceConcurrency: integer(200, 1000),
  zoneRedundant: flag,
  corsOrigins: listOf(httpsOrigin),
  /** Own host names: `*.<geography>.<name>`. The certificate is taken from a vault that somebody else fills. */
  domain: record({
    name: text(domainName, 'a domain such as chat.example.com'),
    certificateVaultId: text(resourceId, 'the resource id of a key vault'),
    certificateName: text(/^[0-9a-zA-Z-]{1,127}$/, 'the name of a certificate in that vault'),
  }),
  purgeProtection: flag,
  /** Whether Pulumi refuses to delete what holds data. */
  protect: flag,
  /** Whether Azure refuses to delete it as well, whoever asks: there are no backups. */
  deleteLock: flag,
  webPubSub: flag,
  /** Takes mail by SMTP, and bounces. */
  gateway: record({
    image: text(
      /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/,
      'an image with its digest: registry/name@sha256:...',
    ),
    hostName: text(domainName, 'the name that its certificate is for, such as smtp.example.com'),
  }),
  /** Has the gateway submit text messages by SMPP. */
  smpp: mapOf(smppSettings),
  /** Where the events of the geography are delivered to. */
  eventWebhook: text(/^https:\/\/[^\s]+$/, 'an https address'),
  alertEmails: listOf(text(/^[^@\s]+@[^@\s]+$/, 'an e-mail address')),
  /** Addresses that are called with each alert; whoever knows one can call it, so they are kept as secrets are. */
  alertWebhooks: listOf(text(/^https:\/\/[^\s]+$/, 'an https address')),
  /** Says that nobody is told of alerts, and that this is meant. */
  unheardAlerts: flag,
  dailyLogGb: integer(1, 1000),
  logWorkspace: oneOf(...logWorkspaces),
  settings: mapOf([...Object.keys(tunableSettings), 'DOMICILE_EVENTS']),
} satisfies Record<string, Reader<unknown>>;

type Readers = typeof readers;
type Needed = 'geography' | 'subscriptionId' | 'tenantId';
type Chosen = 'suffix' | 'domain' | 'eventWebhook' | 'gateway' | 'smpp';
type OptionName = keyof Readers;

/** What a stack is made from; whatever was not chosen has its default. */
export type StackOptions = {
  readonly [Name in Exclude<OptionName, Chosen>]: ReturnType<Readers[Name]>;
} & { readonly [Name in Chosen]?: ReturnType<Readers[Name]> };

export const optionNames = Object.keys(readers) as readonly OptionName[];

/**
 * @param raw by name of option, as it stands in the stack's configuration
 * @throws {Error} one line for each thing that is wrong
 */
export function readOptions(raw: Readonly<Record<string, unknown>>): StackOptions {
  const problems: string[] = [];
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined) {
      continue;
    }
    const reader = Object.hasOwn(readers, name) ? readers[name as OptionName] : undefined;
    if (reader === undefined) {
      problems.push(`${name} is no option; there are ${optionNames.join(', ')}`);
      continue;
    }
    try {
      given[name] = reader(value);
    } catch (error) {
      if (!(error instanceof WrongOption)) {
        throw error;
      }
      problems.push(`${name} ${error.message}`);
    }
  }
  for (const name of ['geography', 'subscriptionId', 'tenantId'] as const) {
    if (raw[name] === undefined) {
      problems.push(`${name} is missing`);
    }
  }
  report(problems);
  const options = withDefaults(given as Partial<StackOptions> & Pick<StackOptions, Needed>);
  report(contradictions(options));
  return options;
}

function withDefaults(given: Partial<StackOptions> & Pick<StackOptions, Needed>): StackOptions {
  const geography = geographyOf(given.geography);
  const region = given.region ?? geography.primaryRegion;
  // Which region is allowed is checked with the contradictions; until then an unknown one has nothing.
  const { hasZones, hasFlex } = geography.regions.includes(region) ? factsOf(region) : noFacts;
  const name = given.name ?? 'dom';
  return {
    region,
    profile: 'public',
    hosting: hasFlex ? 'flex' : 'dedicated',
    replication: hasZones ? 'ZRS' : 'LRS',
    defaultResource: `${name}-${given.geography}`,
    nodeVersion: '22',
    instanceMemoryMB: 2048,
    maximumInstanceCount: 100,
    perInstanceConcurrency: 200,
    zoneRedundant: false,
    corsOrigins: [],
    purgeProtection: true,
    protect: true,
    deleteLock: true,
    webPubSub: false,
    alertEmails: [],
    alertWebhooks: [],
    unheardAlerts: false,
    dailyLogGb: 1,
    logWorkspace: 'pseudonymous',
    settings: {},
    ...given,
    name,
  };
}

const noFacts = { hasZones: false, hasFlex: false, hasWebPubSub: false };

function contradictions(options: StackOptions): string[] {
  const { geography, region, hosting, replication, zoneRedundant, webPubSub, unheardAlerts } = options;
  const { regions, displayName } = geographyOf(geography as GeographySlug);
  if (!regions.includes(region)) {
    return [`region "${region}" is not in ${displayName}; its regions are ${regions.join(', ')}`];
  }
  const { hasZones, hasFlex, hasWebPubSub } = factsOf(region);
  const isHeard = options.alertEmails.length + options.alertWebhooks.length > 0;
  return [
    !isHeard &&
      !unheardAlerts &&
      'alertEmails and alertWebhooks are empty, so nobody would be told when a promise breaks; name somebody, or set unheardAlerts to true',
    isHeard &&
      unheardAlerts &&
      'unheardAlerts says that nobody is told, but alertEmails or alertWebhooks name somebody',
    replication === 'ZRS' && !hasZones && `replication ZRS needs availability zones, which ${region} has not; use LRS`,
    hosting === 'flex' &&
      !hasFlex &&
      `hosting flex is not known to exist in ${region}; use dedicated, or add the region in infra/plan/regions.ts`,
    zoneRedundant && !hasZones && `zoneRedundant needs availability zones, which ${region} has not`,
    zoneRedundant && replication !== 'ZRS' && 'zoneRedundant needs replication ZRS',
    options.gateway !== undefined &&
      options.profile === 'private' &&
      'gateway asks the app from outside of the network, which the private profile closes; leave it out',
    options.smpp !== undefined &&
      options.gateway === undefined &&
      'smpp is for a gateway, and there is none; set gateway',
    options.smpp !== undefined &&
      !['GATEWAY_SMPP_SMSC', 'GATEWAY_SMPP_SYSTEM_ID'].every((name) => options.smpp?.[name]) &&
      'smpp needs GATEWAY_SMPP_SMSC and GATEWAY_SMPP_SYSTEM_ID',
    webPubSub && !hasWebPubSub && `webPubSub is not known to exist in ${region}; leave it out or choose another region`,
  ].filter((problem) => problem !== false);
}

function report(problems: readonly string[]): void {
  if (problems.length === 0) {
    return;
  }
  const lines = problems.map((problem) => `  ${problem}.`);
  throw new Error(`Nothing was changed. Mend the configuration of this stack (docs/deploy.md):\n${lines.join('\n')}`);
}

function oneOfNumbers(...values: readonly number[]): Reader<number> {
  const reader = oneOf(...values.map(String));
  return (raw) => Number(reader(String(raw)));
}
