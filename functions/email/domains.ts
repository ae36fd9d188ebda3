// Domains of an email service and their verification.
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import { type ArmItem, type EmailParts, itemKinds } from '../../shared/email/index.js';
import { geographyOf } from '../../shared/geography/index.js';
import { Tags } from '../wire/arm/resources.js';
import { changeItem } from './change-item.js';
import { dnsRecords } from './dns-records.js';
import type { ItemWire } from './item-wire.js';
import { itemOperations } from './items.js';

const verificationTypes = ['Domain', 'SPF', 'DKIM', 'DKIM2', 'DMARC'] as const;
const Verification = z.object({ verificationType: z.enum(verificationTypes) });
const EngagementTracking = z.enum(['Disabled', 'Enabled']);

const DomainBody = z.object({
  location: z.string(),
  tags: Tags,
  properties: z.object({
    domainManagement: z.enum(['AzureManaged', 'CustomerManaged', 'CustomerManagedInExchangeOnline']),
    userEngagementTracking: EngagementTracking.optional(),
  }),
});

function domainWire(dataLocation: string): ItemWire<typeof DomainBody> {
  return {
    kind: itemKinds.domains,
    noun: 'domain',
    plural: 'domains',
    contract: 'domains',
    list: 'listByEmailServiceResource',
    paramNames: ['emailServiceName', 'domainName'],
    body: DomainBody,
    isWatched: true,
    describe: ({ tags, properties }, before) => {
      const { domainManagement, userEngagementTracking = 'Disabled' } = properties;
      const status = domainManagement === 'AzureManaged' ? 'Verified' : 'NotStarted';
      const verificationStates =
        before?.properties['verificationStates'] ??
        Object.fromEntries(verificationTypes.map((type) => [type, { status }]));
      return {
        tags: tags ?? {},
        properties: { domainManagement, userEngagementTracking, verificationStates },
      };
    },
    show: ({ name }) => ({
      provisioningState: 'Succeeded',
      dataLocation,
      fromSenderDomain: name,
      mailFromSenderDomain: name,
      verificationRecords: dnsRecords(name),
    }),
  };
}

export function domainOperations(parts: EmailParts): Operation[] {
  const wire = domainWire(geographyOf(parts.geography).dataLocation);
  return [
    ...itemOperations(parts, wire),
    changeItem(parts, wire, {
      name: 'management-update-domain',
      contract: 'domains.update',
      summary: 'Changes tags and engagement tracking of a domain.',
      method: 'PATCH',
      suffix: '',
      body: z.object({
        tags: Tags,
        properties: z.object({ userEngagementTracking: EngagementTracking.optional() }).optional(),
      }),
      apply: ({ tags, properties }, before) => ({
        tags: tags ?? before.tags,
        properties: { ...before.properties, ...properties },
      }),
    }),
    changeItem(parts, wire, {
      name: 'management-initiate-verification',
      contract: 'domains.initiateVerification',
      summary: 'Begins to verify a DNS record of a domain.',
      method: 'POST',
      suffix: '/initiateVerification',
      body: Verification,
      apply: ({ verificationType }, before) =>
        withState(before, verificationType, parts.verifiesAtOnce ? 'Verified' : 'VerificationRequested'),
    }),
    changeItem(parts, wire, {
      name: 'management-cancel-verification',
      contract: 'domains.cancelVerification',
      summary: 'Ends the verification of a DNS record of a domain.',
      method: 'POST',
      suffix: '/cancelVerification',
      body: Verification,
      apply: ({ verificationType }, before) => withState(before, verificationType, 'NotStarted'),
    }),
  ];
}

function withState({ tags, properties }: ArmItem, type: string, status: string): Pick<ArmItem, 'properties' | 'tags'> {
  const states = properties['verificationStates'] as Record<string, unknown>;
  return { tags, properties: { ...properties, verificationStates: { ...states, [type]: { status } } } };
}
