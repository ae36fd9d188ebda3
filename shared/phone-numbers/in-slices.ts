// Does the same for many, few at once, so that one request takes no more than its part of storage.
import { slicesOf } from '../storage/index.js';
import { atOnce } from './limits.js';

/** Results in the order of the items. */
export async function inSlices<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const some of slicesOf(items, atOnce)) {
    results.push(...(await Promise.all(some.map(work))));
  }
  return results;
}
