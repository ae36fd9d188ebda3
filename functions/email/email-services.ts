// Email services: create, change, list, delete, as Azure Resource Manager does it for what stands in a resource group.
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import { Answer, NoBody } from '../../shared/http/index.js';
import { manager } from '../../shared/auth/index.js';
import { type ArmId, checkArmId, checkScope } from '../../shared/resources/index.js';
import {
  deleteResource,
  homeOf,
  type ManagementParts,
  noteDone,
  putResource,
  requireRecord,
  requireSettled,
  saveChange,
} from '../../shared/management/index.js';
import { begunHeaders, EmailServiceResource, pageOfAll, watchedHeaders } from '../wire/arm/answers.js';
import { DataLocation, homeOfLocation, requireHere } from '../wire/arm/location.js';
import { ifNotFound, inSubscription } from '../wire/arm/paths.js';
import { type Asked, listAnswer, ListQuery } from '../wire/arm/lists.js';
import { begun, operationOf, watched } from '../wire/arm/long-running.js';
import { askerOf, common, renderEmailService, Tags } from '../wire/arm/resources.js';

const emailServices =
  'subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Communication/emailServices';
const emailService = `${emailServices}/{emailServiceName}` as const;

const EmailServiceBody = z.object({
  location: z.string(),
  tags: Tags,
  properties: z.object({ dataLocation: DataLocation }),
});
const TagsBody = z.object({ tags: Tags });
const EmailServicesPage = pageOfAll(EmailServiceResource);
const ExchangeDomains = z.array(z.string());

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

export function emailServiceOperations(parts: ManagementParts): Operation[] {
  const home = (input: Asked<EmailParams>) => homeOf(parts, askerOf(input), emailServiceId(input.params));
  const read = { ...common, auth: manager('read') } as const;
  const manage = { ...common, auth: manager('manage') } as const;
  return [
    operation({
      ...manage,
      name: 'management-put-email-service',
      contract: 'emailServices.createOrUpdate',
      summary: 'Creates or replaces an email resource.',
      route: `PUT ${emailService}`,
      body: EmailServiceBody,
      home: async ({ body }) => homeOfLocation(parts, body.properties.dataLocation),
      answers: { 200: EmailServiceResource, 201: EmailServiceResource },
      answerHeaders: watchedHeaders,
      answer: async (input) => {
        const id = emailServiceId(input.params);
        requireHere(parts, input.body.properties.dataLocation);
        const { record, isNew } = await putResource(parts, askerOf(input), id, { tags: input.body.tags });
        const operationId = await noteDone(parts, 'put-resource');
        const body = renderEmailService(parts, record);
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
      returns: EmailServiceResource,
      ok: async ({ params }) => renderEmailService(parts, await requireRecord(parts, emailServiceId(params))),
    }),
    operation({
      ...manage,
      name: 'management-update-email-service',
      contract: 'emailServices.update',
      summary: 'Changes the tags of an email resource.',
      route: `PATCH ${emailService}`,
      body: TagsBody,
      home,
      answers: { 200: EmailServiceResource },
      answerHeaders: { 200: watchedHeaders[200] ?? [] },
      answer: async (input) => {
        const id = emailServiceId(input.params);
        const { tags } = input.body;
        const before = await requireSettled(parts, id);
        const record = await saveChange(parts, askerOf(input), before, tags === undefined ? {} : { tags });
        const operationId = await noteDone(parts, 'update-resource');
        const body = renderEmailService(parts, record);
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
      answers: { 202: NoBody, 204: NoBody },
      answerHeaders: begunHeaders,
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
      returns: EmailServicesPage,
      ok: (input) => listAnswer(parts, input, 'emailServices', renderEmailService),
    }),
    operation({
      ...read,
      name: 'management-list-email-services',
      contract: 'emailServices.listBySubscription',
      summary: 'Lists the email resources of a subscription, in all geographies.',
      route: `GET ${inSubscription}/emailServices`,
      query: ListQuery,
      returns: EmailServicesPage,
      ok: (input) => listAnswer(parts, input, 'emailServices', renderEmailService),
    }),
    operation({
      ...read,
      name: 'management-list-exchange-domains',
      contract: 'emailServices.listVerifiedExchangeOnlineDomains',
      summary: 'Lists domains verified in Exchange Online: none, because Domicile does not use it.',
      route: `POST ${inSubscription}/listVerifiedExchangeOnlineDomains`,
      returns: ExchangeDomains,
      ok: async ({ params }) => {
        checkScope({ type: 'emailServices', ...params });
        return [];
      },
    }),
  ];
}
