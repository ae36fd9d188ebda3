// Resource groups: create, look whether one is there, list, list what stands in one, delete an empty one.
import { z } from 'zod';
import { type AnswerBody, operation } from '../../shared/api/index.js';
import { manager } from '../../shared/auth/index.js';
import { Answer, NoBody } from '../../shared/http/index.js';
import {
  deleteGroup,
  groupPath,
  groupsHere,
  homeOfEmptyGroup,
  homeOfGroup,
  homeOfNewGroup,
  type ManagementParts,
  putGroup,
  requireGroup,
  resourcesIn,
  withThoseElsewhere,
} from '../../shared/management/index.js';
import {
  type ArmRecord,
  armPath,
  checkScope,
  type GroupId,
  isSame,
  provider,
  type ResourceGroup as Group,
} from '../../shared/resources/index.js';
import { sameForm } from '../wire/arm/location.js';
import { type Asked } from '../wire/arm/lists.js';
import { askerOf, resourceManagerCommon, Tags } from '../wire/arm/resources.js';
import { orAbsent } from '../wire/null-and-absent.js';
import { type GenericResource, GenericResourcesPage, ResourceGroup, ResourceGroupsPage } from './answers.js';

const groups = 'subscriptions/{subscriptionId}/resourceGroups' as const;
const group = `${groups}/{resourceGroupName}` as const;

const GroupBody = z.object({
  location: z.string().min(1).max(64),
  tags: Tags,
  managedBy: orAbsent(z.string().max(1024)),
});

interface GroupParams {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
}

export function groupOperations(parts: ManagementParts) {
  const read = { ...resourceManagerCommon, auth: manager('read') } as const;
  const manage = { ...resourceManagerCommon, auth: manager('manage') } as const;
  const home = (input: Asked<GroupParams>) => homeOfGroup(parts, askerOf(input), groupId(input.params));
  return [
    operation({
      ...read,
      name: 'resource-manager-list-groups',
      summary: 'Lists the resource groups that were created, and those that a resource stands in, in all geographies.',
      route: `GET ${groups}`,
      returns: ResourceGroupsPage,
      ok: async (input) => {
        const { subscriptionId } = checkScope({ ...input.params, type: 'communicationServices' });
        const here = (await groupsHere(parts, subscriptionId)).map(renderGroup);
        const path = `/subscriptions/${subscriptionId}/resourceGroups`;
        return { value: eachOnce(await withThoseElsewhere(parts, askerOf(input), path, here)) };
      },
    }),
    operation({
      ...manage,
      name: 'resource-manager-put-group',
      summary: 'Creates a resource group, or replaces its tags.',
      route: `PUT ${group}`,
      body: GroupBody,
      home: (input) => homeOfNewGroup(parts, askerOf(input), wanted(input.params, input.body)),
      answers: { 200: ResourceGroup, 201: ResourceGroup },
      answer: async ({ params, body }) => {
        const made = wanted(params, body);
        const isNew = await putGroup(parts, made);
        return new Answer(isNew ? 201 : 200, renderGroup(await requireGroup(parts, made)));
      },
    }),
    operation({
      ...read,
      name: 'resource-manager-get-group',
      summary: 'Gets a resource group; `HEAD` answers 204 when it is there.',
      route: `GET ${group}`,
      home,
      answers: { 200: ResourceGroup, 204: NoBody },
      answer: async ({ params, request }) => {
        const found = await requireGroup(parts, groupId(params));
        if (request.isHead === true) {
          return new Answer<204>(204);
        }
        return new Answer(200, renderGroup(found));
      },
    }),
    operation({
      ...manage,
      name: 'resource-manager-delete-group',
      summary: 'Deletes a resource group that nothing stands in.',
      route: `DELETE ${group}`,
      home: (input) => homeOfEmptyGroup(parts, askerOf(input), groupId(input.params)),
      answers: { 200: NoBody },
      answer: async ({ params }) => {
        await deleteGroup(parts, groupId(params));
        return new Answer(200);
      },
    }),
    operation({
      ...read,
      name: 'resource-manager-list-group-resources',
      summary: 'Lists what stands in a resource group, in all geographies.',
      route: `GET ${group}/resources`,
      returns: GenericResourcesPage,
      ok: async (input) => {
        const id = groupId(input.params);
        const here = (await resourcesIn(parts, id)).map(renderHead);
        const value = await withThoseElsewhere(parts, askerOf(input), `${groupPath(id)}/resources`, here);
        return { value: value.sort((a, b) => (a.id < b.id ? -1 : 1)) };
      },
    }),
  ];
}

function groupId({ subscriptionId, resourceGroupName }: GroupParams): GroupId {
  checkScope({ subscriptionId, resourceGroup: resourceGroupName, type: 'communicationServices' });
  return { subscriptionId, resourceGroup: resourceGroupName };
}

function wanted(params: GroupParams, { location, tags, managedBy }: z.output<typeof GroupBody>): Group {
  return { ...groupId(params), location: sameForm(location), tags, managedBy };
}

function renderGroup(found: Group): AnswerBody<typeof ResourceGroup> {
  const { resourceGroup, location, tags = {}, managedBy } = found;
  return {
    id: groupPath(found),
    name: resourceGroup,
    type: 'Microsoft.Resources/resourceGroups',
    location,
    ...(managedBy !== undefined && { managedBy }),
    tags,
    properties: { provisioningState: 'Succeeded' },
  };
}

/** Of a group that was put in one geography and is only stood in at others, what was put counts. */
function eachOnce<Item extends { readonly id: string; readonly location: string }>(all: readonly Item[]): Item[] {
  const found: Item[] = [];
  for (const each of [...all].sort((a, b) => Number(a.location === 'global') - Number(b.location === 'global'))) {
    if (!found.some(({ id }) => isSame(id, each.id))) {
      found.push(each);
    }
  }
  return found.sort((a, b) => (a.id.toLowerCase() < b.id.toLowerCase() ? -1 : 1));
}

function renderHead({ id, tags = {} }: ArmRecord): AnswerBody<typeof GenericResource> {
  const type = id.type === 'communicationServices' ? 'CommunicationServices' : 'EmailServices';
  return { id: armPath(id), name: id.name, type: `${provider}/${type}`, location: 'global', tags };
}
