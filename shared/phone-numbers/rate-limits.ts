// How often numbers may be looked for and bought. Source: ACS "Service limits", phone numbers: 5 searches a week and one
// purchase a tenant. Counted a resource here; a purchase, for which ACS names no time, by the longest window there is.
// Browsing and reserving have no figures of ACS: these are our own, for what a person does who chooses numbers.
import { perResource, rateLimits } from '../api/limits/index.js';

export const phoneNumberRateLimits = rateLimits('phoneNumbers', {
  search: [perResource(5, '7d')],
  purchase: [perResource(1, '7d')],
  browse: [perResource(60, '1m')],
  reserve: [perResource(60, '1m')],
});
