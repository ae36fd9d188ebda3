// Email services and what belongs to them: domains and their verification, senders, suppression lists; and the SMTP users
// of communication services. DNS records of a domain are what its owner has to publish.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { Answer } from '../../shared/http/index.js';
import { manager } from '../../shared/auth/index.js';
import { geographyOf } from '../../shared/geography/index.js';
import { type ArmId, checkArmId, checkScope } from '../../shared/resources/index.js';
import { type EmailParts, type ArmItem, itemKinds } from '../../shared/email/index.js';
import {
  deleteResource,
  homeOf,
  noteDone,
  putResource,
  requireRecord,
  requireSettled,
  saveChange,
} from '../../shared/management/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';
import { DataLocation, homeOfLocation, requireHere } from '../wire/arm/location.js';
import { ifNotFound, inSubscription } from '../wire/arm/paths.js';
import { changeItem, itemOperations, type ItemWire } from './items.js';
import { type Asked, listAnswer, ListQuery } from '../wire/arm/lists.js';
import { begun, operationOf, watched } from '../wire/arm/long-running.js';
import { askerOf, common, renderResource, Tags } from '../wire/arm/resources.js';

const emailServices =
  'subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Communication/emailServices';
const emailService = `${emailServices}/{emailServiceName}` as const;

const EmailServiceBody = z.object({
  location: z.string(),
  tags: Tags.optional(),
  properties: z.object({ dataLocation: DataLocation }),
});
const TagsBody = z.object({ tags: Tags.optional() });

interface EmailParams {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly emailServiceName: string;
}

function emailServiceId({ subscriptionId, resourceGroupName, emailServiceName }: EmailParams): ArmId {
  return checkArmId({
    type: 'emailServices',
    subscriptionId,
    resourceGroup: resourceGroupName,
    name: emailServiceName,
  });
}

export function managementEmailOperations(parts: EmailParts) {
  const home = (input: Asked<EmailParams>) => homeOf(parts, askerOf(input), emailServiceId(input.params));
  const read = { ...common, auth: manager('read') } as const;
  const manage = { ...common, auth: manager('manage') } as const;
  const { dataLocation } = geographyOf(parts.geography);
  const domains = domainWire(dataLocation);
  return [
    operation({
      ...manage,
      name: 'management-put-email-service',
      contract: 'emailServices.createOrUpdate',
      summary: 'Creates or replaces an email resource.',
      route: `PUT ${emailService}`,
      body: EmailServiceBody,
      home: async ({ body }) => homeOfLocation(parts, body.properties.dataLocation),
      statuses: [200, 201],
      answer: async (input) => {
        const id = emailServiceId(input.params);
        requireHere(parts, input.body.properties.dataLocation);
        const { record, isNew } = await putResource(parts, askerOf(input), id, { tags: input.body.tags });
        const operationId = await noteDone(parts, 'put-resource');
        const body = renderResource(parts, record);
        return watched(input.request, operationOf(parts, id, operationId), isNew ? 201 : 200, body);
      },
    }),
    operation({
      ...read,
      name: 'management-get-email-service',
      contract: 'emailServices.get',
      summary: 'Gets an email resource.',
      route: `GET ${emailService}`,
      home,
      ok: async ({ params }) => renderResource(parts, await requireRecord(parts, emailServiceId(params))),
    }),
    operation({
      ...manage,
      name: 'management-update-email-service',
      contract: 'emailServices.update',
      summary: 'Changes the tags of an email resource.',
      route: `PATCH ${emailService}`,
      body: TagsBody,
      home,
      statuses: [200],
      answer: async (input) => {
        const id = emailServiceId(input.params);
        const { tags } = input.body;
        const before = await requireSettled(parts, id);
        const record = await saveChange(parts, askerOf(input), before, tags === undefined ? {} : { tags });
        const operationId = await noteDone(parts, 'update-resource');
        const body = renderResource(parts, record);
        return watched(input.request, operationOf(parts, id, operationId), 200, body);
      },
    }),
    operation({
      ...manage,
      name: 'management-delete-email-service',
      contract: 'emailServices.delete',
      summary: 'Deletes an email resource with everything of it.',
      route: `DELETE ${emailService}`,
      home,
      statuses: [202, 204],
      answer: async (input) => {
        const id = emailServiceId(input.params);
        if ((await requireRecord(parts, id).catch(ifNotFound)) === undefined) {
          return new Answer(204);
        }
        const operationId = await deleteResource(parts, id);
        return begun(input.request, operationOf(parts, id, operationId));
      },
    }),
    operation({
      ...read,
      name: 'management-list-email-services-of-group',
      contract: 'emailServices.listByResourceGroup',
      summary: 'Lists the email resources of a group, in all geographies.',
      route: `GET ${emailServices}`,
      query: ListQuery,
      ok: (input) => listAnswer(parts, input, 'emailServices'),
    }),
    operation({
      ...read,
      name: 'management-list-email-services',
      contract: 'emailServices.listBySubscription',
      summary: 'Lists the email resources of a subscription, in all geographies.',
      route: `GET ${inSubscription}/emailServices`,
      query: ListQuery,
      ok: (input) => listAnswer(parts, input, 'emailServices'),
    }),
    operation({
      ...read,
      name: 'management-list-exchange-domains',
      contract: 'emailServices.listVerifiedExchangeOnlineDomains',
      summary: 'Lists domains verified in Exchange Online: none, because Domicile does not use it.',
      route: `POST ${inSubscription}/listVerifiedExchangeOnlineDomains`,
      ok: async ({ params }) => {
        checkScope({ type: 'emailServices', ...params });
        return [];
      },
    }),
    ...itemOperations(parts, domains),
    changeItem(parts, domains, {
      name: 'management-update-domain',
      contract: 'domains.update',
      summary: 'Changes tags and engagement tracking of a domain.',
      method: 'PATCH',
      suffix: '',
      body: z.object({
        tags: Tags.optional(),
        properties: z.object({ userEngagementTracking: EngagementTracking.optional() }).optional(),
      }),
      apply: ({ tags, properties }, before) => ({
        tags: tags ?? before.tags,
        properties: { ...before.properties, ...properties },
      }),
    }),
    changeItem(parts, domains, {
      name: 'management-initiate-verification',
      contract: 'domains.initiateVerification',
      summary: 'Begins to verify a DNS record of a domain.',
      method: 'POST',
      suffix: '/initiateVerification',
      body: Verification,
      apply: ({ verificationType }, before) =>
        withState(before, verificationType, parts.verifiesAtOnce ? 'Verified' : 'VerificationRequested'),
    }),
    changeItem(parts, domains, {
      name: 'management-cancel-verification',
      contract: 'domains.cancelVerification',
      summary: 'Ends the verification of a DNS record of a domain.',
      method: 'POST',
      suffix: '/cancelVerification',
      body: Verification,
      apply: ({ verificationType }, before) => withState(before, verificationType, 'NotStarted'),
    }),
    ...itemOperations(parts, senderWire(dataLocation)),
    ...itemOperations(parts, listWire(dataLocation)),
    ...itemOperations(parts, addressWire(dataLocation)),
    ...itemOperations(parts, smtpWire),
  ];
}

