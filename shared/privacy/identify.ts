// Where something about somebody lies: store by store, in numbers and times, never content. A walk of seconds: what is left
// then is the next page.
import { bothLocated, type Located, type PersonalIdentifier } from '../data-map/index.js';
import { figure } from '../budgets/index.js';
import { Fault } from '../http/index.js';
import { privacyFaults } from './faults.js';
import type { PrivacyParts } from './parts.js';
import { personsMeantBy } from './persons-meant.js';
import { type PrivacyScope, walkOf } from './scope.js';

export interface StoreReport extends Located {
  readonly store: string;
  readonly holds: string;
  readonly personalData: readonly string[];
  readonly keptFor: string;
  readonly geography: string;
}

export interface Identified {
  /** What this page has found: of a store that two pages have walked through, both together. */
  readonly stores: readonly StoreReport[];
  /** Where the next page begins; undefined after the last. */
  readonly next?: string;
}

export interface IdentifyOptions {
  /** Ids of those that are meant; found out by the identifiers when it is not known. */
  readonly persons?: readonly string[] | undefined;
  /** Where the page before ended. */
  readonly after?: string | undefined;
}

interface Place {
  readonly store: string;
  /** Index of the identifier. */
  readonly at: number;
  /** In the middle of what the store has of it. */
  readonly cursor: string | undefined;
}

/**
 * One report a store of the data map that can hold personal data, also where there is nothing; of those that there was
 * time for.
 *
 * @throws {Fault} 400 when the identifiers are not as many as those of the page before: no more of them may stand in an address
 */
export async function identify(
  parts: PrivacyParts,
  scope: PrivacyScope,
  identifiers: readonly PersonalIdentifier[],
  { persons, after }: IdentifyOptions = {},
): Promise<Identified> {
  const meant = persons ?? (await personsMeantBy(parts.persons, scope.immutableId, identifiers));
  const walk = walkOf(parts, scope, meant);
  const until = parts.clock.monotonic() + figure('identifyStep');
  const walked = parts.stores.filter(({ store }) => store.personalData.length > 0);
  let place = after === undefined ? undefined : readPlace(after, identifiers);
  const begin = place === undefined ? 0 : walked.findIndex(({ store }) => store.name === place?.store);
  if (begin < 0) {
    throw new Fault(privacyFaults.pageOfOthers);
  }
  const stores: StoreReport[] = [];
  for (const bound of walked.slice(begin)) {
    const { name, holds, personalData, keptFor } = bound.store;
    let located: Located = { items: 0 };
    let { at, cursor }: Omit<Place, 'store'> = place ?? { at: 0, cursor: undefined };
    place = undefined;
    let isOver = false;
    while (at < identifiers.length && !isOver) {
      const { cursor: left, ...step } = await bound.locateStep(identifiers[at] as PersonalIdentifier, walk, cursor);
      located = bothLocated(located, step);
      cursor = left;
      at += left === undefined ? 1 : 0;
      isOver = parts.clock.monotonic() >= until;
    }
    stores.push({ store: name, holds, personalData, keptFor, geography: scope.geography, ...located });
    if (at < identifiers.length) {
      return { stores, next: writePlace({ store: name, at, cursor }, identifiers) };
    }
    const [following] = walked.slice(walked.indexOf(bound) + 1);
    if (isOver && following !== undefined) {
      return { stores, next: writePlace({ store: following.store.name, at: 0, cursor: undefined }, identifiers) };
    }
  }
  return { stores };
}

function writePlace({ store, at, cursor }: Place, identifiers: readonly PersonalIdentifier[]): string {
  return Buffer.from(
    JSON.stringify([identifiers.length, store, at, ...(cursor === undefined ? [] : [cursor])]),
  ).toString('base64url');
}

function readPlace(after: string, identifiers: readonly PersonalIdentifier[]): Place {
  const [count, store, at, cursor] = parsed(after);
  const isPlace =
    count === identifiers.length &&
    typeof store === 'string' &&
    typeof at === 'number' &&
    identifiers[at] !== undefined &&
    (cursor === undefined || (typeof cursor === 'string' && cursorForm.test(cursor)));
  if (!isPlace) {
    throw new Fault(privacyFaults.pageOfOthers);
  }
  return { store, at, cursor };
}

/** Keys of stores, no other text. */
const cursorForm = /^[\x21-\x7e]{1,300}( [\x21-\x7e]{1,100})?$/;

function parsed(after: string): readonly unknown[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(after, 'base64url').toString());
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
}
