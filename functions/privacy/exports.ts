// Exports of persons on the wire: start, watch, fetch. The archive is served here, to an access key with the right
// `privacy`, and by no link that works without one.
import { z } from 'zod';
import { Download, Fault, readRange } from '../../shared/http/index.js';
import { operation, type RequestFacts } from '../../shared/api/index.js';
import { privacyKey } from '../../shared/auth/index.js';
import type { OperationRecord } from '../../shared/jobs/index.js';
import {
  type Archives,
  exportIdentifiersKind,
  type ExportResult,
  maxIdentifiersPerCall,
  privacyFaults,
  type PrivacyParts,
  requireArchive,
  requireIdentifiers,
  requireOperation,
  requirePerson,
  startExport,
} from '../../shared/privacy/index.js';
import { toSeconds } from '../../shared/time/instant.js';

const ExportPersonRequest = z.object({ includeReceived: z.boolean().default(false) }).prefault({});

const ExportRequest = z.object({
  identifiers: z.array(z.string().min(1).max(512)).min(1).max(maxIdentifiersPerCall),
  includeReceived: z.boolean().default(false),
});

const common = { service: 'privacy', auth: privacyKey } as const;

const operationLocation = ({ id }: { id: string }) => `/privacy/operations/${id}`;

export function privacyExportOperations(privacy: PrivacyParts, archives: Archives) {
  return [
    operation({
      ...common,
      name: 'privacy-export-person',
      summary: 'Starts the export of everything about a person into a zip; watch Operation-Location.',
      route: 'POST persons/{personId}/:export',
      body: ExportPersonRequest,
      operationLocation,
      accepted: async ({ resource, caller, params, body }) => {
        const { identifiers } = await requirePerson(privacy, resource, params.personId);
        const { includeReceived: includesReceived } = body;
        const order = { caller, action: 'export-person', identifiers, includesReceived } as const;
        return begun(await startExport(privacy, archives, resource, order));
      },
    }),
    operation({
      ...common,
      name: 'privacy-export',
      summary: 'The same for identifiers that belong to no person.',
      route: 'POST privacy/:export',
      body: ExportRequest,
      operationLocation,
      accepted: async ({ resource, caller, body }) => {
        const identifiers = await requireIdentifiers(privacy, resource, body.identifiers);
        const { includeReceived: includesReceived } = body;
        const order = { caller, action: 'export-identifiers', identifiers, includesReceived } as const;
        return begun(await startExport(privacy, archives, resource, order));
      },
    }),
    operation({
      ...common,
      name: 'privacy-get-operation',
      summary: 'Says how far a long-running operation has come, and its result.',
      route: 'GET privacy/operations/{operationId}',
      ok: async ({ resource, params, request }) =>
        renderOperation(await requireOperation(privacy, resource, params.operationId), request),
    }),
    operation({
      ...common,
      name: 'privacy-get-export-content',
      summary: 'Gets the archive of a finished export, or a range of it.',
      route: 'GET privacy/exports/{operationId}/content',
      headers: ['range', 'if-range'],
      ok: async ({ resource, params, request }) => {
        const { sizeBytes, sha256, open } = await requireArchive(archives, resource, params.operationId);
        const etag = `"${sha256}"`;
        const range = readRange(request.headers, sizeBytes, etag);
        const blob = await (range === undefined ? open() : open(range.first, range.last - range.first + 1));
        if (blob === undefined) {
          throw new Fault(privacyFaults.archiveNotFound);
        }
        return new Download(blob.content, 'application/zip', sizeBytes, { etag, range });
      },
    }),
  ];
}

function begun(id: string) {
  return { id, status: 'running' as const };
}

function renderOperation(record: OperationRecord, request: RequestFacts) {
  const { id, kind, status, createdOn, endedOn, result, error } = record;
  return {
    id,
    kind,
    status,
    createdOn: toSeconds(createdOn),
    ...(endedOn !== undefined && { endedOn: toSeconds(endedOn) }),
    ...(error !== undefined && { error }),
    ...(status === 'succeeded' && {
      result: kind === exportIdentifiersKind ? renderExport(id, result as ExportResult, request) : result,
    }),
  };
}

function renderExport(id: string, { sizeBytes, sha256, expiresOn }: ExportResult, request: RequestFacts) {
  const contentLocation = `${request.origin}/privacy/exports/${id}/content?api-version=${request.apiVersion}`;
  return { sizeBytes, sha256, expiresOn: toSeconds(expiresOn), contentLocation };
}
