// The optional global stack: names of hosts, and if somebody wants it, Front Door before them. Nothing lies at rest in it
// but names.
import { type GeographySlug, geographySlugs } from '../../shared/geography/catalogue.js';
import { flag, listOf, oneOf, type Reader, record, text, WrongOption } from './option-readers.js';
import { defaultHostOf, namesOf } from './names.js';

const guid = text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a GUID in lower case');

const readers = {
  subscriptionId: guid,
  domain: text(/^(?=.{4,200}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a domain such as chat.example.com'),
  geographies: listOf(oneOf(...geographySlugs)),
  name: text(/^[a-z][a-z0-9]{1,4}$/, 'the first part of the names of the geographies’ stacks'),
  suffix: text(/^[a-z0-9]{3,5}$/, 'the suffix given to the geographies’ stacks'),
  /** What Azure wants to see in the DNS before an app may bear a name. */
  domainVerificationId: text(/^[0-9A-F]{64}$/, 'the output domainVerificationId of a geography’s stack'),
  /** Where the global resource group is registered; it holds names only. */
  region: text(/^[a-z0-9]+$/, 'the programmatic name of a region'),
  frontDoor: record({
    certificateSecretId: text(/^\/subscriptions\/.+\/secrets\/[^/]+$/, 'the resource id of a secret'),
  }),
  protect: flag,
} satisfies Record<string, Reader<unknown>>;

export const globalOptionNames = Object.keys(readers);

export interface GlobalHost {
  readonly geography: GeographySlug;
  /** Relative to the domain: `*.europe`. */
  readonly record: string;
  /** The app that the name leads to. */
  readonly appHost: string;
}

export interface GlobalPlan {
  readonly resourceGroup: string;
  readonly region: string;
  readonly domain: string;
  readonly domainVerificationId: string;
  readonly hosts: readonly GlobalHost[];
  readonly frontDoor: { readonly profile: string; readonly certificateSecretId: string } | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly protect: boolean;
}

/** @throws {Error} one line for each thing that is wrong */
export function planGlobal(raw: Readonly<Record<string, unknown>>): GlobalPlan {
  const problems: string[] = [];
  const read = <Name extends keyof typeof readers>(name: Name, fallback?: ReturnType<(typeof readers)[Name]>) => {
    try {
      if (raw[name] !== undefined) {
        return readers[name](raw[name]) as ReturnType<(typeof readers)[Name]>;
      }
      if (fallback === undefined) {
        problems.push(`${name} is missing`);
      }
    } catch (error) {
      if (!(error instanceof WrongOption)) {
        throw error;
      }
      problems.push(`${name} ${error.message}`);
    }
    return fallback as ReturnType<(typeof readers)[Name]>;
  };
  for (const name of Object.keys(raw).filter((each) => !globalOptionNames.includes(each))) {
    problems.push(`${name} is no option; there are ${globalOptionNames.join(', ')}`);
  }
  const subscriptionId = read('subscriptionId');
  const domain = read('domain');
  const domainVerificationId = read('domainVerificationId');
  const geographies = read('geographies', [...geographySlugs]);
  const name = read('name', 'dom');
  const region = read('region', 'westeurope');
  const protect = read('protect', true);
  const suffix = raw['suffix'] === undefined ? undefined : read('suffix');
  const frontDoor = raw['frontDoor'] === undefined ? undefined : read('frontDoor');
  if (problems.length > 0) {
    const lines = problems.map((problem) => `  ${problem}.`);
    throw new Error(
      `Nothing was changed. Mend the configuration of the global stack (docs/deploy.md):\n${lines.join('\n')}`,
    );
  }
  return {
    resourceGroup: `${name}-global`,
    region,
    domain,
    domainVerificationId,
    hosts: geographies.map((geography) => ({
      geography,
      record: `*.${geography}`,
      appHost: defaultHostOf(namesOf({ subscriptionId, name, geography, ...(suffix !== undefined && { suffix }) })),
    })),
    frontDoor: frontDoor && { profile: `${name}-global-door`, ...frontDoor },
    tags: { product: 'domicile' },
    protect,
  };
}
