// What the resources hold about a person, as one table.
import { CommandError } from '../command-error.js';
import { table } from '../table.js';
import { throughAll } from '../resources/resource-run.js';
import type { PrivacyRun } from './privacy-run.js';
import { nobodyKnows, requestAbout } from './request-about.js';
import { type ResourceClient, ResourceRefused } from '../resources/resource-client.js';

export interface StoreItems {
  readonly store: string;
  readonly geography: string;
  readonly items: number;
  readonly since?: string;
  readonly keptUntil?: string;
}

export interface PersonAtResource {
  readonly resource: string;
  readonly isKnown: boolean;
  readonly stores: readonly StoreItems[];
}

export async function identifyPerson(run: PrivacyRun): Promise<void> {
  const found = await throughAll(run, async (client, say) => {
    const answer = await askAbout(run, client, 'identify');
    say(answer === undefined ? 'does not know this person' : 'asked');
    return atResource(client, answer);
  });
  const isKnown = found.some((at) => at.isKnown);
  if (run.isJson || isKnown) {
    run.print(run.isJson ? `${JSON.stringify(found, undefined, 2)}\n` : storesTable(found));
  }
  if (!isKnown) {
    throw new CommandError(nobodyKnows(run, 'nothing can be said'));
  }
}

/** @returns undefined when the resource does not know the person */
export async function askAbout(
  run: PrivacyRun,
  client: ResourceClient,
  action: 'identify' | 'erase',
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const request = await requestAbout(run, client, action, action === 'erase' ? { dryRun: true } : {});
    return request && (await client.json('POST', request.path, { body: request.body, signal: run.stopping })).body;
  } catch (error) {
    if (error instanceof ResourceRefused && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}

export function atResource(
  { access }: ResourceClient,
  answer: Readonly<Record<string, unknown>> | undefined,
): PersonAtResource {
  const stores = (answer?.['stores'] ?? []) as readonly StoreItems[];
  return { resource: access.endpoint, isKnown: answer !== undefined, stores };
}

/** Stores that hold nothing are left out. */
export function storesTable(found: readonly PersonAtResource[]): string {
  const rows = found.flatMap(({ resource, stores }) =>
    stores
      .filter(({ items }) => items > 0)
      .map(({ store, geography, items, since = '', keptUntil = 'until erased' }) => [
        geography,
        resource,
        store,
        String(items),
        since,
        keptUntil,
      ]),
  );
  if (rows.length === 0) {
    return 'Nothing is held about this person.\n';
  }
  return `${table([['GEOGRAPHY', 'RESOURCE', 'STORE', 'ITEMS', 'SINCE', 'KEPT UNTIL'], ...rows]).join('\n')}\n`;
}
