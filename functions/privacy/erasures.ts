// Erasure on the wire, its receipts, and the audit trail of everything that concerns persons.
import { operation, type RequestFacts } from '../../shared/api/index.js';
import { Answer, Fault } from '../../shared/http/index.js';
import {
  personWith,
  planErasure,
  type PrivacyParts,
  privacyFaults,
  requireIdentifiers,
  type StartedErasure,
  startErasure,
} from '../../shared/privacy/index.js';
import { begun } from '../wire/long-running.js';
import { nextLink } from '../wire/next-link.js';
import {
  ErasePersonRequest,
  EraseRequest,
  PageQuery,
  privacyBegunHeaders,
  privacyCommon,
  privacyOperationStyle,
  renderReceipt,
  WalkQuery,
} from './wire.js';
import { AuditPage, ErasureBegun, ErasurePlan, ErasureReceipt, ReceiptsPage } from './answers.js';
import { renderAudit, renderPlan } from './render.js';

interface Rehearsable {
  readonly body: { readonly dryRun: boolean };
}

export function privacyErasureOperations(privacy: PrivacyParts) {
  return [
    operation({
      ...privacyCommon,
      name: 'privacy-erase-person',
      summary: 'Erases everything about a person, the person included; with `dryRun` it says what that would be.',
      route: 'POST persons/{personId}/:erase',
      query: WalkQuery,
      body: ErasePersonRequest,
      answers: { 200: ErasurePlan, 202: ErasureBegun },
      answerHeaders: privacyBegunHeaders,
      // An erasure is written down with its job: once, whatever is stopped.
      audits: ({ body }: Rehearsable) => (body.dryRun ? 'identify-person' : undefined),
      walks: ({ body }) => body.dryRun,
      answer: async ({ resource, caller, params, body, query: { after }, request }) => {
        const whom = await personWith(privacy, resource, params.personId, body.identifiers);
        if (body.dryRun) {
          const path = `/persons/${encodeURIComponent(params.personId)}/:erase`;
          return new Answer(200, renderPlan(await planErasure(privacy, resource, whom, after), request, path));
        }
        return answerBegun(request, await startErasure(privacy, resource, caller, whom, body.set));
      },
    }),
    operation({
      ...privacyCommon,
      name: 'privacy-erase',
      summary: 'The same for identifiers that belong to no person.',
      route: 'POST privacy/:erase',
      query: WalkQuery,
      body: EraseRequest,
      answers: { 200: ErasurePlan, 202: ErasureBegun },
      answerHeaders: privacyBegunHeaders,
      audits: ({ body }: Rehearsable) => (body.dryRun ? 'identify-identifiers' : undefined),
      walks: ({ body }) => body.dryRun,
      answer: async ({ resource, caller, body, query: { after }, request }) => {
        const identifiers = await requireIdentifiers(privacy, resource, body.identifiers);
        if (body.dryRun) {
          const plan = await planErasure(privacy, resource, { identifiers }, after);
          return new Answer(200, renderPlan(plan, request, '/privacy/:erase'));
        }
        return answerBegun(request, await startErasure(privacy, resource, caller, { identifiers }, body.set));
      },
    }),
    operation({
      ...privacyCommon,
      name: 'privacy-list-receipts',
      summary: 'Lists the receipts of erasures, newest first.',
      route: 'GET privacy/receipts',
      query: PageQuery,
      returns: ReceiptsPage,
      ok: async ({ resource, query, request }) => {
        const { entries, next } = await privacy.receipts.page(resource.immutableId, query.maxPageSize, query.after);
        return {
          value: entries.map(renderReceipt),
          ...(next !== undefined && {
            nextLink: nextLink(request, '/privacy/receipts', { after: next, maxPageSize: query.maxPageSize }),
          }),
        };
      },
    }),
    operation({
      ...privacyCommon,
      name: 'privacy-get-receipt',
      summary: 'Gets the receipt of an erasure.',
      route: 'GET privacy/receipts/{receiptId}',
      returns: ErasureReceipt,
      ok: async ({ resource, params }) => {
        const receipt = await privacy.receipts.find(resource.immutableId, params.receiptId);
        if (receipt === undefined) {
          throw new Fault(privacyFaults.receiptNotFound);
        }
        return renderReceipt(receipt);
      },
    }),
    operation({
      ...privacyCommon,
      name: 'privacy-list-audit',
      summary: 'Lists who identified, exported, erased or restored what kind of thing and when, newest first.',
      route: 'GET privacy/audit',
      query: PageQuery,
      returns: AuditPage,
      ok: async ({ resource, query, request }) => {
        const { entries, next } = await privacy.audit.page(resource.immutableId, query.maxPageSize, query.after);
        return {
          value: entries.map(renderAudit),
          ...(next !== undefined && {
            nextLink: nextLink(request, '/privacy/audit', { after: next, maxPageSize: query.maxPageSize }),
          }),
        };
      },
    }),
  ];
}

function answerBegun(request: RequestFacts, started: StartedErasure) {
  return begun(privacyOperationStyle, request, { id: started.id, body: started });
}
