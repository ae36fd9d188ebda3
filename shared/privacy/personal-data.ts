// What the privacy capability keeps, for the data map.
import { dataStore, type PersonalIdentifier } from '../data-map/index.js';
import type { PersonStore } from './person-store.js';

export const persons = dataStore<PersonStore>({
  name: 'persons',
  medium: 'table',
  holds: 'Persons as the application knows them, and which identities, phone numbers and addresses are theirs',
  personalData: ['person id', 'identity ids', 'phone numbers', 'email addresses'],
  keptFor: 'until the link is removed, the identity is deleted or the person is erased',
  locate: async (identifier, { opened, resourceId }) => ({
    items: (await opened.findByIdentifier(resourceId, identifier)).length,
  }),
  async *exportItems(identifier, { opened, resourceId }) {
    for (const personId of await opened.findByIdentifier(resourceId, identifier)) yield { record: { personId } };
  },
  exportedFields: { personId: 'Id under which the application knows the person' },
  erase: async (identifier: PersonalIdentifier, { opened, resourceId }) => {
    const personIds = await opened.findByIdentifier(resourceId, identifier);
    for (const personId of personIds) await opened.remove(resourceId, personId, [identifier]);
    return { erased: personIds.length };
  },
  expired: async () => 0,
});
