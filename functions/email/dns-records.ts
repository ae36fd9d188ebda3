// The DNS records of a domain.
import { createHash } from 'node:crypto';

/** What the owner of a domain publishes, so that mail in its name is believed. */
export function dnsRecords(domain: string) {
  const proof = createHash('sha256').update(`domain-ownership ${domain.toLowerCase()}`).digest('hex').slice(0, 32);
  const selector = (name: string) => ({
    type: 'CNAME',
    name: `${name}._domainkey`,
    value: `${name}._domainkey.${domain}`,
    ttl: 3600,
  });
  return {
    Domain: { type: 'TXT', name: domain, value: `ms-domain-verification=${proof}`, ttl: 3600 },
    SPF: { type: 'TXT', name: domain, value: 'v=spf1 -all', ttl: 3600 },
    DKIM: selector('selector1-domicile'),
    DKIM2: selector('selector2-domicile'),
    DMARC: { type: 'TXT', name: `_dmarc.${domain}`, value: 'v=DMARC1; p=none', ttl: 3600 },
  };
}
