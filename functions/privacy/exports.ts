// Exports of persons on the wire: start, watch, fetch. The archive is served here, to an access key with the right
// `privacy`, and by no link that works without one.
import { z } from 'zod';
import { Download, downloadAnswer, Fault, readRange } from '../../shared/http/index.js';
import { operation, type RequestFacts } from '../../shared/api/index.js';
import type { OperationRecord } from '../../shared/jobs/index.js';
import {
  type Archives,
  eraseIdentifiersKind,
  exportIdentifiersKind,
  type ExportResult,
  privacyFaults,
  type PrivacyParts,
  requireArchive,
  requireIdentifiers,
  requireOperation,
  requirePerson,
  startExport,
} from '../../shared/privacy/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { addressOf, begun } from '../wire/long-running.js';
import { Identifiers, privacyCommon as common, privacyOperationStyle } from './wire.js';

const ExportPersonRequest = z.object({ includeReceived: z.boolean().default(false) }).prefault({});

const ExportRequest = z.object({
  identifiers: Identifiers,
  includeReceived: z.boolean().default(false),
});

const RangeHeaders = z.object({ range: z.string().optional(), 'if-range': z.string().optional() });

export function privacyExportOperations(privacy: PrivacyParts, archives: Archives) {
  return [
    operation({
      ...common,
      name: 'privacy-export-person',
      summary: 'Starts the export of everything about a person into a zip; watch Operation-Location.',
      route: 'POST persons/{personId}/:export',
      body: ExportPersonRequest,
      audits: 'export-person',
      accepted: async ({ resource, caller, params, body, request }) => {
        const { identifiers } = await requirePerson(privacy, resource, params.personId);
        const { includeReceived: includesReceived } = body;
        const order = { caller, action: 'export-person', identifiers, includesReceived } as const;
        return answerBegun(request, await startExport(privacy, archives, resource, order));
      },
    }),
    operation({
      ...common,
      name: 'privacy-export',
      summary: 'The same for identifiers that belong to no person.',
      route: 'POST privacy/:export',
      body: ExportRequest,
      audits: 'export-identifiers',
      accepted: async ({ resource, caller, body, request }) => {
        const identifiers = await requireIdentifiers(privacy, resource, body.identifiers);
        const { includeReceived: includesReceived } = body;
        const order = { caller, action: 'export-identifiers', identifiers, includesReceived } as const;
        return answerBegun(request, await startExport(privacy, archives, resource, order));
      },
    }),
    operation({
      ...common,
      name: 'privacy-get-operation',
      summary: 'Says how far a long-running operation has come, and its result.',
      route: 'GET privacy/operations/{operationId}',
      ok: async ({ resource, params, request }) =>
        renderOperation(await requireOwn(privacy, resource, params.operationId), request),
    }),
    operation({
      ...common,
      name: 'privacy-get-export-content',
      summary: 'Gets the archive of a finished export, or a range of it.',
      route: 'GET privacy/exports/{operationId}/content',
      headers: RangeHeaders,
      statuses: [200, 206],
      answer: async ({ resource, params, headers }) => {
        const { sizeBytes, sha256, open } = await requireArchive(archives, resource, params.operationId);
        const etag = `"${sha256}"`;
        const range = readRange(headers, sizeBytes, etag);
        const blob = await (range === undefined ? open() : open(range.first, range.last - range.first + 1));
        if (blob === undefined) {
          throw new Fault(privacyFaults.archiveNotFound);
        }
        return downloadAnswer(new Download(blob.content, 'application/zip', sizeBytes, { etag, range }));
      },
    }),
  ];
}

/** What others have begun for the resource is theirs to show. */
async function requireOwn(...which: Parameters<typeof requireOperation>): Promise<OperationRecord> {
  const record = await requireOperation(...which);
  if (record.kind !== exportIdentifiersKind && record.kind !== eraseIdentifiersKind) {
    throw new Fault(privacyFaults.operationNotFound);
  }
  return record;
}

function answerBegun(request: RequestFacts, id: string) {
  return begun(privacyOperationStyle, request, { id, body: { id, status: privacyOperationStyle.states.running } });
}

function renderOperation(record: OperationRecord, request: RequestFacts) {
  const { id, kind, status, createdOn, endedOn, result, error } = record;
  return {
    id,
    kind,
    status: privacyOperationStyle.states[status],
    createdOn: toSeconds(createdOn),
    ...(endedOn !== undefined && { endedOn: toSeconds(endedOn) }),
    ...(error !== undefined && { error }),
    ...(status === 'succeeded' && {
      result: kind === exportIdentifiersKind ? renderExport(id, result as ExportResult, request) : result,
    }),
  };
}

function renderExport(id: string, { sizeBytes, sha256, expiresOn }: ExportResult, request: RequestFacts) {
  const contentLocation = addressOf(privacyOperationStyle, request, `/privacy/exports/${id}/content`);
  return { sizeBytes, sha256, expiresOn: toSeconds(expiresOn), contentLocation };
}
