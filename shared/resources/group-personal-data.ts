// Resource groups, for the data map. Names and tags are the owner's words, as those of resources are. A group belongs to its
// subscription and to no one resource, so only whoever may manage the subscription walks through it.
import {
  byPartition,
  dataStore,
  holdsPerhaps,
  holdsWhole,
  type PersonalIdentifier,
  type StoreAccess,
} from '../data-map/index.js';
import { partTags } from './about-person.js';
import type { GroupStore, ResourceGroup } from './group-store.js';

export const resourceGroups = dataStore<GroupStore>({
  name: 'resourcegroups',
  area: 'management',
  rank: 'directory',
  medium: 'table',
  holds: 'Resource groups that somebody has created: subscription, name, location, tags and what manages it',
  belongsTo: byPartition,
  personalData: ['name, tags and manager of the group, when the owner put a person into them'],
  foundBy:
    'tags, and the id of what manages the group, that hold an address, a number, an id or a name whole, as part of the three operations above with the right to manage the subscription; a name that seems to be a person’s is reported in the receipt, with how to make the group anew',
  keptFor: 'until the group is deleted',
  locate: async (identifier, access) => {
    const found = await naming(identifier, access);
    return { items: found.reduce((sum, { about }) => sum + about.length, 0) };
  },
  async *exportItems(identifier, access) {
    for (const { group, about } of await naming(identifier, access)) {
      for (const words of about) {
        yield { record: { resourceGroup: group.resourceGroup, ...words } };
      }
    }
  },
  exportedFields: {
    resourceGroup: 'Name of a resource group that you are named in a tag of',
    tag: 'Name of the tag',
    value: 'What it says',
    managedBy: 'Id of what manages the group, in which you are named',
  },
  erase: async (identifier, access) => {
    let erased = 0;
    for (const { about, others } of await naming(identifier, access)) {
      await access.opened.put(others);
      erased += about.length;
    }
    return { erased };
  },
  isOfSubscriptions: true,
  lateWrites: 'What an owner writes is one write of one request',
  remains: async (identifier, access) => {
    // Nothing but an id itself resembles one.
    if (identifier.kind === 'identity') {
      return undefined;
    }
    for (const { resourceGroup, location, tags = {}, managedBy } of await groupsOf(access)) {
      if (holdsPerhaps(resourceGroup, identifier)) {
        return {
          what: 'The name of a resource group, which seems to name the person',
          why: 'Ids of resources contain it. Create another group, make the resources anew in it, then delete this one.',
        };
      }
      if ([location, managedBy ?? ''].some((text) => holdsPerhaps(text, identifier))) {
        return {
          what: 'The location of a resource group, or the id of what manages it, which seems to name the person',
          why: 'Both are the owner’s words about the group. Delete the group, and create it with others.',
        };
      }
      const words = Object.entries(tags).flat();
      if (words.some((text) => holdsPerhaps(text, identifier))) {
        return {
          what: 'A tag of a resource group, which seems to name the person',
          why: 'Tags are the owner’s words about the group. Change the tag through the management API.',
        };
      }
    }
    return undefined;
  },
  eraseResource: 'Nothing; a group outlives the resources in it, until somebody deletes it',
  expired: 'Nothing; a group has no time',
});

/** Only of a walk through a subscription. */
async function groupsOf({ opened, subscriptionId }: StoreAccess<GroupStore>): Promise<readonly ResourceGroup[]> {
  return subscriptionId === undefined ? [] : opened.all(subscriptionId);
}

/** The groups with words about a person, and what they are without those. */
async function naming(identifier: PersonalIdentifier, access: StoreAccess<GroupStore>) {
  return (await groupsOf(access)).map((group) => partGroup(group, identifier)).filter(({ about }) => about.length > 0);
}

function partGroup(group: ResourceGroup, identifier: PersonalIdentifier) {
  const { tags = {}, managedBy, ...rest } = group;
  const { about, others } = partTags(tags, identifier);
  const isNamedInManager = managedBy !== undefined && holdsWhole(managedBy, identifier);
  return {
    group,
    about: [
      ...Object.entries(about).map(([tag, value]) => ({ tag, value })),
      ...(isNamedInManager ? [{ managedBy }] : []),
    ] as readonly Readonly<Record<string, string>>[],
    others: { ...rest, tags: others, ...(!isNamedInManager && { managedBy }) } satisfies ResourceGroup,
  };
}
