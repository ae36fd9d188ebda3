export {
  type Geography,
  type GeographySlug,
  geographies,
  geographyOf,
  geographySlugs,
  isGeographySlug,
} from './catalogue.js';
