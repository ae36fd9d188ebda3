// Plans of erasures and the audit trail, as they are shown.
import type { AnswerBody, RequestFacts } from '../../shared/api/index.js';
import { type AuditEntry, type Identified, type planErasure, renderRemainder } from '../../shared/privacy/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { nextLink } from '../wire/next-link.js';
import type { ErasurePlan, StoreReports } from './answers.js';
import { renderReport } from './wire.js';

/** @param path at which the same is asked again for the next page */
export function renderPlan(
  { notErased, ...identified }: Awaited<ReturnType<typeof planErasure>>,
  request: RequestFacts,
  path: string,
): AnswerBody<typeof ErasurePlan> {
  return { dryRun: true, ...renderReports(identified, request, path), notErased: notErased.map(renderRemainder) };
}

/** @param path at which the same is asked again for the next page */
export function renderReports(
  { stores, next }: Identified,
  request: RequestFacts,
  path: string,
): AnswerBody<typeof StoreReports> {
  return {
    stores: stores.map(renderReport),
    ...(next !== undefined && { nextLink: nextLink(request, path, { after: next }) }),
  };
}

export function renderAudit({ id, keptUntil, content: { at, action, key, subject, counts } }: AuditEntry) {
  return {
    id,
    at: toSeconds(at),
    action,
    caller: subject === undefined ? { accessKey: key } : { entraId: subject },
    ...(counts !== undefined && { counts }),
    keptUntil: toSeconds(keptUntil),
  };
}
