// Which DNS record of a domain is wrong, and what it should be. Domicile's own.
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { checkDomain, emailRateLimits, verificationTypes } from '../../shared/email/index.js';
import { Text } from '../wire/written.js';

const DomainCheckRequest = z.object({ domain: z.string().min(1).max(253) }).meta({ id: 'DomainCheckRequest' });

const CheckedDnsRecord = z
  .object({
    verificationType: z.enum(verificationTypes),
    type: z.enum(['TXT', 'CNAME']),
    name: Text,
    value: Text,
    state: z.enum(['right', 'missing', 'wrong', 'twice', 'noAnswer', 'notLookedUp']),
    found: z.array(Text).readonly(),
  })
  .meta({ id: 'CheckedDnsRecord' });

const DomainCheck = z
  .object({ domain: Text, records: z.array(CheckedDnsRecord).readonly() })
  .meta({ id: 'DomainCheck' });

export function domainCheckOperations(parts: Parameters<typeof checkDomain>[0]): Operation[] {
  return [
    operation({
      service: 'email',
      auth: accessKey,
      name: 'email-check-domain',
      summary: 'Looks up which DNS records of a linked domain are as they have to be.',
      route: 'POST emails/domains/:check',
      limit: emailRateLimits.getStatus,
      body: DomainCheckRequest,
      returns: DomainCheck,
      ok: async ({ resource, body: { domain } }) => ({ domain, records: await checkDomain(parts, resource, domain) }),
    }),
  ];
}
