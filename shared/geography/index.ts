export {
  type Geography,
  type GeographySlug,
  geographies,
  geographyOf,
  geographySlugs,
  isGeographySlug,
} from './catalogue.js';
export { issuerOfGeography } from './issuer.js';
export { requireResident, ResidencyBreach } from './residency-guard.js';
export type { ChatHistory, EventSettings, LogSettings, Resource, RetentionPolicy, RetiringKeys } from './resource.js';
