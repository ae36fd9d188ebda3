// Whether what stands in DNS is what the owner of a domain has to publish.
import {
  type DnsRecord,
  type DomainRecords,
  fullName,
  type VerificationType,
  verificationTypes,
} from './domain-records.js';
import type { DnsLookUp } from './look-up.js';

/** `twice`: there are two, of which nobody may choose one (RFC 7208, 4.5; RFC 7489, 6.6.3). */
export type RecordState = 'right' | 'missing' | 'wrong' | 'twice' | 'noAnswer';

export interface CheckedRecord {
  readonly verificationType: VerificationType;
  readonly record: DnsRecord;
  readonly state: RecordState;
  /** What stands there in its place. */
  readonly found: readonly string[];
}

export async function checkRecord(
  lookUp: DnsLookUp,
  verificationType: VerificationType,
  record: DnsRecord,
  domain: string,
): Promise<CheckedRecord> {
  const answer = await lookUp(record.type, fullName(verificationType, record, domain));
  if (answer === undefined) {
    return { verificationType, record, state: 'noAnswer', found: [] };
  }
  const { isOne, isRight, isSingle } = rules[verificationType];
  const found = answer.filter((text) => isOne(text, record));
  const state = !found.some((text) => isRight(text, record))
    ? found.length === 0
      ? 'missing'
      : 'wrong'
    : isSingle && found.length > 1
      ? 'twice'
      : 'right';
  return { verificationType, record, state, found };
}

/** All at once; what need not be published is left out. */
export function checkRecords(lookUp: DnsLookUp, records: DomainRecords, domain: string): Promise<CheckedRecord[]> {
  return Promise.all(
    verificationTypes.flatMap((type) => {
      const record = records[type];
      return record === undefined ? [] : [checkRecord(lookUp, type, record, domain)];
    }),
  );
}

interface Rule {
  /** At a name there may be records of others. */
  isOne(text: string, record: DnsRecord): boolean;
  isRight(text: string, record: DnsRecord): boolean;
  readonly isSingle: boolean;
}

const dkim: Rule = {
  isOne: () => true,
  isRight: (text, { type, value }) =>
    type === 'CNAME' ? hostOf(text) === hostOf(value) : tagsOf(text).get('p') === tagsOf(value).get('p'),
  isSingle: true,
};

const rules: Readonly<Record<VerificationType, Rule>> = {
  Domain: {
    isOne: (text) => /^ms-domain-verification=/i.test(text),
    isRight: (text, { value }) => text.trim().toLowerCase() === value,
    isSingle: false,
  },
  SPF: {
    isOne: (text) => /^v=spf1( |$)/i.test(text),
    // Whoever sends mail elsewhere too has others in it; what stands behind `all` counts nothing.
    isRight: (text, { value }) => mechanismsOf(value).every((each) => mechanismsOf(text).includes(each)),
    isSingle: true,
  },
  DKIM: dkim,
  DKIM2: dkim,
  DMARC: {
    isOne: (text) => /^v=DMARC1\s*(;|$)/.test(text),
    isRight: (text) => /^(none|quarantine|reject)$/i.test(tagsOf(text).get('p') ?? ''),
    isSingle: true,
  },
};

function mechanismsOf(text: string): string[] {
  const words = text.toLowerCase().trim().split(/\s+/).slice(1);
  const end = words.findIndex((word) => /^[-+~?]?all$/.test(word));
  return words.slice(0, end < 0 ? words.length : end).map((word) => word.replace(/^\+/, ''));
}

function tagsOf(text: string): ReadonlyMap<string, string> {
  const tags = text.split(';').map((tag) => /^\s*([a-z]+)\s*=\s*(.*)$/is.exec(tag));
  return new Map(tags.flatMap((tag) => (tag === null ? [] : [[tag[1] ?? '', (tag[2] ?? '').replaceAll(/\s/g, '')]])));
}

function hostOf(text: string): string {
  return text.toLowerCase().replace(/\.$/, '');
}
