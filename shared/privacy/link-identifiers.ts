// Keeps which identifiers belong to which person of the application.
import type { Resource } from '../geography/index.js';
import { type PrivacyParts, requireIdentifiers, requirePerson, requirePersonId } from './parts.js';
import type { Person } from './person-store.js';

/** Adds identifiers to a person, who need not exist before. Adding one again changes nothing. */
export async function addIdentifiers(
  parts: PrivacyParts,
  resource: Resource,
  personId: string,
  identifiers: readonly string[],
): Promise<Person> {
  const added = await requireIdentifiers(parts, resource, identifiers);
  await parts.persons.add(resource.immutableId, requirePersonId(personId), added, parts.clock.now());
  return requirePerson(parts, resource, personId);
}

/** Removes identifiers from a person. Removing one that is not there is fine. */
export async function removeIdentifiers(
  parts: PrivacyParts,
  resource: Resource,
  personId: string,
  identifiers: readonly string[],
): Promise<Person> {
  const removed = await requireIdentifiers(parts, resource, identifiers);
  await requirePerson(parts, resource, personId);
  await parts.persons.remove(resource.immutableId, personId, removed);
  return requirePerson(parts, resource, personId);
}

/** Ids of the persons that any of the identifiers belongs to. */
export async function findPersons(
  parts: PrivacyParts,
  resource: Resource,
  identifiers: readonly string[],
): Promise<string[]> {
  const found = await Promise.all(
    (await requireIdentifiers(parts, resource, identifiers)).map((identifier) =>
      parts.persons.findByIdentifier(resource.immutableId, identifier),
    ),
  );
  return [...new Set(found.flat())];
}
