// What the sweep itself keeps, for the data map.
import { dataStore, holdsNobody } from '../data-map/index.js';

export const sweepQueue = dataStore<unknown>({
  name: 'sweepqueue',
  area: 'work in progress',
  rank: 'proof',
  medium: 'queue',
  holds: 'Word that a sweep has more to do',
  personalData: [],
  keptFor: 'until the next sweep',
  ...holdsNobody,
  eraseResource: 'Nothing in it concerns a resource',
  expired: 'The next sweep removes the message',
});
