// The order in which version 0.1.0 walked its stores. That version noted how far a walk had come by the place of a store
// in this list; work of those days that is still under way is read with it.
import type { WalkProgress } from './walk-progress.js';

const storesOf010 = [
  'exports',
  'exportsubjects',
  'chatimages',
  'chatthreads',
  'chatuserindex',
  'chatexpiredthreads',
  'recordings',
  'persons',
  'identities',
  'revocations',
  'resourceitems',
  'resources',
  'jobs',
  'jobqueue',
  'sweepqueue',
  'operations',
  'dueindex',
  'receipts',
  'audit',
  'residency',
] as const;

/**
 * A walk as version 0.1.0 noted it.
 *
 * @param turn how many times every store was walked to its end
 * @param place of the store that the walk is in, in the order of that version
 * @param cursor within that store
 */
export function walkOf010(turn: number, place: number, cursor?: string): WalkProgress {
  const walked = Object.fromEntries(storesOf010.map((name, index) => [name, index < place ? turn + 1 : turn]));
  const store = storesOf010[place];
  return { walked, begun: store === undefined || cursor === undefined ? {} : { [store]: cursor } };
}
