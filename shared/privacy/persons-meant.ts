// Which persons are meant by identifiers. A number or an address may belong to two persons: what is walked for one of them
// must not take it from the other.
import { formatIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import type { PersonStore } from './person-store.js';

/**
 * Those that only these identifiers lead to, or that one of them leads to alone. When that is nobody, such as for a
 * number that two persons share and nothing else, everybody that they lead to.
 *
 * @param personId who is meant in any case; elsewhere the same person may have another id
 */
export async function personsMeantBy(
  persons: Pick<PersonStore, 'findByIdentifier' | 'find'>,
  resourceId: string,
  identifiers: readonly PersonalIdentifier[],
  personId?: string,
): Promise<string[]> {
  const meant = new Set<string>(personId === undefined ? [] : [personId]);
  const shared: string[][] = [];
  for (const identifier of identifiers) {
    const [first, ...others] = await persons.findByIdentifier(resourceId, identifier);
    if (first !== undefined && others.length === 0) {
      meant.add(first);
    } else if (first !== undefined) {
      shared.push([first, ...others]);
    }
  }
  const named = new Set(identifiers.map(formatIdentifier));
  for (const personIds of shared) {
    if (personId !== undefined && personIds.includes(personId)) {
      continue;
    }
    for (const id of personIds) {
      const person = await persons.find(resourceId, id);
      if (person?.identifiers.every((each) => named.has(formatIdentifier(each)))) {
        meant.add(id);
      }
    }
  }
  for (const personIds of shared) {
    if (!personIds.some((id) => meant.has(id))) {
      personIds.forEach((id) => void meant.add(id));
    }
  }
  return [...meant];
}
