export { type Admission, Limiter } from './limiter.js';
export { type Profile, readProfile } from './profile.js';
export { type Budget, perResource, perUser, type Rate, rateLimits, type WindowName } from './rate.js';
export { requireKnown } from './require-known.js';
export { body, both, param, type Scope, user } from './scope.js';
export type { LimitKey, LimitKeys } from './subject.js';
