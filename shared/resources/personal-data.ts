// What the directory of resources keeps, for the data map.
import { dataStore } from '../data-map/index.js';
import type { Storage } from '../storage/index.js';

export const resources = dataStore<Storage>({
  name: 'resources',
  medium: 'table',
  holds: 'The communication resources of the geography: name, immutable id, generations of the access keys',
  personalData: ['resource name, when the owner put a person into it'],
  keptFor: 'until the resource is deleted',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  expired: async () => 0,
});
