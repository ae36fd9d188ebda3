// The DNS records that the owner of a domain publishes, so that mail in its name is believed. They follow from how this
// deployment sends mail of the domain; what nobody has to publish is absent.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { keyedHash } from '../../auth/index.js';
import { type ArmId, armPath } from '../../resources/index.js';
import { type DkimKeySettings, type MailSettings, relayFor } from '../mail-settings.js';

export const verificationTypes = ['Domain', 'SPF', 'DKIM', 'DKIM2', 'DMARC'] as const;
export type VerificationType = (typeof verificationTypes)[number];

export interface DnsRecord {
  readonly type: 'TXT' | 'CNAME';
  /** Of `DKIM` and `DKIM2` as it is written in the zone of the domain, of the others in full, as in ACS. */
  readonly name: string;
  readonly value: string;
  readonly ttl: number;
}

export type DomainRecords = Readonly<Partial<Record<VerificationType, DnsRecord>>>;

export interface DomainRecordParts {
  /** undefined when this deployment sends no mail. */
  readonly settings: MailSettings | undefined;
  /** Makes the proof of a domain: nobody can publish that of another resource by chance, or make it up. */
  readonly key: Buffer;
}

const ttl = 3600;

export function domainRecords({ settings, key }: DomainRecordParts, owner: ArmId, domain: string): DomainRecords {
  const name = domain.toLowerCase();
  const proof = keyedHash(key, 'domain', armPath(owner).toLowerCase(), name).toString('hex').slice(0, 32);
  const [DKIM, DKIM2] = settings === undefined ? noSignatures : signatures(settings, name);
  const from = settings === undefined ? '?all' : sendersOf(settings, name);
  return {
    Domain: { type: 'TXT', name: domain, value: `ms-domain-verification=${proof}`, ttl },
    ...(from !== undefined && { SPF: { type: 'TXT', name: domain, value: `v=spf1 ${from}`, ttl } }),
    ...(DKIM !== undefined && { DKIM }),
    ...(DKIM2 !== undefined && { DKIM2 }),
    DMARC: { type: 'TXT', name: `_dmarc.${domain}`, value: 'v=DMARC1; p=none', ttl },
  };
}

/** Where a record is looked up. */
export function fullName(type: VerificationType, { name }: DnsRecord, domain: string): string {
  return type === 'DKIM' || type === 'DKIM2' ? `${name}.${domain}` : name;
}

/** Where no mail is sent the form is that of ACS, and whoever publishes it breaks nothing. */
const noSignatures: readonly DnsRecord[] = ['selector1', 'selector2'].map((selector) =>
  signature(selector, 'CNAME', `${selector}._domainkey.domicile.invalid`),
);

/** undefined when it is not known from where the relay sends. */
function sendersOf(settings: MailSettings, domain: string): string | undefined {
  const relay = relayFor(settings, domain);
  if (relay !== undefined) {
    return relay.spfInclude === undefined ? undefined : `include:${relay.spfInclude} ~all`;
  }
  return settings.direct && settings.name !== undefined ? `a:${settings.name} ~all` : undefined;
}

function signatures(settings: MailSettings, domain: string): readonly DnsRecord[] {
  const own = settings.dkim[domain];
  if (own !== undefined) {
    return own.map((key) => signature(key.selector, 'TXT', publicKeyRecord(key)));
  }
  const ofRelay = relayFor(settings, domain)?.dkimRecords ?? [];
  return ofRelay.map((record) =>
    'cname' in record
      ? signature(record.selector, 'CNAME', record.cname)
      : signature(record.selector, 'TXT', record.txt),
  );
}

function signature(selector: string, type: DnsRecord['type'], value: string): DnsRecord {
  return { type, name: `${selector}._domainkey`, value, ttl };
}

/** RFC 6376, 3.6.1; of Ed25519 the key alone (RFC 8463, 4.2). */
function publicKeyRecord({ key }: DkimKeySettings): string {
  const publicKey = createPublicKey(createPrivateKey(key));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const isEd25519 = publicKey.asymmetricKeyType === 'ed25519';
  const text = (isEd25519 ? spki.subarray(-32) : spki).toString('base64');
  return `v=DKIM1; k=${isEd25519 ? 'ed25519' : 'rsa'}; p=${text}`;
}
