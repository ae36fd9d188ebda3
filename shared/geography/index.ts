export {
  type Geography,
  type GeographySlug,
  geographies,
  geographyOf,
  geographySlugs,
  isGeographySlug,
} from './catalogue.js';
export { aloneInTheWorld, type Hop, type PassedRequest, type Peers } from './peers.js';
export { requireResident, ResidencyBreach } from './residency-guard.js';
