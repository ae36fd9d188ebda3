export { DoneAtOnce } from './done-at-once.js';
export { catalogue, Fault, type FaultDetail, type FaultEntry } from './fault.js';
export { faults } from './faults.js';
export type { ApiRequest, ApiResponse, HttpMethod } from './http.js';
export { type Budget, Limiter, type Profile, readProfile } from './limits/index.js';
export { type Operation, operation, type RequestFacts } from './operation.js';
export { createPipeline, type Pipeline } from './pipeline.js';
export { renderFault, renderResult } from './render.js';
export { Download, StreamedBody } from './streams.js';
