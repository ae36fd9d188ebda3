// Pages of a list of people that others may join and leave between two pages.
import { formatUserRawId } from '../identity/index.js';

export interface PeoplePage {
  /** How many are left out; for the first page. */
  readonly skip: number;
  readonly limit: number;
  /** Where the page before ended; then `skip` counts for nothing. */
  readonly after?: string | undefined;
}

/** Where a page ended, in a form that a link can carry: ids may hold anything. */
export function toPlace(rawId: string): string {
  return Buffer.from(rawId).toString('base64url');
}

/** How links of version 0.1.0 say it: by the user's part of an id, which then was of the thread's resource always. */
const formerPlace = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Whether a link of ours can carry it. */
export function isPlace(place: string): boolean {
  return formerPlace.test(place) || (place !== '' && toPlace(decode(place)) === place);
}

/**
 * @param place for which {@link isPlace} holds
 * @returns the raw id that it stands for
 */
export function fromPlace(place: string, resourceId: string): string {
  return formerPlace.test(place) ? formatUserRawId(resourceId, place) : decode(place);
}

function decode(place: string): string {
  return Buffer.from(place, 'base64url').toString();
}

/**
 * Everybody who stays is on exactly one page, since ids have an order that never changes.
 *
 * @returns `after`, for the next page, unless this is the last
 */
export function pageOfPeople<Item>(
  people: readonly Item[],
  rawIdOf: (item: Item) => string,
  { skip, limit, after }: PeoplePage,
): { items: readonly Item[]; after?: string } {
  const sorted = people
    .map((item) => ({ item, place: rawIdOf(item) }))
    .sort((one, other) => (one.place < other.place ? -1 : 1));
  const rest = after === undefined ? sorted.slice(skip) : sorted.filter(({ place }) => place > after);
  const page = rest.slice(0, limit);
  const items = page.map(({ item }) => item);
  const last = page.at(-1);
  return rest.length > limit && last !== undefined ? { items, after: last.place } : { items };
}
