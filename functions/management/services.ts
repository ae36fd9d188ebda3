// Communication services, as Azure Resource Manager offers them: create, read, change, delete, keys, names.
import { z } from 'zod';
import { Answer, Fault, NoBody } from '../../shared/http/index.js';
import { operation } from '../../shared/api/index.js';
import { manager } from '../../shared/auth/index.js';
import { type ArmId, type ArmRecord, checkArmId, checkScope } from '../../shared/resources/index.js';
import {
  checkName,
  deleteResource,
  homeOf,
  managementFaults,
  type ManagementParts,
  noteDone,
  putResource,
  regenerateKey,
  requireRecord,
  requireSettled,
  saveChange,
} from '../../shared/management/index.js';
import { begunHeaders, CommunicationServiceResource, pageOfAll, watchedHeaders } from '../wire/arm/answers.js';
import { begun, operationOf, watched } from '../wire/arm/long-running.js';
import { askerOf, common, renderService, Tags } from '../wire/arm/resources.js';
import { ifNotFound, inGroup, inSubscription } from '../wire/arm/paths.js';
import { namedOrAbsent, orAbsent, orDefault } from '../wire/null-and-absent.js';
import { Text } from '../wire/written.js';
import { replaced } from './replaced.js';
import { DataLocation, homeOfLocation, requireHere } from '../wire/arm/location.js';
import { type Asked, listAnswer, ListQuery } from '../wire/arm/lists.js';

const services = `${inGroup}/communicationServices` as const;
const service = `${services}/{communicationServiceName}` as const;

const Identity = z.object({
  type: z.enum(['None', 'SystemAssigned', 'UserAssigned', 'SystemAssigned,UserAssigned']),
  userAssignedIdentities: orAbsent(namedOrAbsent(z.object({}))),
});

const Changes = z.object({
  linkedDomains: orAbsent(z.array(z.string().max(1024)).max(1000)),
  publicNetworkAccess: orAbsent(z.enum(['Enabled', 'Disabled', 'SecuredByPerimeter'])),
  disableLocalAuth: orAbsent(z.boolean()),
});

const ResourceBody = z.object({
  location: z.string(),
  tags: Tags,
  identity: orAbsent(Identity),
  properties: Changes.extend({ dataLocation: DataLocation }),
});

const UpdateBody = z.object({
  tags: Tags,
  identity: orAbsent(Identity),
  properties: orAbsent(Changes.extend({ dataLocation: orAbsent(DataLocation) })),
});

const KeyBody = z.object({
  keyType: z
    .string()
    .transform((text) => text.toLowerCase())
    .pipe(z.enum(['primary', 'secondary'])),
});

const NameBody = z.object({ name: orDefault(z.string().max(512), ''), type: orDefault(z.string().max(256), '') });

const CheckNameAvailability = z
  .object({
    nameAvailable: z.boolean(),
    reason: z.enum(['Invalid', 'AlreadyExists']).optional(),
    message: Text.optional(),
  })
  .meta({ id: 'CheckNameAvailabilityResponse' });

const ServicesPage = pageOfAll(CommunicationServiceResource);

const Keys = z
  .object({
    primaryKey: Text,
    secondaryKey: Text,
    primaryConnectionString: Text,
    secondaryConnectionString: Text,
  })
  .meta({ id: 'CommunicationServiceKeys' });

const LinkedNotificationHub = z.object({ resourceId: Text }).meta({ id: 'LinkedNotificationHub' });

interface ServiceParams {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly communicationServiceName: string;
}

function serviceId(params: ServiceParams): ArmId {
  return checkArmId({
    type: 'communicationServices',
    subscriptionId: params.subscriptionId,
    resourceGroup: params.resourceGroupName,
    name: params.communicationServiceName,
  });
}

