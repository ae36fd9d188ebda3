// What the directory of resources keeps, for the data map.
import { dataStore, type PersonalIdentifier } from '../data-map/index.js';
import type { Columns, Storage } from '../storage/index.js';

/** The directory has one partition a geography. */
export const resourcePartition = 'resource';

export const resources = dataStore<Storage>({
  name: 'resources',
  area: 'management',
  medium: 'table',
  holds: 'The communication resources of the geography: name, immutable id, generations of the access keys',
  personalData: ['resource name, when the owner put a person into it'],
  keptFor: 'until the resource is deleted',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  remains: async (identifier, { opened, resourceId }) => {
    const { rows } = await opened.table(resources).query<Columns>({ partition: resourcePartition });
    const name = rows.find((row) => row['immutableId'] === resourceId)?.rowKey;
    if (name === undefined || !isNamedAfter(name, identifier)) return undefined;
    return {
      what: 'The name of the resource, which seems to name the person',
      why: 'Hosts and connection strings of everybody contain it. Only deleting the resource removes it.',
    };
  },
  expired: 'Nothing; a resource has no time',
});

/** Whether the name holds the number, or the part of the address before the `@`, as a name can spell them. */
function isNamedAfter(name: string, identifier: PersonalIdentifier): boolean {
  switch (identifier.kind) {
    case 'identity':
      return false;
    case 'phoneNumber':
      return name.includes(identifier.e164.slice(1));
    case 'email': {
      const [local = ''] = identifier.address.toLowerCase().split('@');
      const spelt = local.replaceAll(/[^a-z0-9]+/g, '-');
      return spelt.length >= 3 && name.includes(spelt);
    }
  }
}
