// What the resources hold about a person, as one table.
import { CommandError } from '../command-error.js';
import { table } from '../table.js';
import { allMissed, type MissedResource, throughAll, throwIfMissed } from '../resources/resource-run.js';
import { isManagementLeftOut, leftOut, managementNotAsked } from './not-asked.js';
import { mergePages, type Page, type StoreItems } from './merge-pages.js';
import type { PrivacyRun } from './privacy-run.js';
import { nobodyKnows, requestAbout } from './request-about.js';
import type { ResourceClient } from '../resources/resource-client.js';
import { type WholePerson, wholePerson } from './whole-person.js';

export interface PersonAtResource {
  readonly resource: string;
  /** Whether it was asked about anything: it knows the person, or can hold something of one of the identifiers. */
  readonly isKnown: boolean;
  readonly stores: readonly StoreItems[];
}

export async function identifyPerson(run: PrivacyRun): Promise<void> {
  const { found, missed, all } = await askEverywhere(run, 'identify', (client, answer) => atResource(client, answer));
  const isKnown = found.some((at) => at.isKnown);
  if (run.isJson || isKnown) {
    run.print(run.isJson ? asJson(run, found, missed) : `${storesTable(found, missed.length > 0)}${leftOut(run)}`);
  }
  throwIfMissed({ ...run, resources: all }, missed, 'What they hold is not known.');
  if (!isKnown) {
    throw new CommandError(nobodyKnows(run, 'nothing can be said'));
  }
}

interface AskedEverywhere<Found> extends Pick<WholePerson, 'missed' | 'all'> {
  readonly found: readonly Found[];
}

/** What each resource answers to the whole person, and who could not be asked for links or for that. */
export async function askEverywhere<Found>(
  run: PrivacyRun,
  action: 'identify' | 'plan',
  read: (client: ResourceClient, answer: Readonly<Record<string, unknown>> | undefined) => Found,
): Promise<AskedEverywhere<Found>> {
  const whole = await wholePerson(run);
  const asked = await throughAll({ ...run, resources: whole.reached }, async (client, say) => {
    const answer = await askAbout(run, whole, client, action);
    say(answer === undefined ? 'does not know this person' : 'asked');
    return read(client, answer);
  });
  return {
    found: asked.done.map(({ result }) => result),
    missed: allMissed(whole.missed, asked.missed),
    all: whole.all,
  };
}

/** @returns undefined when the resource knows neither the person nor can hold any of the identifiers */
async function askAbout(
  { personId, stopping }: PrivacyRun,
  { identifiers, knownAt }: WholePerson,
  client: ResourceClient,
  action: 'identify' | 'plan',
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const about = { personId, identifiers, isKnown: knownAt.has(client.access.endpoint) };
  const request = await requestAbout(about, client, action, stopping);
  if (request === undefined) {
    return undefined;
  }
  let whole: Page | undefined;
  let path: string | undefined = request.path;
  while (path !== undefined) {
    const { body } = await client.json('POST', path, { body: request.body, signal: stopping });
    if (!Array.isArray(body['stores'])) {
      throw new CommandError(`${client.access.label} answers with something else than its stores; check the endpoint.`);
    }
    whole = whole === undefined ? body : mergePages(whole, body);
    path = typeof body['nextLink'] === 'string' ? body['nextLink'] : undefined;
  }
  return whole;
}

export function atResource(
  { access }: ResourceClient,
  answer: Readonly<Record<string, unknown>> | undefined,
): PersonAtResource {
  const stores = (answer?.['stores'] ?? []) as readonly StoreItems[];
  return { resource: access.endpoint, isKnown: answer !== undefined, stores };
}

/** Who was not asked, or could not be, stands there too: without figures, and with why. */
export function asJson(run: PrivacyRun, found: readonly PersonAtResource[], missed: readonly MissedResource[]): string {
  const failed = missed.map(({ access, reason }) => ({ resource: access.endpoint, failed: reason }));
  const notAsked = isManagementLeftOut(run) ? [managementNotAsked] : [];
  return `${JSON.stringify([...found, ...failed, ...notAsked], undefined, 2)}\n`;
}

/** Stores that hold nothing are left out. */
export function storesTable(found: readonly PersonAtResource[], isPartial: boolean): string {
  const rows = found.flatMap(({ resource, stores }) =>
    stores
      .filter(({ items }) => items > 0)
      .map(({ store, geography, items, since = '', keptUntil = 'until erased', notErased = 0 }) => [
        geography,
        resource,
        store,
        String(items),
        since,
        keptUntil,
        String(notErased),
      ]),
  );
  if (rows.length === 0) {
    return `Nothing is held about this person${isPartial ? ' where it could be asked' : ''}.\n`;
  }
  return `${table([['GEOGRAPHY', 'RESOURCE', 'STORE', 'ITEMS', 'SINCE', 'KEPT UNTIL', 'NOT ERASED'], ...rows]).join('\n')}\n`;
}
