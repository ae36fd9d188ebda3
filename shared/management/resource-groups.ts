// Resource groups. Domicile needs none: a group is there when somebody has put it, and also when a resource stands in it.
// One that was put lies in the geography of its location, when that runs here, else in the one that was asked.
import { geographies, type GeographySlug } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { type ArmRecord, type ArmType, type GroupId, isSame, type ResourceGroup } from '../resources/index.js';
import { type Answered, askOthers, requireAll } from './ask-others.js';
import { managementFaults } from './faults.js';
import type { Asker, ManagementParts } from './parts.js';

/** Of a group that nobody has put: its resources have it too. */
const nowhereInParticular = 'global';

const armTypes: readonly ArmType[] = ['communicationServices', 'emailServices'];

export function groupPath({ subscriptionId, resourceGroup }: GroupId): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
}

/** The group as this geography knows it: put here, or with a resource of this geography in it. */
async function findGroup(parts: ManagementParts, id: GroupId): Promise<ResourceGroup | undefined> {
  const put = await parts.groups.find(id);
  if (put !== undefined) {
    return put;
  }
  const [first] = await resourcesIn(parts, id);
  return first && { ...id, resourceGroup: first.id.resourceGroup, location: nowhereInParticular };
}

/** @throws {Fault} 404 */
export async function requireGroup(parts: ManagementParts, id: GroupId): Promise<ResourceGroup> {
  const found = await findGroup(parts, id);
  if (found === undefined) {
    throw new Fault(managementFaults.noGroup);
  }
  return found;
}

/**
 * Another geography, when the group was put there, or only there a resource stands in it; undefined when this one answers.
 *
 * @throws {Fault} 503 when nobody knows it, and not everybody could be asked
 */
export async function homeOfGroup(
  parts: ManagementParts,
  asker: Asker,
  id: GroupId,
): Promise<GeographySlug | undefined> {
  const here = await findGroup(parts, id);
  if (here !== undefined && isPut(here)) {
    return undefined;
  }
  const answers = await askForGroup(parts, asker, id);
  const elsewhere =
    answers.find(({ body }) => isPut(body)) ??
    (here === undefined ? answers.find(({ body }) => body?.location !== undefined) : undefined);
  if (here === undefined && elsewhere === undefined) {
    requireAll(answers);
  }
  return elsewhere?.geography;
}

/**
 * Another geography, when the group was put there, or is to lie there by its location; undefined when this one keeps it.
 *
 * @throws {Fault} 503 naming the geographies that could not be asked
 */
export async function homeOfNewGroup(
  parts: ManagementParts,
  asker: Asker,
  group: ResourceGroup,
): Promise<GeographySlug | undefined> {
  if ((await parts.groups.find(group)) !== undefined) {
    return undefined;
  }
  const answers = requireAll(await askForGroup(parts, asker, group));
  const put = answers.find(({ body }) => isPut(body))?.geography;
  const byLocation = geographies.find(({ regions }) => regions.includes(group.location))?.slug;
  return put ?? parts.peers.slugs.find((slug) => slug === byLocation);
}

/**
 * @returns whether it is new
 * @throws {Fault} 400 for a location that no group can have, 409 when it is there in another location
 */
export async function putGroup(parts: ManagementParts, group: ResourceGroup): Promise<boolean> {
  if (group.location === nowhereInParticular) {
    throw new Fault(managementFaults.locationNotAvailable, { target: 'location' });
  }
  const found = await parts.groups.find(group);
  if (found !== undefined && found.location !== group.location) {
    throw new Fault(managementFaults.groupLocationIsForEver, { target: 'location' });
  }
  return parts.groups.put({ ...group, resourceGroup: found?.resourceGroup ?? group.resourceGroup });
}

/**
 * To be asked before a group is deleted, of all geographies: where it lies.
 *
 * @throws {Fault} 409 while a resource stands in it, 503 when that cannot be told
 */
export async function homeOfEmptyGroup(
  parts: ManagementParts,
  asker: Asker,
  id: GroupId,
): Promise<GeographySlug | undefined> {
  const path = `${groupPath(id)}/resources`;
  const answers = await askOthers<{ value?: unknown[] }>(parts, asker, { method: 'GET', path, ifNone: {} });
  if (requireAll(answers).some(({ body }) => (body.value ?? []).length > 0)) {
    throw new Fault(managementFaults.groupNotEmpty);
  }
  return homeOfGroup(parts, asker, id);
}

/** @throws {Fault} 404; 409 while a resource of this geography stands in it */
export async function deleteGroup(parts: ManagementParts, id: GroupId): Promise<void> {
  await requireGroup(parts, id);
  if ((await resourcesIn(parts, id)).length > 0) {
    throw new Fault(managementFaults.groupNotEmpty);
  }
  await parts.groups.remove(id);
}

/** Those that were put here, and those that a resource of this geography stands in. */
export async function groupsHere(parts: ManagementParts, subscriptionId: string): Promise<ResourceGroup[]> {
  const groups = await parts.groups.all(subscriptionId);
  for (const { id } of await resourcesIn(parts, { subscriptionId })) {
    if (!groups.some(({ resourceGroup }) => isSame(resourceGroup, id.resourceGroup))) {
      groups.push({ subscriptionId, resourceGroup: id.resourceGroup, location: nowhereInParticular });
    }
  }
  return groups;
}

/** Resources of this geography in a group or subscription. */
export async function resourcesIn(
  { records, directory }: Pick<ManagementParts, 'records' | 'directory'>,
  scope: { readonly subscriptionId: string; readonly resourceGroup?: string },
): Promise<readonly ArmRecord[]> {
  await directory.default();
  return (await Promise.all(armTypes.map((type) => records.list({ ...scope, type })))).flat();
}

/** Subscriptions that something of this geography stands in. */
export async function subscriptionsHere(parts: ManagementParts): Promise<string[]> {
  await parts.directory.default();
  const records = (await Promise.all(armTypes.map((type) => parts.records.all(type)))).flat();
  const groups = await parts.groups.all();
  return [...records.map(({ id }) => id), ...groups].map(({ subscriptionId }) => subscriptionId);
}

/**
 * The values of a list that every geography has a part of, this one's own last.
 *
 * @param path of the list, at the other geographies
 * @throws {Fault} 503 naming the geographies that could not be asked
 */
export async function withThoseElsewhere<Item>(
  parts: ManagementParts,
  asker: Asker,
  path: string,
  here: readonly Item[],
): Promise<Item[]> {
  const answers = asker.isForwarded
    ? []
    : requireAll(await askOthers<{ value?: Item[] }>(parts, asker, { method: 'GET', path }));
  return [...answers.flatMap(({ body }) => body.value ?? []), ...here];
}

interface GroupAnswer {
  readonly location?: string;
}

function askForGroup(parts: ManagementParts, asker: Asker, id: GroupId): Promise<Answered<GroupAnswer>[]> {
  return askOthers<GroupAnswer>(parts, asker, { method: 'GET', path: groupPath(id), ifNone: {} });
}

function isPut(group: GroupAnswer | undefined): boolean {
  return group?.location !== undefined && group.location !== nowhereInParticular;
}
