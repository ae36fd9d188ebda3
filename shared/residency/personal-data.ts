// What the residency capability keeps, for the data map.
import { dataStore, holdsNobody } from '../data-map/index.js';
import { dropResidencyKind } from './model.js';
import type { ResidencyRecords } from './records.js';

export const residencyRecords = dataStore<ResidencyRecords>({
  name: 'residency',
  area: 'management',
  rank: 'proof',
  medium: 'table',
  holds: 'For each day how many items of which resource each store held; ids of resources and figures, nothing else',
  personalData: [],
  keptFor: 'as long as receipts; also when a resource is deleted',
  ...holdsNobody,
  eraseResource: 'It outlives the resource, until its own time is over',
  expired: { due: { [dropResidencyKind]: (day, { opened }) => opened.drop(day) } },
});
