// Models of Azure Resource Manager that answers of management hold. Contract: Microsoft.Communication 2025-09-01.
import { z } from 'zod';
import type { AnswerHeaders } from '../../../shared/api/index.js';
import { InSevenDigits, NamedTexts, pageOf, Text, WrittenError } from '../written.js';

const SystemData = z
  .object({
    createdBy: Text.optional(),
    createdByType: Text.optional(),
    createdAt: InSevenDigits.optional(),
    lastModifiedBy: Text.optional(),
    lastModifiedByType: Text.optional(),
    lastModifiedAt: InSevenDigits.optional(),
  })
  .meta({ id: 'SystemData' });

const head = { id: Text, name: Text, type: Text, systemData: SystemData };
const tracked = { ...head, location: z.literal('global'), tags: NamedTexts };

export const CommunicationServiceResource = z
  .object({
    ...tracked,
    identity: z.object({ type: Text, userAssignedIdentities: z.record(Text, z.object({})).optional() }).optional(),
    properties: z.object({
      provisioningState: Text,
      hostName: Text.optional(),
      dataLocation: Text,
      immutableResourceId: Text,
      linkedDomains: z.array(Text),
      publicNetworkAccess: Text,
      disableLocalAuth: z.boolean(),
    }),
  })
  .meta({ id: 'CommunicationServiceResource' });

export const EmailServiceResource = z
  .object({ ...tracked, properties: z.object({ provisioningState: Text, dataLocation: Text }) })
  .meta({ id: 'EmailServiceResource' });

/** What belongs to a resource, with tags where the kind has some. */
export function itemResource<Properties extends z.ZodType>(id: string, properties: Properties) {
  const { location, tags, ...untracked } = tracked;
  return z.object({ ...untracked, location: location.optional(), tags: tags.optional(), properties }).meta({ id });
}

/** With `partial=true` the geographies that did not answer. */
export function pageOfAll<Item extends z.ZodType>(item: Item) {
  return pageOf(item).extend({ unavailableGeographies: z.array(Text).optional() });
}

export const OperationStatusResult = z
  .object({
    id: Text,
    name: Text,
    status: z.enum(['InProgress', 'Succeeded', 'Failed', 'Canceled']),
    startTime: InSevenDigits,
    endTime: InSevenDigits.optional(),
    percentComplete: z.number(),
    error: WrittenError.optional(),
  })
  .meta({ id: 'OperationStatusResult' });

/** Of the resource as it is, while an operation on it is watched. */
export const watchedHeaders: AnswerHeaders = {
  200: ['azure-asyncoperation', 'retry-after'],
  201: ['azure-asyncoperation', 'retry-after'],
};

export const begunHeaders: AnswerHeaders = { 202: ['location', 'retry-after'] };
