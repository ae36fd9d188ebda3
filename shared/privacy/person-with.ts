// Whom an erasure of a person concerns: what is linked to the person here, and what the caller knows beyond that, such as
// the links of other resources. Who is unknown here is concerned all the same by what the caller names.
import { formatIdentifier } from '../data-map/index.js';
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { privacyFaults } from './faults.js';
import { type PrivacyParts, requireIdentifiers, requirePersonId } from './parts.js';
import type { ErasureSubject } from './start-erasure.js';

/** @throws {Fault} 400 for a malformed id or identifier, 404 when the person is unknown and nothing is named */
export async function personWith(
  parts: Pick<PrivacyParts, 'persons' | 'isOurs'>,
  resource: Resource,
  personId: string,
  more: readonly string[],
): Promise<Required<ErasureSubject>> {
  const person = await parts.persons.find(resource.immutableId, requirePersonId(personId));
  const named = await requireIdentifiers(parts, resource, more);
  if (person === undefined && named.length === 0) {
    throw new Fault(privacyFaults.personNotFound);
  }
  const all = [...(person?.identifiers ?? []), ...named];
  const byText = new Map(all.map((identifier) => [formatIdentifier(identifier), identifier]));
  return { personId, identifiers: [...byText.values()] };
}
