// Declarations of stores for tests, with walks that do nothing.
import { type DataStore, dataStore, type DataStoreDeclaration, holdsNobody } from '../../shared/data-map/index.js';

export function testStore(
  declaration: Pick<DataStoreDeclaration<unknown>, 'name' | 'medium' | 'shards'>,
): DataStore<unknown> {
  return dataStore<unknown>({
    area: 'work in progress',
    rank: 'content',
    holds: 'rows of a test',
    personalData: [],
    keptFor: 'the test',
    ...holdsNobody,
    eraseResource: 'With the test',
    expired: 'With the test',
    ...declaration,
  });
}
