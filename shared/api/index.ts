// Operations as data, and the pipeline that serves them.
export { DoneAtOnce } from './done-at-once.js';
export { type Budget, Limiter, type Profile, readProfile } from './limits/index.js';
export { type Operation, operation, type RequestFacts } from './operation.js';
export { createPipeline, type Pipeline } from './pipeline.js';
