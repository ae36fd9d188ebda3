// How often the sample capability may be called.
import { perResource, rateLimits } from '../../../shared/api/limits/index.js';

export const sampleRateLimits = rateLimits('sample', { writeNote: [perResource(100, '1m')] });
