export { Limiter } from './limiter.js';
export { type Profile, readProfile } from './profile.js';
export {
  type Budget,
  perResource,
  perThread,
  perUser,
  perUserAndThread,
  type Rate,
  rateLimits,
} from './rate.js';
export { scopesOf, threadParam } from './subject.js';
