// Where something about somebody lies: store by store, in numbers and times, never content.
import type { PersonalIdentifier } from '../data-map/index.js';
import type { Resource } from '../resources/index.js';
import type { PrivacyParts } from './parts.js';

export interface StoreReport {
  readonly store: string;
  readonly holds: string;
  readonly personalData: readonly string[];
  readonly keptFor: string;
  readonly geography: string;
  readonly items: number;
  /** Product ms of the oldest item. */
  readonly since?: number;
  /** Product ms when the last item will be gone; absent when it is kept until erased. */
  readonly keptUntil?: number;
}

/** One report a store of the data map that can hold personal data, also where there is nothing. */
export async function identify(
  parts: PrivacyParts,
  resource: Resource,
  identifiers: readonly PersonalIdentifier[],
): Promise<StoreReport[]> {
  const walk = { resourceId: resource.immutableId, now: parts.clock.now(), realNow: parts.clock.realNow() };
  const reports: StoreReport[] = [];
  for (const bound of parts.stores) {
    const { name, holds, personalData, keptFor } = bound.store;
    if (personalData.length === 0) continue;
    let items = 0;
    const since: number[] = [];
    const keptUntil: number[] = [];
    for (const identifier of identifiers) {
      const located = await bound.locate(identifier, walk);
      items += located.items;
      if (located.since !== undefined) since.push(located.since);
      if (located.keptUntil !== undefined) keptUntil.push(located.keptUntil);
    }
    reports.push({
      store: name,
      holds,
      personalData,
      keptFor,
      geography: resource.geography,
      items,
      ...(since.length > 0 && { since: Math.min(...since) }),
      ...(keptUntil.length > 0 && { keptUntil: Math.max(...keptUntil) }),
    });
  }
  return reports;
}