export function managementOperations(parts: ManagementParts) {
  const home = (input: Asked<ServiceParams>) => homeOf(parts, askerOf(input), serviceId(input.params));
  const read = { ...common, auth: manager('read') } as const;
  const manage = { ...common, auth: manager('manage') } as const;
  return [
    operation({
      ...read,
      name: 'management-check-name',
      contract: 'communicationServices.checkNameAvailability',
      summary: 'Says whether a name is free in all geographies.',
      route: `POST ${inSubscription}/checkNameAvailability`,
      body: NameBody,
      returns: CheckNameAvailability,
      ok: async (input) => {
        const { subscriptionId } = checkScope({ ...input.params, type: 'communicationServices' });
        const reason = await checkName(parts, askerOf(input), subscriptionId, input.body);
        if (reason === 'available') {
          return { nameAvailable: true };
        }
        const message =
          reason === 'Invalid'
            ? 'A name has 1 to 63 letters, digits, hyphens and underscores.'
            : 'A resource has this name already.';
        return { nameAvailable: false, reason, message };
      },
    }),
    operation({
      ...manage,
      name: 'management-put-service',
      contract: 'communicationServices.createOrUpdate',
      summary: 'Creates a resource, or replaces what can be changed of one.',
      route: `PUT ${service}`,
      body: ResourceBody,
      home: async ({ body }) => homeOfLocation(parts, body.properties.dataLocation),
      answers: { 200: CommunicationServiceResource, 201: CommunicationServiceResource },
      answerHeaders: watchedHeaders,
      answer: async (input) => {
        const id = serviceId(input.params);
        const { tags, identity, properties } = input.body;
        const { dataLocation, ...changes } = properties;
        requireHere(parts, dataLocation);
        const wanted = replaced(input.request.apiVersion, { tags, identity, ...changes });
        const { record, isNew } = await putResource(parts, askerOf(input), id, wanted);
        const operationId = await noteDone(parts, 'put-resource');
        const body = renderService(parts, record);
        return watched(input.request, operationOf(parts, id, operationId), isNew ? 201 : 200, body);
      },
    }),
    operation({
      ...read,
      name: 'management-get-service',
      contract: 'communicationServices.get',
      summary: 'Gets a resource.',
      route: `GET ${service}`,
      home,
      returns: CommunicationServiceResource,
      ok: async ({ params }) => renderService(parts, await requireRecord(parts, serviceId(params))),
    }),
    operation({
      ...manage,
      name: 'management-update-service',
      contract: 'communicationServices.update',
      summary: 'Changes tags, linked domains, identity and access of a resource.',
      route: `PATCH ${service}`,
      body: UpdateBody,
      home,
      returns: CommunicationServiceResource,
      ok: async (input) => {
        const record = await requireSettled(parts, serviceId(input.params));
        const { tags, identity, properties: { dataLocation, ...changes } = {} } = input.body;
        if (dataLocation !== undefined && homeOfLocation(parts, dataLocation) !== undefined) {
          throw new Fault(managementFaults.dataLocationIsForEver, { target: 'dataLocation' });
        }
        const change = withoutAbsent({ tags, identity, ...changes });
        return renderService(parts, await saveChange(parts, askerOf(input), record, change));
      },
    }),
    operation({
      ...manage,
      name: 'management-delete-service',
      contract: 'communicationServices.delete',
      summary: 'Deletes a resource with everything of it.',
      route: `DELETE ${service}`,
      home,
      answers: { 202: NoBody, 204: NoBody },
      answerHeaders: begunHeaders,
      answer: async (input) => {
        const id = serviceId(input.params);
        const found = await requireRecord(parts, id).catch(ifNotFound);
        if (found === undefined) {
          return new Answer(204);
        }
        const operationId = await deleteResource(parts, id);
        return begun(input.request, operationOf(parts, id, operationId));
      },
    }),
    operation({
      ...read,
      name: 'management-list-services-of-group',
      contract: 'communicationServices.listByResourceGroup',
      summary: 'Lists the resources of a group, in all geographies.',
      route: `GET ${services}`,
      query: ListQuery,
      returns: ServicesPage,
      ok: (input) => listAnswer(parts, input, 'communicationServices', renderService),
    }),
    operation({
      ...read,
      name: 'management-list-services',
      contract: 'communicationServices.listBySubscription',
      summary: 'Lists the resources of a subscription, in all geographies.',
      route: `GET ${inSubscription}/communicationServices`,
      query: ListQuery,
      returns: ServicesPage,
      ok: (input) => listAnswer(parts, input, 'communicationServices', renderService),
    }),
    operation({
      ...manage,
      name: 'management-list-keys',
      contract: 'communicationServices.listKeys',
      summary: 'Gets both access keys of a resource.',
      route: `POST ${service}/listKeys`,
      home,
      returns: Keys,
      ok: async ({ params }) => renderKeys(parts, await requireSettled(parts, serviceId(params))),
    }),
    operation({
      ...manage,
      name: 'management-regenerate-key',
      contract: 'communicationServices.regenerateKey',
      summary: 'Makes a new access key in place of one.',
      route: `POST ${service}/regenerateKey`,
      body: KeyBody,
      home,
      returns: Keys,
      ok: async (input) =>
        renderKeys(parts, await regenerateKey(parts, askerOf(input), serviceId(input.params), input.body.keyType)),
    }),
    operation({
      ...manage,
      name: 'management-link-notification-hub',
      contract: 'communicationServices.linkNotificationHub',
      summary: 'Refused: notification hubs are not supported.',
      route: `POST ${service}/linkNotificationHub`,
      home,
      returns: LinkedNotificationHub,
      ok: async ({ params }) => {
        await requireSettled(parts, serviceId(params));
        throw new Fault(managementFaults.notImplemented);
      },
    }),
  ];
}

function withoutAbsent<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<Value>;
}

function renderKeys({ keys, hosts }: ManagementParts, record: ArmRecord) {
  const host = record.host ?? hosts.hostOf(record.id.name);
  const resource = { ...record, name: record.id.name };
  const [primaryKey, secondaryKey] = [keys.accessKey(resource, 'primary'), keys.accessKey(resource, 'secondary')];
  const connection = (key: string) => `endpoint=https://${host}/;accesskey=${key}`;
  return {
    primaryKey,
    secondaryKey,
    primaryConnectionString: connection(primaryKey),
    secondaryConnectionString: connection(secondaryKey),
  };
}
