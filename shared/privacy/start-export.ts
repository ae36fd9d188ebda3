// Starting an export, watching it, and fetching its archive.
import { Fault } from '../http/index.js';
import type { OperationRecord } from '../jobs/index.js';
import type { Resource } from '../geography/index.js';
import type { BlobDownload } from '../storage/index.js';
import { type Archives, exportIdentifiersKind, type ExportResult } from './export-archives.js';
import type { ExportPayload } from './export-identifiers.js';
import { privacyFaults } from './faults.js';
import type { PrivacyParts } from './parts.js';

/** @returns id of the operation */
export async function startExport(
  { jobs, operations }: PrivacyParts,
  archives: Archives,
  resource: Resource,
  order: Pick<ExportPayload, 'caller' | 'action' | 'identifiers' | 'includesReceived'>,
): Promise<string> {
  const { name: resourceName, geography } = resource;
  const payload: ExportPayload = { ...order, resourceName, geography };
  const { id } = await jobs.add(exportIdentifiersKind, resource.immutableId, payload);
  // From now on an erasure of any of them ends this export, also one that has not begun.
  await Promise.all(
    order.identifiers.map((identifier) => archives.note(resource.immutableId, id, archives.hashOf(identifier))),
  );
  await operations.begin(resource.immutableId, id, exportIdentifiersKind);
  await jobs.enqueue(id);
  return id;
}

/** @throws {Fault} 404 when there is none (any more) */
export async function requireOperation(
  { operations }: PrivacyParts,
  resource: Resource,
  operationId: string,
): Promise<OperationRecord> {
  const record = await operations.find(resource.immutableId, operationId);
  if (record === undefined) {
    throw new Fault(privacyFaults.operationNotFound);
  }
  return record;
}

export interface OpenedArchive extends ExportResult {
  /** @returns undefined when it is gone meanwhile */
  open(offset?: number, count?: number): Promise<BlobDownload | undefined>;
}

/** @throws {Fault} 404 when there is none, or its time is over */
export async function requireArchive(
  archives: Archives,
  resource: Resource,
  operationId: string,
): Promise<OpenedArchive> {
  const archive = await archives.find(resource.immutableId, operationId);
  if (archive === undefined) {
    throw new Fault(privacyFaults.archiveNotFound);
  }
  return {
    ...archive,
    open: (offset, count) => archives.read(resource.immutableId, operationId, offset, count),
  };
}
