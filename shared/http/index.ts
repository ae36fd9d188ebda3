// What the request pipeline and the domain share of HTTP: requests, answers, errors.
export { Answer, type AnswerStatus, downloadAnswer } from './answer.js';
export { type ErrorShapes, jsonType } from './error-shapes.js';
export { declaredLength } from './declared-length.js';
export { exposeHeaders } from './exposed-headers.js';
export { catalogue, Fault, type FaultDetail, type FaultEntry } from './fault.js';
export { faults } from './faults.js';
export type { ApiRequest, ApiResponse, HttpMethod } from './http.js';
export { readRange } from './range.js';
export { commonHeaders, renderFault, type ResponseFacts } from './render-fault.js';
export {
  Download,
  downloadOf,
  downloadTypeOf,
  NoBody,
  PlainText,
  PlainTextBody,
  StreamedBody,
  WholeBody,
} from './streams.js';
export { writtenAs, WrittenJson } from './written-json.js';
