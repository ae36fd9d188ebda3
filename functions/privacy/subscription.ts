// What management keeps of the resources of a subscription - names, tags, domains, senders, lists - identified, exported and
// erased by whoever may manage them: also of email resources that no communication resource is linked to. Each geography
// answers for itself, by its place in the path.
import { z } from 'zod';
import { type Audit, type AuditAction, type Operation, operation } from '../../shared/api/index.js';
import { type EntraOwner, manager, type ManagerCaller } from '../../shared/auth/index.js';
import { Answer, Fault } from '../../shared/http/index.js';
import type { Peers } from '../../shared/passing/index.js';
import { checkScope, type GroupStore, type RecordStore } from '../../shared/resources/index.js';
import { type GeographySlug, isGeographySlug } from '../../shared/geography/index.js';
import {
  type Archives,
  identify,
  planErasure,
  progressOf,
  type PrivacyParts,
  privacyFaults,
  type PrivacyScope,
  requireIdentifiers,
  startErasure,
  startExport,
} from '../../shared/privacy/index.js';
import { begun, type LongRunningStyle } from '../wire/long-running.js';
import { orDefault } from '../wire/null-and-absent.js';
import { nextLink } from '../wire/next-link.js';
import {
  AuditPage,
  ErasureBegun,
  ErasurePlan,
  ExportBegun,
  PrivacyOperation,
  ReceiptsPage,
  StoreReports,
} from './answers.js';
import { renderAudit, renderPlan, renderReports } from './render.js';
import { answerArchive, archiveAnswers, RangeHeaders, renderOperation, requireOwn } from './watch.js';
import {
  EraseRequest,
  PageQuery,
  privacyBegunHeaders,
  privacyOperationStyle,
  renderReceipt,
  WalkedIdentifiers,
  WalkQuery,
} from './wire.js';

const at = 'subscriptions/{subscriptionId}/providers/Microsoft.Communication/locations/{location}/privacy';
const IdentifiersRequest = z.object({ identifiers: WalkedIdentifiers });
const ExportRequest = z.object({ identifiers: WalkedIdentifiers, includeReceived: orDefault(z.boolean(), false) });

export interface SubscriptionParts {
  readonly privacy: PrivacyParts;
  readonly archives: Archives;
  readonly geography: GeographySlug;
  readonly peers: Pick<Peers, 'slugs'>;
  readonly records: Pick<RecordStore, 'hasSubscription' | 'keepUnderSubscription'>;
  readonly groups: Pick<GroupStore, 'all'>;
}

interface Params {
  readonly subscriptionId: string;
  readonly location: string;
}

