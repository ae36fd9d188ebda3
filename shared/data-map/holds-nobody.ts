// The walks of a store that holds nothing about anybody, or nothing that is found by an identifier.
import type { DataStoreDeclaration } from './data-store.js';

/** To be spread into the declaration; that says beside it why there is nothing to do. */
export const holdsNobody = {
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  lateWrites: 'Nothing about anybody is written, or nothing that is found by an identifier',
} satisfies Pick<DataStoreDeclaration<unknown>, 'locate' | 'exportItems' | 'erase' | 'lateWrites'>;
