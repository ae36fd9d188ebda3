// Operations as data, and the pipeline that serves them.
export { apiVersions } from './api-versions.js';
export type { Audit, AuditAction, Audited, AuditPort } from './audit.js';
export type { AnswerBody, AnswerHeaders, Answers } from './declared-answers.js';
export { type Budget, Limiter, type Profile, type Rate, readProfile } from './limits/index.js';
export { type Operation, operation, type RequestFacts } from './operation.js';
export { handleAudited } from './handle-audited.js';
export { createPipeline, type Pipeline, type PipelineParts } from './pipeline.js';
export type { SeenRequest } from './seen-request.js';
export { RequestShares, Shares } from './shares.js';
export { UndeclaredStatus } from './render.js';