const verificationTypes = ['Domain', 'SPF', 'DKIM', 'DKIM2', 'DMARC'] as const;
const Verification = z.object({ verificationType: z.enum(verificationTypes) });
const EngagementTracking = z.enum(['Disabled', 'Enabled']);

const DomainBody = z.object({
  location: z.string(),
  tags: Tags.optional(),
  properties: z.object({
    domainManagement: z.enum(['AzureManaged', 'CustomerManaged', 'CustomerManagedInExchangeOnline']),
    userEngagementTracking: EngagementTracking.optional(),
  }),
});

function domainWire(dataLocation: string): ItemWire<typeof DomainBody> {
  return {
    kind: itemKinds.domains,
    noun: 'domain',
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
      verificationRecords: recordsOf(name),
    }),
  };
}

/** What the owner of a domain publishes, so that mail in its name is believed. */
function recordsOf(domain: string) {
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

function withState({ tags, properties }: ArmItem, type: string, status: string): Pick<ArmItem, 'properties' | 'tags'> {
  const states = properties['verificationStates'] as Record<string, unknown>;
  return { tags, properties: { ...properties, verificationStates: { ...states, [type]: { status } } } };
}

const Text = z.string().max(256);

const SenderBody = z.object({ properties: z.object({ username: Text.min(1), displayName: Text.optional() }) });
const ListBody = z.object({ properties: z.object({ listName: Text.min(1) }) });
const AddressBody = z.object({
  properties: z.object({
    email: z
      .string()
      .min(3)
      .max(320)
      .regex(/^[^@\s]+@[^@\s]+$/, 'is no email address'),
    firstName: Text.optional(),
    lastName: Text.optional(),
    notes: z.string().max(1024).optional(),
  }),
});
const SmtpBody = z.object({
  properties: z.object({ username: Text.min(1), entraApplicationId: Text, tenantId: Text }),
});

function senderWire(dataLocation: string): ItemWire<typeof SenderBody> {
  return {
    kind: itemKinds.senderUsernames,
    noun: 'sender',
    contract: 'senderUsernames',
    list: 'listByDomains',
    paramNames: ['emailServiceName', 'domainName', 'senderUsername'],
    body: SenderBody,
    describe: ({ properties }) => ({ properties }),
    show: () => ({ provisioningState: 'Succeeded', dataLocation }),
  };
}

function listWire(dataLocation: string): ItemWire<typeof ListBody> {
  return {
    kind: itemKinds.suppressionLists,
    noun: 'suppression-list',
    contract: 'suppressionLists',
    list: 'listByDomain',
    paramNames: ['emailServiceName', 'domainName', 'suppressionListName'],
    body: ListBody,
    describe: ({ properties }) => ({ properties }),
    show: ({ createdAt = 0, lastModifiedAt = 0 }) => ({
      createdTimeStamp: toSevenDigits(createdAt),
      lastUpdatedTimeStamp: toSevenDigits(lastModifiedAt),
      dataLocation,
    }),
  };
}

function addressWire(dataLocation: string): ItemWire<typeof AddressBody> {
  return {
    kind: itemKinds.suppressionListAddresses,
    noun: 'suppressed-address',
    contract: 'suppressionListAddresses',
    list: 'list',
    paramNames: ['emailServiceName', 'domainName', 'suppressionListName', 'addressId'],
    body: AddressBody,
    describe: ({ properties }) => ({ properties }),
    show: ({ lastModifiedAt = 0 }) => ({ lastModified: toSevenDigits(lastModifiedAt), dataLocation }),
  };
}

const smtpWire: ItemWire<typeof SmtpBody> = {
  kind: itemKinds.smtpUsernames,
  noun: 'smtp-user',
  contract: 'smtpUsernames',
  list: 'list',
  paramNames: ['communicationServiceName', 'smtpUsername'],
  body: SmtpBody,
  describe: ({ properties }) => ({ properties }),
  show: () => ({}),
};
