// What the use cases of privacy are made of, and the checks that they begin with.
import type { Burials } from '../announcements/index.js';
import {
  type BoundStore,
  formatIdentifier,
  type IsHidden,
  parseIdentifier,
  type PersonalIdentifier,
} from '../data-map/index.js';
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import type { Jobs, Operations } from '../jobs/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import type { AuditTrail } from './audit-trail.js';
import { privacyFaults } from './faults.js';
import { isPersonId } from './person-id.js';
import type { Person, PersonStore } from './person-store.js';
import type { Receipts, StoreRemainder } from './receipt.js';
import type { PrivacyScope } from './scope.js';

/** Identifiers that one walk may be for; every store is looked through for each of them. */
export const maxIdentifiersPerWalk = 200;

export interface PrivacyParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly persons: PersonStore;
  /** The data map, in the order of erasure. */
  readonly stores: readonly BoundStore[];
  readonly jobs: Jobs;
  readonly operations: Operations;
  readonly burials: Pick<Burials, 'bury'>;
  readonly isHidden: IsHidden;
  /** Whether an identity is one of the resource's own. */
  isOurs(resource: Resource, rawId: string): Promise<boolean>;
  readonly receipts: Receipts;
  /** What the storage itself keeps of what is erased; nothing in Azure. */
  readonly leftByStorage: readonly StoreRemainder[];
  readonly audit: AuditTrail;
}

/** @throws {Fault} 400 for a person id that could be personal data itself */
export function requirePersonId(personId: string): string {
  if (!isPersonId(personId)) {
    throw new Fault(privacyFaults.badPersonId, { target: 'personId' });
  }
  return personId;
}

/** @throws {Fault} 400 for a malformed id, 404 for an unknown person */
export async function requirePerson(parts: PrivacyParts, resource: Resource, personId: string): Promise<Person> {
  const person = await parts.persons.find(resource.immutableId, requirePersonId(personId));
  if (person === undefined) {
    throw new Fault(privacyFaults.personNotFound);
  }
  return person;
}

/**
 * The identifiers, each once, so that nothing is counted twice.
 *
 * @throws {Fault} 400 unless all are identifiers, and the identities among them of this resource
 */
export async function requireIdentifiers(
  parts: Pick<PrivacyParts, 'isOurs'>,
  scope: Resource | Required<PrivacyScope>,
  texts: readonly string[],
): Promise<PersonalIdentifier[]> {
  const byText = new Map<string, PersonalIdentifier>();
  for (const [index, text] of texts.entries()) {
    const identifier = parseIdentifier(text);
    const target = `identifiers[${index}]`;
    if (identifier === undefined) {
      throw new Fault(privacyFaults.badIdentifier, { target });
    }
    // Through a subscription an identity is only looked for as a word.
    const isForeign =
      identifier.kind === 'identity' && !('subscriptionId' in scope) && !(await parts.isOurs(scope, identifier.rawId));
    if (isForeign) {
      throw new Fault(privacyFaults.identityNotOwned, { target });
    }
    byText.set(formatIdentifier(identifier), identifier);
  }
  return [...byText.values()];
}
