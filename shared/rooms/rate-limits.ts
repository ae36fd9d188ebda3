// How often rooms may be asked for and changed. ACS publishes no figures for rooms. These are ours: changes as often as
// identities are created, which is the nearest that "Service limits" has, and three times as many questions.
import { perResource, rateLimits } from '../api/limits/index.js';

export const roomRateLimits = rateLimits('rooms', {
  change: [perResource(1_000, '30s')],
  read: [perResource(1_000, '10s')],
});
