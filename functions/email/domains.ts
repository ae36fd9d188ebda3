// Domains of an email service and their verification.
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import {
  type ArmItem,
  checkManaged,
  type EmailParts,
  isAzureManaged,
  itemKinds,
  mailDomainOf,
  managedSender,
  type VerificationState,
  verificationTypes,
  verifyRecord,
} from '../../shared/email/index.js';
import { geographyOf } from '../../shared/geography/index.js';
import { itemResource } from '../wire/arm/answers.js';
import { Tags } from '../wire/arm/resources.js';
import { orAbsent } from '../wire/null-and-absent.js';
import { Text } from '../wire/written.js';
import { changeItem } from './change-item.js';
import type { ItemWire } from './item-wire.js';
import { itemOperations } from './items.js';

const Verification = z.object({ verificationType: z.enum(verificationTypes) });
const EngagementTracking = z.enum(['Disabled', 'Enabled']);

const DomainBody = z.object({
  location: z.string(),
  tags: Tags,
  properties: z.object({
    domainManagement: z.enum(['AzureManaged', 'CustomerManaged', 'CustomerManagedInExchangeOnline']),
    userEngagementTracking: orAbsent(EngagementTracking),
  }),
});

const DnsRecord = z.object({ type: Text, name: Text, value: Text, ttl: z.int() }).meta({ id: 'DnsRecord' });
const State = z.object({ status: Text, errorCode: Text.optional() });

/** One of each type of verification. */
const perType = <Schema extends z.ZodType>(schema: Schema) =>
  z.object({ Domain: schema, SPF: schema, DKIM: schema, DKIM2: schema, DMARC: schema });

const DomainResource = itemResource(
  'DomainResource',
  z.object({
    provisioningState: Text,
    dataLocation: Text,
    fromSenderDomain: Text,
    mailFromSenderDomain: Text,
    domainManagement: Text,
    userEngagementTracking: EngagementTracking,
    verificationStates: perType(State),
    verificationRecords: perType(DnsRecord).partial(),
  }),
);

type Domain = Pick<
  z.output<typeof DomainResource>['properties'],
  'domainManagement' | 'userEngagementTracking' | 'verificationStates'
>;

function domainWire({ geography, recordsOf }: EmailParts): ItemWire<typeof DomainBody, Domain, typeof DomainResource> {
  return {
    kind: itemKinds.domains,
    noun: 'domain',
    plural: 'domains',
    contract: 'domains',
    list: 'listByEmailServiceResource',
    paramNames: ['emailServiceName', 'domainName'],
    body: DomainBody,
    resource: DomainResource,
    isWatched: true,
    describe: ({ tags, properties }, before, id) => {
      const { domainManagement, userEngagementTracking = 'Disabled' } = properties;
      // What an earlier build let in can still be changed.
      if (before?.properties.domainManagement !== domainManagement) {
        checkManaged(id, domainManagement);
      }
      const state = { status: domainManagement === 'AzureManaged' ? 'Verified' : 'NotStarted' };
      const verificationStates = before?.properties.verificationStates ?? {
        Domain: state,
        SPF: state,
        DKIM: state,
        DKIM2: state,
        DMARC: state,
      };
      return {
        tags: tags ?? {},
        properties: { domainManagement, userEngagementTracking, verificationStates },
      };
    },
    comesWith: ({ owner, path }) =>
      isAzureManaged(path[0] ?? '')
        ? {
            id: { owner, kind: itemKinds.senderUsernames, path: [...path, managedSender] },
            properties: { username: managedSender, displayName: managedSender },
          }
        : undefined,
    show: ({ name, properties }, owner) => {
      const mailDomain = mailDomainOf(owner, name);
      return {
        ...properties,
        provisioningState: 'Succeeded',
        dataLocation: geographyOf(geography).dataLocation,
        fromSenderDomain: mailDomain,
        mailFromSenderDomain: mailDomain,
        verificationRecords: recordsOf(owner, mailDomain),
      };
    },
  };
}

export function domainOperations(parts: EmailParts): Operation[] {
  const wire = domainWire(parts);
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
        properties: orAbsent(z.object({ userEngagementTracking: orAbsent(EngagementTracking) })),
      }),
      apply: ({ tags, properties }, before) => ({
        tags: tags ?? before.tags,
        properties: {
          ...before.properties,
          userEngagementTracking: properties?.userEngagementTracking ?? before.properties.userEngagementTracking,
        },
      }),
    }),
    changeItem(parts, wire, {
      name: 'management-initiate-verification',
      contract: 'domains.initiateVerification',
      summary: 'Begins to verify a DNS record of a domain.',
      method: 'POST',
      suffix: '/initiateVerification',
      body: Verification,
      look: ({ verificationType }, { name, properties }, { owner }) => {
        const mailDomain = mailDomainOf(owner, name);
        const record = parts.recordsOf(owner, mailDomain)[verificationType];
        const before = (properties as Domain).verificationStates[verificationType] as VerificationState;
        return verifyRecord(parts.lookUp, verificationType, record, mailDomain, before);
      },
      apply: ({ verificationType }, before, state = notStarted) => withState(before, verificationType, state),
    }),
    changeItem(parts, wire, {
      name: 'management-cancel-verification',
      contract: 'domains.cancelVerification',
      summary: 'Ends the verification of a DNS record of a domain.',
      method: 'POST',
      suffix: '/cancelVerification',
      body: Verification,
      apply: ({ verificationType }, before) => withState(before, verificationType, notStarted),
    }),
  ];
}

const notStarted: VerificationState = { status: 'NotStarted' };

function withState(
  { tags, properties }: ArmItem,
  type: string,
  state: VerificationState,
): Pick<ArmItem, 'properties' | 'tags'> {
  const states = properties['verificationStates'] as Record<string, unknown>;
  return { tags, properties: { ...properties, verificationStates: { ...states, [type]: state } } };
}
