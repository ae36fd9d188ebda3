export {
  type Geography,
  type GeographySlug,
  geographies,
  geographyOf,
  geographySlugs,
  isGeographySlug,
} from './catalogue.js';
export { aloneInTheWorld, type PassedRequest, type Peers } from './peers.js';
