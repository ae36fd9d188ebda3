// How a geography calls itself in whatever it signs: user tokens, receipts, residency records.
import type { GeographySlug } from './catalogue.js';

export function issuerOfGeography(geography: GeographySlug): string {
  return `domicile/${geography}`;
}
