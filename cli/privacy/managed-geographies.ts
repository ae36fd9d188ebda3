// In which geographies management keeps something of the subscriptions that a command is about: each geography is asked.
import { type GeographySlug, geographySlugs } from '../../shared/geography/catalogue.js';
import { CommandError } from '../command-error.js';
import type { ResourceAccess } from '../resources/access.js';
import { type Management, subscriptionAccess } from '../resources/management.js';
import { isRefusal, type ResourceClient } from '../resources/resource-client.js';
import { type MissedResource, type ResourceRun, throughAll } from '../resources/resource-run.js';

/** Management, and what it is asked about. */
export interface AskedManagement extends Pick<Management, 'subscriptions' | 'geographies'> {
  readonly access: ResourceAccess;
}

export interface ManagedGeographies {
  readonly reached: readonly ResourceAccess[];
  readonly missed: readonly MissedResource[];
}

const resourceManagerVersion = 'api-version=2022-12-01';

/** Asked about where none is listed: an app lists only what the geographies that it knows have. */
const noSubscription = '00000000-0000-0000-0000-000000000000';

/** Of a subscription in a geography; of `unknown` nobody has been asked, which is not the answer that nothing is kept. */
type Kept = 'something' | 'nothing' | 'unknown';

/** @param isBegun whether an earlier run has begun something there, by endpoint: that goes on whatever is kept by now */
export async function managedGeographies(
  run: ResourceRun,
  managements: readonly AskedManagement[],
  isBegun: (endpoint: string) => boolean,
): Promise<ManagedGeographies> {
  const named = new Map(managements.map((each) => [each.access, each]));
  const managing = await throughAll({ ...run, resources: [...named.keys()] }, async (client) =>
    subscriptionsOf(client, named.get(client.access)?.subscriptions ?? [], run.stopping),
  );
  const places = new Map<ResourceAccess, Place>();
  for (const { access: management, result } of managing.done) {
    for (const subscription of result.length === 0 ? [noSubscription] : result) {
      for (const slug of geographySlugs) {
        places.set(subscriptionAccess(management, subscription, slug), { management, slug });
      }
    }
  }
  const endpoints = [...places.keys()].map(({ endpoint }) => endpoint);
  const twice = endpoints.find((endpoint, index) => endpoints.indexOf(endpoint) < index);
  if (twice !== undefined) {
    throw new CommandError(`Two managements have ${twice}; ask them one after the other, each with an --out.`);
  }
  // Most keep nothing, which is worth no line; who fails is named in the end.
  const quiet = { ...run, resources: [...places.keys()], say: () => undefined };
  const asked = await throughAll(quiet, (client) => keptAt(client, run.stopping));
  const isReached = (endpoint: string, result: Kept) =>
    result === 'something' || (result === 'nothing' && isBegun(endpoint));
  const unknown = asked.done.filter(({ result }) => result === 'unknown').map(({ access }) => access);
  return {
    reached: asked.done.filter(({ access, result }) => isReached(access.endpoint, result)).map(({ access }) => access),
    missed: [...managing.missed, ...asked.missed, ...missedOf(unknown, places, named)],
  };
}

interface Place {
  readonly management: ResourceAccess;
  readonly slug: GeographySlug;
}

/**
 * Geographies that an app does not know as others of its deployment. Where the owner has said which there are, only these
 * have to be known; else nobody has said that the rest are none.
 */
function missedOf(
  unknown: readonly ResourceAccess[],
  places: ReadonlyMap<ResourceAccess, Place>,
  named: ReadonlyMap<ResourceAccess, AskedManagement>,
): MissedResource[] {
  const missed: MissedResource[] = [];
  const unsaid = new Map<ResourceAccess, Set<GeographySlug>>();
  for (const access of unknown) {
    const { management, slug } = places.get(access) ?? {};
    const geographies = (management && named.get(management)?.geographies) ?? [];
    if (management === undefined || slug === undefined) {
      continue;
    }
    if (geographies.includes(slug)) {
      const reason = `${access.label}: ${management.label} does not know ${slug} as another geography of its deployment; ask an app that does, or name it in the settings of that one.`;
      missed.push({ access, reason });
    } else if (geographies.length === 0) {
      unsaid.set(management, (unsaid.get(management) ?? new Set()).add(slug));
    }
  }
  for (const [access, slugs] of unsaid) {
    const reason = `${access.label} does not know ${[...slugs].join(', ')}, so nobody was asked what is kept there; say with --geography in which geographies you have anything.`;
    missed.push({ access, reason });
  }
  return missed;
}

/** Asked also about those that are named: so that whatever is wrong with address or token is said once. */
async function subscriptionsOf(
  client: ResourceClient,
  named: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (named.length === 0) {
    const { value } = (await client.json('GET', `/subscriptions?${resourceManagerVersion}`, { signal })).body;
    const ids = Array.isArray(value) ? value.map(idOf) : [undefined];
    return ids.map((id) => id ?? somethingElse(client));
  }
  for (const id of named) {
    const { body } = await client.json('GET', `/subscriptions/${id}?${resourceManagerVersion}`, { signal });
    if (idOf(body) !== id) {
      somethingElse(client);
    }
  }
  return named;
}

function idOf(subscription: unknown): string | undefined {
  const { subscriptionId: id } = (subscription ?? {}) as { subscriptionId?: unknown };
  return typeof id === 'string' && /^[0-9a-fA-F-]{36}$/.test(id) ? id.toLowerCase() : undefined;
}

/** By its receipts: nothing is told of anybody. */
async function keptAt(client: ResourceClient, signal: AbortSignal): Promise<Kept> {
  try {
    const path = `${client.access.managedPath ?? ''}/privacy/receipts?maxPageSize=1`;
    const { value } = (await client.json('GET', path, { signal })).body;
    return Array.isArray(value) ? 'something' : somethingElse(client);
  } catch (error) {
    if (isRefusal(error, 404, 'NothingKept')) {
      return 'nothing';
    }
    if (isRefusal(error, 404, 'GeographyNotKnown')) {
      return 'unknown';
    }
    throw error;
  }
}

function somethingElse({ access }: ResourceClient): never {
  throw new CommandError(`${access.label} answers with something else than management does; check the address.`);
}
