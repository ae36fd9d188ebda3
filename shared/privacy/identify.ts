// Where something about somebody lies: store by store, in numbers and times, never content.
import { bothLocated, type Located, type PersonalIdentifier } from '../data-map/index.js';
import type { Resource } from '../geography/index.js';
import type { PrivacyParts } from './parts.js';

export interface StoreReport extends Located {
  readonly store: string;
  readonly holds: string;
  readonly personalData: readonly string[];
  readonly keptFor: string;
  readonly geography: string;
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
    if (personalData.length === 0) {
      continue;
    }
    let located: Located = { items: 0 };
    for (const identifier of identifiers) {
      located = bothLocated(located, await bound.locate(identifier, walk));
    }
    reports.push({ store: name, holds, personalData, keptFor, geography: resource.geography, ...located });
  }
  return reports;
}
