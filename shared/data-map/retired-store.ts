// A store that no build writes to any more. It stays in the data map, with its walks, until nothing is left in it: so what
// earlier builds have put there is still found, exported, erased, swept and counted.
import { type DataStore, type DataStoreDeclaration, dataStore } from './data-store.js';

/**
 * Declares a store as retired. Only its walks can open it.
 *
 * @example export const tokens = retiredStore<TokenWalks>({ name: 'tokens', ...asItWas });
 */
export function retiredStore<Opened>(declaration: DataStoreDeclaration<Opened>): DataStore<Opened> {
  return { ...dataStore(declaration), isRetired: true };
}
