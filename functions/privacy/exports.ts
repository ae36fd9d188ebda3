// Exports of persons on the wire: start, watch, fetch. The archive is served here, to an access key with the right
// `privacy`, and by no link that works without one.
import { z } from 'zod';
import { operation, type RequestFacts } from '../../shared/api/index.js';
import {
  type Archives,
  type PrivacyParts,
  progressOf,
  requireIdentifiers,
  requirePerson,
  startExport,
} from '../../shared/privacy/index.js';
import { begun } from '../wire/long-running.js';
import { orDefault } from '../wire/null-and-absent.js';
import { ExportBegun, PrivacyOperation } from './answers.js';
import { answerArchive, archiveAnswers, RangeHeaders, renderOperation, requireOwn } from './watch.js';
import { privacyBegunHeaders, privacyCommon as common, privacyOperationStyle, WalkedIdentifiers } from './wire.js';

const ExportPersonRequest = z.preprocess(
  (body) => body ?? {},
  z.object({ includeReceived: orDefault(z.boolean(), false) }),
);

const ExportRequest = z.object({
  identifiers: WalkedIdentifiers,
  includeReceived: orDefault(z.boolean(), false),
});

export function privacyExportOperations(privacy: PrivacyParts, archives: Archives) {
  return [
    operation({
      ...common,
      name: 'privacy-export-person',
      summary: 'Starts the export of everything about a person into a zip; watch Operation-Location.',
      route: 'POST persons/{personId}/:export',
      body: ExportPersonRequest,
      audits: 'export-person',
      answers: { 202: ExportBegun },
      answerHeaders: privacyBegunHeaders,
      answer: async ({ resource, caller, params, body, request }) => {
        const { identifiers } = await requirePerson(privacy, resource, params.personId);
        const { includeReceived: includesReceived } = body;
        const { personId } = params;
        const order = { caller, action: 'export-person', personId, identifiers, includesReceived } as const;
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
      answers: { 202: ExportBegun },
      answerHeaders: privacyBegunHeaders,
      answer: async ({ resource, caller, body, request }) => {
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
      returns: PrivacyOperation,
      ok: async ({ resource, params, request }) => {
        const record = await requireOwn(privacy, resource, params.operationId);
        return renderOperation(record, await progressOf(privacy, record), request, '/privacy');
      },
    }),
    operation({
      ...common,
      name: 'privacy-get-export-content',
      summary: 'Gets the archive of a finished export, or a range of it.',
      route: 'GET privacy/exports/{operationId}/content',
      headers: RangeHeaders,
      ...archiveAnswers,
      answer: ({ resource, params, headers }) => answerArchive(archives, resource, params.operationId, headers),
    }),
  ];
}

function answerBegun(request: RequestFacts, id: string) {
  return begun(privacyOperationStyle, request, { id, body: { id, status: privacyOperationStyle.states.running } });
}
