// How often calls are made and changed. ACS publishes no figures for call automation beside what telephony takes; these are
// ours, a resource and minute.
import { perResource, rateLimits } from '../api/limits/index.js';

export const callRateLimits = rateLimits('calling', {
  beginCalls: [perResource(3_000, '1m')],
  changeCalls: [perResource(30_000, '1m')],
});