export function subscriptionPrivacyOperations(parts: SubscriptionParts): Operation[] {
  const { privacy, archives, geography } = parts;
  const { audit, receipts } = privacy;
  const home = async ({ params }: { params: Params }) => {
    const slug = params.location.toLowerCase();
    return isGeographySlug(slug) && parts.peers.slugs.includes(slug) ? slug : undefined;
  };
  const audited = (action: AuditAction, params: Params): Audit => ({ action, of: () => requireScope(parts, params) });
  const common = { service: 'privacy', auth: manager('manage'), home } as const;
  return [
    operation({
      ...common,
      name: 'privacy-identify-subscription',
      summary: 'Says what management keeps of somebody in all resources of a subscription in a geography; no content.',
      route: `POST ${at}/:identify`,
      query: WalkQuery,
      body: IdentifiersRequest,
      walks: () => true,
      returns: StoreReports,
      audits: ({ params }: { params: Params }) => audited('identify-identifiers', params),
      ok: async ({ params, body, query: { after }, request }) => {
        const scope = await requireScope(parts, params);
        const identifiers = await requireIdentifiers(privacy, scope, body.identifiers);
        const found = await identify(privacy, scope, identifiers, { after });
        return renderReports(found, request, `${baseOf(scope)}/:identify`);
      },
    }),
    operation({
      ...common,
      name: 'privacy-export-subscription',
      summary: 'Starts the export of that into a zip; watch Operation-Location.',
      route: `POST ${at}/:export`,
      body: ExportRequest,
      answers: { 202: ExportBegun },
      answerHeaders: privacyBegunHeaders,
      audits: ({ params }: { params: Params }) => audited('export-identifiers', params),
      answer: async ({ params, caller, body, request }) => {
        const scope = await requireScope(parts, params);
        const identifiers = await requireIdentifiers(privacy, scope, body.identifiers);
        await parts.records.keepUnderSubscription(scope.subscriptionId);
        const order = { caller: asOwner(caller), action: 'export-identifiers', identifiers } as const;
        const id = await startExport(privacy, archives, scope, { ...order, includesReceived: body.includeReceived });
        const style = styleOf(scope);
        return begun(style, request, { id, body: { id, status: style.states.running } });
      },
    }),
    operation({
      ...common,
      name: 'privacy-erase-subscription',
      summary: 'Erases that; with `dryRun` it says what that would be.',
      route: `POST ${at}/:erase`,
      query: WalkQuery,
      body: EraseRequest,
      walks: ({ body }) => body.dryRun,
      answers: { 200: ErasurePlan, 202: ErasureBegun },
      answerHeaders: privacyBegunHeaders,
      audits: ({ params, body }: { params: Params; body: { dryRun: boolean } }) =>
        body.dryRun ? audited('identify-identifiers', params) : undefined,
      answer: async ({ params, caller, body, query: { after }, request }) => {
        const scope = await requireScope(parts, params);
        const identifiers = await requireIdentifiers(privacy, scope, body.identifiers);
        if (body.dryRun) {
          const plan = await planErasure(privacy, scope, { identifiers }, after);
          return new Answer(200, renderPlan(plan, request, `${baseOf(scope)}/:erase`));
        }
        await parts.records.keepUnderSubscription(scope.subscriptionId);
        const started = await startErasure(privacy, scope, asOwner(caller), { identifiers }, body.set);
        return begun(styleOf(scope), request, { id: started.id, body: started });
      },
    }),
    operation({
      ...common,
      name: 'privacy-get-subscription-operation',
      summary: 'Says how far such an export or erasure has come, and its result.',
      route: `GET ${at}/operations/{operationId}`,
      returns: PrivacyOperation,
      ok: async ({ params, request }) => {
        const scope = await requireScope(parts, params);
        const record = await requireOwn(privacy, scope, params.operationId);
        return renderOperation(record, await progressOf(privacy, record), request, baseOf(scope));
      },
    }),
    operation({
      ...common,
      name: 'privacy-get-subscription-export-content',
      summary: 'Gets the archive of such an export, or a range of it.',
      route: `GET ${at}/exports/{operationId}/content`,
      headers: RangeHeaders,
      ...archiveAnswers,
      answer: async ({ params, headers }) =>
        answerArchive(archives, await requireScope(parts, params), params.operationId, headers),
    }),
    operation({
      ...common,
      name: 'privacy-list-subscription-receipts',
      summary: 'Lists the receipts of such erasures, newest first.',
      route: `GET ${at}/receipts`,
      query: PageQuery,
      returns: ReceiptsPage,
      ok: async ({ params, query, request }) => {
        const scope = await requireScope(parts, params);
        const { entries, next } = await receipts.page(scope.immutableId, query.maxPageSize, query.after);
        const link =
          next && nextLink(request, `${baseOf(scope)}/receipts`, { after: next, maxPageSize: query.maxPageSize });
        return { value: entries.map(renderReceipt), ...(link !== undefined && { nextLink: link }) };
      },
    }),
    operation({
      ...common,
      name: 'privacy-list-subscription-audit',
      summary: 'Lists who did any of that, or lifted an opt-out, and when, newest first.',
      route: `GET ${at}/audit`,
      query: PageQuery,
      returns: AuditPage,
      ok: async ({ params, query, request }) => {
        const scope = await requireScope(parts, params);
        const { entries, next } = await audit.page(scope.immutableId, query.maxPageSize, query.after);
        const link =
          next && nextLink(request, `${baseOf(scope)}/audit`, { after: next, maxPageSize: query.maxPageSize });
        return { value: entries.map(renderAudit), ...(link !== undefined && { nextLink: link }) };
      },
    }),
  ];

  function styleOf(scope: Required<PrivacyScope>): LongRunningStyle & typeof privacyOperationStyle {
    return { ...privacyOperationStyle, path: `${baseOf(scope)}/operations` as typeof privacyOperationStyle.path };
  }

  function baseOf({ subscriptionId }: Required<PrivacyScope>): string {
    return `/${at.replace('{subscriptionId}', subscriptionId).replace('{location}', geography)}`;
  }
}

/** @throws {Fault} 400 for what is no subscription, 404 for a place that was not asked, and for one that has nothing of it */
async function requireScope(
  { geography, records, groups }: SubscriptionParts,
  { subscriptionId: id, location }: Params,
): Promise<Required<PrivacyScope>> {
  const subscriptionId = checkScope({ subscriptionId: id, type: 'communicationServices' }).subscriptionId.toLowerCase();
  if (location.toLowerCase() !== geography) {
    throw new Fault(privacyFaults.geographyNotKnown);
  }
  const isKept = (await records.hasSubscription(subscriptionId)) || (await groups.all(subscriptionId)).length > 0;
  if (!isKept) {
    throw new Fault(privacyFaults.subscriptionNotFound);
  }
  return { immutableId: subscriptionId, subscriptionId, name: `subscription ${subscriptionId}`, geography };
}

function asOwner({ subject }: ManagerCaller): EntraOwner {
  return { kind: 'owner', subject };
}
