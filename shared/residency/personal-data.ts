// What the residency capability keeps, for the data map.
import { dataStore } from '../data-map/index.js';
import type { ResidencyRecords } from './records.js';

/** Kind of the due work that removes records whose time has come. */
export const dropResidencyKind = 'drop-residency';

export const residencyRecords = dataStore<ResidencyRecords>({
  name: 'residency',
  area: 'management',
  medium: 'table',
  holds: 'For each day how many items of which resource each store held; ids of resources and figures, nothing else',
  personalData: [],
  keptFor: 'as long as receipts; also when a resource is deleted',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  eraseResource: 'It outlives the resource, until its own time is over',
  expired: { due: { [dropResidencyKind]: (day, { opened }) => opened.drop(day) } },
});
