// Erasure on the wire, its receipts, and the audit trail of everything that concerns persons.
import { z } from 'zod';
import { operation, type RequestFacts } from '../../shared/api/index.js';
import { Answer, Fault } from '../../shared/http/index.js';
import {
  type AuditEntry,
  type ErasurePlan,
  planErasure,
  type PrivacyParts,
  privacyFaults,
  renderRemainder,
  requireIdentifiers,
  requirePerson,
  type StartedErasure,
  startErasure,
  type StoredReceipt,
} from '../../shared/privacy/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { begun } from '../wire/long-running.js';
import { nextLink } from '../wire/next-link.js';
import { Identifiers, privacyCommon, privacyOperationStyle, renderReport } from './wire.js';

// Strict: a name that is misspelt must not turn a rehearsal into an erasure.
const dryRun = z.boolean().default(false);
const ErasePersonRequest = z.preprocess((body) => body ?? {}, z.strictObject({ dryRun }));
const EraseRequest = z.strictObject({ identifiers: Identifiers, dryRun });

const PageQuery = z.object({
  maxPageSize: z.coerce.number().int().min(1).max(1000).default(100),
  after: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
});

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
      body: ErasePersonRequest,
      statuses: [200, 202],
      // An erasure is written down with its job: once, whatever is stopped.
      audits: ({ body }: Rehearsable) => (body.dryRun ? 'identify-person' : undefined),
      answer: async ({ resource, caller, params, body, request }) => {
        const { id: personId, identifiers } = await requirePerson(privacy, resource, params.personId);
        if (body.dryRun) {
          return new Answer(200, renderPlan(await planErasure(privacy, resource, { personId, identifiers })));
        }
        return answerBegun(request, await startErasure(privacy, resource, caller, { personId, identifiers }));
      },
    }),
    operation({
      ...privacyCommon,
      name: 'privacy-erase',
      summary: 'The same for identifiers that belong to no person.',
      route: 'POST privacy/:erase',
      body: EraseRequest,
      statuses: [200, 202],
      audits: ({ body }: Rehearsable) => (body.dryRun ? 'identify-identifiers' : undefined),
      answer: async ({ resource, caller, body, request }) => {
        const identifiers = await requireIdentifiers(privacy, resource, body.identifiers);
        if (body.dryRun) {
          return new Answer(200, renderPlan(await planErasure(privacy, resource, { identifiers })));
        }
        return answerBegun(request, await startErasure(privacy, resource, caller, { identifiers }));
      },
    }),
    operation({
      ...privacyCommon,
      name: 'privacy-list-receipts',
      summary: 'Lists the receipts of erasures, newest first.',
      route: 'GET privacy/receipts',
      query: PageQuery,
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

function renderPlan({ stores, notErased }: ErasurePlan) {
  return { dryRun: true, stores: stores.map(renderReport), notErased: notErased.map(renderRemainder) };
}

function renderReceipt(entry: { id: string; keptUntil: number; content: StoredReceipt }) {
  const { jws, endedOn } = entry.content;
  return { receiptId: entry.id, endedOn: toSeconds(endedOn), keptUntil: toSeconds(entry.keptUntil), receipt: jws };
}

function renderAudit({ id, keptUntil, content: { at, action, key, subject, counts } }: AuditEntry) {
  return {
    id,
    at: toSeconds(at),
    action,
    caller: subject === undefined ? { accessKey: key } : { entraId: subject },
    ...(counts !== undefined && { counts }),
    keptUntil: toSeconds(keptUntil),
  };
}
