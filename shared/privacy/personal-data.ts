// What the privacy capability keeps, for the data map.
import {
  byPartition,
  dataStore,
  type DueWorkTogether,
  type Explainer,
  explainKept,
  holdsNobody,
  type PersonalIdentifier,
} from '../data-map/index.js';
import { type AuditContent, dropAuditKind } from './audit-trail.js';
import { type Ledger, resourceOfDueId } from './ledger.js';
import type { PersonStore } from './person-store.js';
import { dropReceiptKind, type Receipts, type StoreRemainder } from './receipt.js';

export const persons = dataStore<PersonStore>({
  name: 'persons',
  area: 'persons',
  rank: 'directory',
  medium: 'table',
  holds: 'Persons as the application knows them, and which identities, phone numbers and addresses are theirs',
  belongsTo: byPartition,
  personalData: ['person id', 'identity ids', 'phone numbers', 'email addresses'],
  keptFor: 'until the link is removed, the identity is deleted or the person is erased',
  locate: async (identifier, { opened, resourceId, persons: meant }) => {
    const { own: links } = await linksOf(opened, resourceId, identifier, meant);
    const since = Math.min(...links.map(({ linkedOn }) => linkedOn));
    return links.length === 0 ? { items: 0 } : { items: links.length, since };
  },
  async *exportItems(identifier, { opened, resourceId, persons: meant }) {
    for (const { personId } of (await linksOf(opened, resourceId, identifier, meant)).own) {
      yield { record: { personId } };
    }
  },
  exportedFields: { personId: 'Id under which the application knows the person' },
  erase: async (identifier: PersonalIdentifier, { opened, resourceId, persons: meant }) => {
    const { own } = await linksOf(opened, resourceId, identifier, meant);
    for (const { personId } of own) {
      await opened.remove(resourceId, personId, [identifier]);
    }
    return { erased: own.length };
  },
  knowsPersons: true,
  lateWrites: 'A link is one transaction of one request',
  remains: async (identifier: PersonalIdentifier, { opened, resourceId, persons: meant }) =>
    identifier.kind !== 'identity' && (await linksOf(opened, resourceId, identifier, meant)).isShared
      ? {
          what: 'That a phone number or an address of the person is also one of somebody else',
          why: 'It is the other person’s as well, and stays theirs; nothing ties it to the erased person any more.',
        }
      : undefined,
  eraseResource: ({ opened, resourceId }) => opened.removeAllOf(resourceId),
  expired: 'Nothing; a person has no time',
});

/**
 * What ties an identifier to the persons that are walked. A phone number or an address may be somebody else’s too, and
 * that is not theirs; an identity goes as a whole.
 */
async function linksOf(
  store: PersonStore,
  resourceId: string,
  identifier: PersonalIdentifier,
  meant: readonly string[] | undefined,
) {
  const links = await store.links(resourceId, identifier);
  if (meant === undefined || identifier.kind === 'identity') {
    return { own: links, isShared: false };
  }
  const own = links.filter(({ personId }) => meant.includes(personId));
  return { own, isShared: own.length < links.length };
}

const keptUntilTheirTime = {
  eraseResource: 'It outlives the resource, until its own time is over',
  ...holdsNobody,
};

const dropEntries: DueWorkTogether<Pick<Ledger<unknown>, 'drop'>> = {
  groupOf: resourceOfDueId,
  together: (dueIds, { opened }) => opened.drop(dueIds),
};

export const receipts = dataStore<Receipts>({
  name: 'receipts',
  area: 'persons',
  rank: 'proof',
  medium: 'table',
  holds: 'Receipts of erasures: stores, counts and times; whom they are about only as a salted hash',
  belongsTo: { ...byPartition, outlivesResource: true },
  personalData: [],
  keptFor: 'three years, or as configured; also when the resource is deleted',
  ...keptUntilTheirTime,
  expired: { due: { [dropReceiptKind]: dropEntries } },
  explain: explainEntry('receipt', 'A receipt is kept for three years, or as configured.', ({ endedOn }) => endedOn),
});

export const auditRecords = dataStore<Ledger<AuditContent>>({
  name: 'audit',
  area: 'persons',
  rank: 'proof',
  medium: 'table',
  holds:
    'Which access key or signed-in owner identified, exported, erased or restored what kind of thing and when; never whom it concerned',
  belongsTo: { ...byPartition, outlivesResource: true },
  personalData: ['object id of an owner who was signed in with Entra ID'],
  foundBy: 'in the list of `GET /privacy/audit`; not erased before its time, as it answers for what was done',
  keptFor: 'as long as receipts',
  ...keptUntilTheirTime,
  expired: { due: { [dropAuditKind]: dropEntries } },
  explain: explainEntry('audit', 'An entry of the audit trail is kept as long as receipts.', ({ at }) => at),
});

function explainEntry<Content>(
  kind: string,
  policy: string,
  since: (content: Content) => number,
): Explainer<Ledger<Content>> {
  return {
    kind,
    explain: async (id, { opened, resourceId }) => {
      const entry = await opened.find(resourceId, id);
      return entry && explainKept(policy, since(entry.content), entry.keptUntil);
    },
  };
}

/** What every erasure leaves behind: its own proof. */
export function recordsKept(until: number): StoreRemainder[] {
  return [
    {
      store: receipts.name,
      what: 'This receipt, with the person as a hash whose salt is not kept',
      why: 'It proves the erasure.',
      until,
    },
    {
      store: auditRecords.name,
      what: 'That somebody was erased, when and by which access key or signed-in owner; not who',
      why: 'It answers for the use of that right.',
      until,
    },
  ];
}
