// Declarations of stores for tests, with walks that do nothing.
import { type DataStore, dataStore, type DataStoreDeclaration } from '../../shared/data-map/index.js';

export function testStore(
  declaration: Pick<DataStoreDeclaration<unknown>, 'name' | 'medium' | 'shards'>,
): DataStore<unknown> {
  return dataStore<unknown>({
    area: 'work in progress',
    holds: 'rows of a test',
    personalData: [],
    keptFor: 'the test',
    locate: async () => ({ items: 0 }),
    exportItems: async function* () {},
    erase: async () => ({ erased: 0 }),
    eraseResource: 'With the test',
    expired: 'With the test',
    ...declaration,
  });
}
