// What the use cases of privacy are made of, and the checks that they begin with.
import { Fault } from '../api/index.js';
import type { KeyRing } from '../auth/index.js';
import type { BoundStore, PersonalIdentifier } from '../data-map/index.js';
import { isIssuedBy, parseUserRawId, type RevocationLog, tagKeyOf } from '../identity/index.js';
import type { Jobs, Operations } from '../jobs/index.js';
import type { Resource } from '../resources/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import type { AuditTrail } from './audit-trail.js';
import { privacyFaults } from './faults.js';
import { formatIdentifier, parseIdentifier } from './identifier.js';
import { isPersonId } from './person-id.js';
import type { Person, PersonStore } from './person-store.js';
import type { Receipts } from './receipt.js';

export interface PrivacyParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keys: KeyRing;
  readonly persons: PersonStore;
  /** The data map, in the order of erasure. */
  readonly stores: readonly BoundStore[];
  readonly jobs: Jobs;
  readonly operations: Operations;
  readonly revocations: Pick<RevocationLog, 'bury'>;
  readonly receipts: Receipts;
  readonly audit: AuditTrail;
}

/** @throws {Fault} 400 for a person id that could be personal data itself */
export function requirePersonId(personId: string): string {
  if (!isPersonId(personId)) throw new Fault(privacyFaults.badPersonId, { target: 'personId' });
  return personId;
}

/** @throws {Fault} 400 for a malformed id, 404 for an unknown person */
export async function requirePerson(parts: PrivacyParts, resource: Resource, personId: string): Promise<Person> {
  const person = await parts.persons.find(resource.immutableId, requirePersonId(personId));
  if (person === undefined) throw new Fault(privacyFaults.personNotFound);
  return person;
}

/**
 * The identifiers, each once, so that nothing is counted twice.
 *
 * @throws {Fault} 400 unless all are identifiers, and the identities among them of this resource
 */
export function requireIdentifiers(
  parts: Pick<PrivacyParts, 'keys'>,
  resource: Resource,
  texts: readonly string[],
): PersonalIdentifier[] {
  const tagKey = tagKeyOf(parts.keys, resource);
  const byText = new Map<string, PersonalIdentifier>();
  for (const [index, text] of texts.entries()) {
    const identifier = parseIdentifier(text);
    const target = `identifiers[${index}]`;
    if (identifier === undefined) throw new Fault(privacyFaults.badIdentifier, { target });
    const id = identifier.kind === 'identity' ? parseUserRawId(identifier.rawId) : undefined;
    if (id !== undefined && !isIssuedBy(tagKey, resource.immutableId, id)) {
      throw new Fault(privacyFaults.identityNotOwned, { target });
    }
    byText.set(formatIdentifier(identifier), identifier);
  }
  return [...byText.values()];
}
