// What the request pipeline and the domain share of HTTP: requests, answers, errors.
export { catalogue, Fault, type FaultDetail, type FaultEntry } from './fault.js';
export { faults } from './faults.js';
export type { ApiRequest, ApiResponse, HttpMethod } from './http.js';
export { readRange } from './range.js';
export { commonHeaders, jsonType, renderFault, type ResponseFacts } from './render-fault.js';
export { Reply } from './reply.js';
export { Download, StreamedBody } from './streams.js';
