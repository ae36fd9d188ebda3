// Keeps which identifiers belong to which person of the application.
import type { Resource } from '../geography/index.js';
import { type PrivacyParts, requireIdentifiers, requirePerson, requirePersonId } from './parts.js';
import { privacyFaults } from './faults.js';
import type { Person } from './person-store.js';
import { Fault } from '../http/index.js';

/** Adds identifiers to a person, who need not exist before. Adding one again changes nothing. */
export async function addIdentifiers(
  parts: PrivacyParts,
  resource: Resource,
  personId: string,
  identifiers: readonly string[],
): Promise<Person> {
  const added = await requireIdentifiers(parts, resource, identifiers);
  await parts.persons.add(resource.immutableId, requirePersonId(personId), added, parts.clock.now());
  return withoutHidden(parts, await requirePerson(parts, resource, personId));
}

/** Removes identifiers from a person, who goes with the last one. Removing one that is not there is fine. */
export async function removeIdentifiers(
  parts: PrivacyParts,
  resource: Resource,
  personId: string,
  identifiers: readonly string[],
): Promise<Person> {
  const removed = await requireIdentifiers(parts, resource, identifiers);
  const person = await requirePerson(parts, resource, personId);
  await parts.persons.remove(resource.immutableId, personId, removed);
  const left = await parts.persons.find(resource.immutableId, personId);
  return withoutHidden(parts, left ?? { ...person, identifiers: [] });
}

/** @throws {Fault} 404 when there is nobody, or every identity of theirs was deleted and nothing else is linked */
export async function findShownPerson(parts: PrivacyParts, resource: Resource, personId: string): Promise<Person> {
  const person = withoutHidden(parts, await requirePerson(parts, resource, personId));
  if (person.identifiers.length === 0) {
    throw new Fault(privacyFaults.personNotFound);
  }
  return person;
}

/** A page of the ids of persons; of those whose erasure is under way only the ones that something else is linked to. */
export async function listPersons(
  parts: PrivacyParts,
  { immutableId }: Resource,
  limit: number,
  after?: string,
): Promise<{ ids: readonly string[]; next?: string }> {
  const { persons, next } = await parts.persons.page(immutableId, limit, after);
  const ids = persons.filter((each) => withoutHidden(parts, each).identifiers.length > 0).map(({ id }) => id);
  return next === undefined ? { ids } : { ids, next };
}

function withoutHidden<Some extends Pick<Person, 'identifiers'>>({ isHidden }: PrivacyParts, person: Some): Some {
  return { ...person, identifiers: person.identifiers.filter((identifier) => !isHidden(identifier)) };
}

/** Ids of the persons that any of the identifiers belongs to. */
export async function findPersons(
  parts: PrivacyParts,
  resource: Resource,
  identifiers: readonly string[],
): Promise<string[]> {
  const shown = (await requireIdentifiers(parts, resource, identifiers)).filter((each) => !parts.isHidden(each));
  const found = await Promise.all(
    shown.map((identifier) => parts.persons.findByIdentifier(resource.immutableId, identifier)),
  );
  return [...new Set(found.flat())];
}
