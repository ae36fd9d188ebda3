export {
  type Geography,
  type GeographySlug,
  geographies,
  geographyOf,
  geographySlugs,
  isGeographySlug,
} from './catalogue.js';
export { requireResident, ResidencyBreach } from './residency-guard.js';
export type { ChatHistory, Resource, RetentionPolicy } from './resource.js';
