// Exports and erasures that are under way or done, as they are shown; and the archive of an export.
import { z } from 'zod';
import type { AnswerBody, RequestFacts } from '../../shared/api/index.js';
import { Download, downloadAnswer, downloadOf, Fault, readRange } from '../../shared/http/index.js';
import type { OperationRecord } from '../../shared/jobs/index.js';
import {
  type Archives,
  eraseIdentifiersKind,
  exportIdentifiersKind,
  type ExportResult,
  type OperationProgress,
  privacyFaults,
  type PrivacyScope,
  requireArchive,
  requireOperation,
} from '../../shared/privacy/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { addressOf } from '../wire/long-running.js';
import type { ErasureResult, PrivacyOperation } from './answers.js';
import { privacyOperationStyle } from './wire.js';

export const RangeHeaders = z.object({ range: z.string().optional(), 'if-range': z.string().optional() });

const Archive = downloadOf('application/zip');
/** What whoever answers with {@link answerArchive} declares. */
export const archiveAnswers = {
  answers: { 200: Archive, 206: Archive },
  answerHeaders: { 200: ['accept-ranges', 'etag'], 206: ['accept-ranges', 'etag', 'content-range'] },
} as const;

export async function answerArchive(
  archives: Archives,
  scope: PrivacyScope,
  operationId: string,
  headers: z.output<typeof RangeHeaders>,
) {
  const { sizeBytes, sha256, open } = await requireArchive(archives, scope, operationId);
  const etag = `"${sha256}"`;
  const range = readRange(headers, sizeBytes, etag);
  const blob = await (range === undefined ? open() : open(range.first, range.last - range.first + 1));
  if (blob === undefined) {
    throw new Fault(privacyFaults.archiveNotFound);
  }
  return downloadAnswer(new Download(blob.content, 'application/zip', sizeBytes, { etag, range }));
}

/** What others have begun for the resource is theirs to show. */
export async function requireOwn(...which: Parameters<typeof requireOperation>): Promise<OperationRecord> {
  const record = await requireOperation(...which);
  if (record.kind !== exportIdentifiersKind && record.kind !== eraseIdentifiersKind) {
    throw new Fault(privacyFaults.operationNotFound);
  }
  return record;
}

/** @param base path under which operations and archives lie */
export function renderOperation(
  record: OperationRecord,
  progress: OperationProgress | undefined,
  request: RequestFacts,
  base: string,
): AnswerBody<typeof PrivacyOperation> {
  const { id, kind, status, createdOn, endedOn, result, error } = record;
  return {
    id,
    kind,
    status: privacyOperationStyle.states[status],
    createdOn: toSeconds(createdOn),
    ...(endedOn !== undefined && { endedOn: toSeconds(endedOn) }),
    ...(progress !== undefined && { progress: renderProgress(progress) }),
    ...(error !== undefined && { error }),
    ...(status === 'succeeded' && {
      result:
        kind === exportIdentifiersKind
          ? renderExport(id, result as ExportResult, request, base)
          : (result as ErasureResult),
    }),
  };
}

function renderProgress({ beginsOn, stores }: OperationProgress) {
  return { ...(beginsOn !== undefined && { beginsOn: toSeconds(beginsOn) }), stores };
}

function renderExport(id: string, { sizeBytes, sha256, expiresOn }: ExportResult, request: RequestFacts, base: string) {
  const contentLocation = addressOf(privacyOperationStyle, request, `${base}/exports/${id}/content`);
  return { sizeBytes, sha256, expiresOn: toSeconds(expiresOn), contentLocation };
}
