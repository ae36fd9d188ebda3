// Operations as data, and the pipeline that serves them.
export type { AuditAction, AuditPort } from './audit.js';
export { type Budget, Limiter, type Profile, readProfile } from './limits/index.js';
export { type Operation, operation, type RequestFacts } from './operation.js';
export { createPipeline, type Pipeline } from './pipeline.js';
export { UndeclaredStatus } from './render.js';
