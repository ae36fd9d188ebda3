// Where resources are managed, and how that is asked: what it keeps of subscriptions needs no resource, and no key of one.
import { geographySlugs, type GeographySlug, isGeographySlug } from '../../shared/geography/catalogue.js';
import { CommandError } from '../command-error.js';
import type { ResourceAccess } from './access.js';
import { parseOrigin } from './app-origin.js';
import type { TokenSource } from './entra-token.js';

export interface Management {
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
  /** Lower case; none means all that it lists. */
  readonly subscriptions: readonly string[];
  /** In which the owner has anything: each of them has to answer. None means that nobody has said so. */
  readonly geographies: readonly GeographySlug[];
}

export interface ManagementWords {
  readonly address: string;
  readonly subscriptions: readonly string[];
  readonly geographies: readonly string[];
}

const subscriptionId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * @param which how the address is called in a complaint
 * @throws {CommandError} one sentence about the first mistake
 */
export function parseManagement({ address, subscriptions, geographies }: ManagementWords, which: string): Management {
  const origin = parseOrigin(address, which);
  const ids = [...new Set(subscriptions.map((id) => id.toLowerCase()))];
  if (!ids.every((id) => subscriptionId.test(id))) {
    throw new CommandError(`${which} comes with a subscription that is no id; it looks like 11111111-2222-3333-...`);
  }
  const slugs = [...new Set(geographies.map((slug) => slug.toLowerCase()))];
  if (!slugs.every(isGeographySlug)) {
    throw new CommandError(
      `${which} comes with a geography that there is not; it is one of ${geographySlugs.join(', ')}.`,
    );
  }
  return { origin, subscriptions: ids, geographies: slugs };
}

/** Each address once, with all that is asked about there. */
export function mergeManagements(managements: readonly Management[]): readonly Management[] {
  return [...new Set(managements.map(({ origin }) => origin))].map((origin) => {
    const same = managements.filter((each) => each.origin === origin);
    const isAll = same.some(({ subscriptions }) => subscriptions.length === 0);
    return {
      origin,
      subscriptions: isAll ? [] : [...new Set(same.flatMap(({ subscriptions }) => subscriptions))],
      geographies: [...new Set(same.flatMap(({ geographies }) => geographies))],
    };
  });
}

/** An app as a whole, by a token; of management too. */
export function appAccess(origin: string, token: TokenSource): ResourceAccess {
  const { host } = new URL(origin);
  return {
    origin,
    endpoint: origin,
    label: host,
    authorize: async () => ({ authorization: `Bearer ${await token()}` }),
  };
}

/** What it keeps of a subscription in a geography. */
export function subscriptionAccess(
  management: ResourceAccess,
  subscription: string,
  geography: string,
): ResourceAccess {
  const name = `subscriptions/${subscription}/${geography}`;
  return {
    ...management,
    endpoint: name,
    label: name,
    managedPath: `/subscriptions/${subscription}/providers/Microsoft.Communication/locations/${geography}`,
  };
}
