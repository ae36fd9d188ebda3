// What the owner of a linked domain has to publish, and what of it stands in DNS.
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { linkedDomain, type RecordStore, seed } from '../resources/index.js';
import { mailDomainOf } from './azure-managed.js';
import { type CheckedRecord, checkRecords } from './dns/check-record.js';
import { fullName, verificationTypes } from './dns/domain-records.js';
import { emailFaults } from './faults.js';
import type { EmailParts } from './parts.js';

export interface PublishedRecord extends Omit<CheckedRecord, 'record' | 'state'> {
  readonly type: 'TXT' | 'CNAME';
  /** In full. */
  readonly name: string;
  readonly value: string;
  /** `notLookedUp`: in the emulator, where nothing outside is asked. */
  readonly state: CheckedRecord['state'] | 'notLookedUp';
}

type CheckParts = Pick<EmailParts, 'recordsOf' | 'lookUp'> & { readonly records: Pick<RecordStore, 'at'> };

/** @throws {Fault} 404 when the domain is not linked to the resource */
export async function checkDomain(
  { records, recordsOf, lookUp }: CheckParts,
  resource: Pick<Resource, 'name'>,
  mailDomain: string,
): Promise<readonly PublishedRecord[]> {
  const record = await records.at({ ...seed, type: 'communicationServices', name: resource.name });
  const links = (record?.linkedDomains ?? []).map(linkedDomain);
  const isMeant = (link: (typeof links)[number]) =>
    link !== undefined && mailDomainOf(link.owner, link.domain) === mailDomain.toLowerCase();
  const owner = links.find(isMeant)?.owner;
  if (owner === undefined) {
    throw new Fault(emailFaults.domainNotLinked, { target: 'domain' });
  }
  const wanted = recordsOf(owner, mailDomain);
  const checked: readonly (Omit<CheckedRecord, 'state'> & Pick<PublishedRecord, 'state'>)[] =
    lookUp === undefined
      ? verificationTypes.flatMap((verificationType) => {
          const each = wanted[verificationType];
          return each === undefined ? [] : [{ verificationType, record: each, state: 'notLookedUp', found: [] }];
        })
      : await checkRecords(lookUp, wanted, mailDomain);
  return checked.map(({ verificationType, record: each, state, found }) => ({
    verificationType,
    type: each.type,
    name: fullName(verificationType, each, mailDomain),
    value: each.value,
    state,
    found,
  }));
}
