// Starting an export, watching it, and fetching its archive.
import { Fault } from '../http/index.js';
import type { OperationRecord } from '../jobs/index.js';
import type { BlobDownload } from '../storage/index.js';
import { type Archives, exportIdentifiersKind, type ExportResult } from './export-archives.js';
import type { ExportPayload } from './export-identifiers.js';
import { privacyFaults } from './faults.js';
import type { PrivacyParts } from './parts.js';
import { personsMeantBy } from './persons-meant.js';
import type { PrivacyScope } from './scope.js';

/** @returns id of the operation */
export async function startExport(
  { jobs, operations, persons }: PrivacyParts,
  archives: Archives,
  scope: PrivacyScope,
  order: Pick<ExportPayload, 'caller' | 'action' | 'identifiers' | 'includesReceived'> & { readonly personId?: string },
): Promise<string> {
  const { immutableId, name: resourceName, geography, subscriptionId } = scope;
  const { personId, ...ordered } = order;
  const payload: ExportPayload = {
    ...ordered,
    persons: await personsMeantBy(persons, immutableId, order.identifiers, personId),
    resourceName,
    geography,
    ...(subscriptionId !== undefined && { subscriptionId }),
  };
  const { id } = await jobs.add(exportIdentifiersKind, immutableId, payload);
  // From now on an erasure of any of them ends this export, also one that has not begun.
  await Promise.all(order.identifiers.map((identifier) => archives.notePerson(immutableId, id, identifier)));
  await operations.begin(immutableId, id, exportIdentifiersKind);
  await jobs.enqueue(id);
  return id;
}

/** @throws {Fault} 404 when there is none (any more) */
export async function requireOperation(
  { operations }: PrivacyParts,
  scope: PrivacyScope,
  operationId: string,
): Promise<OperationRecord> {
  const record = await operations.find(scope.immutableId, operationId);
  if (record === undefined) {
    throw new Fault(privacyFaults.operationNotFound);
  }
  return record;
}

export interface OpenedArchive extends ExportResult {
  /** @returns undefined when it is gone meanwhile */
  open(offset?: number, count?: number): Promise<BlobDownload | undefined>;
}

/** @throws {Fault} 404 when there is none, its time is over, or somebody in it was deleted meanwhile */
export async function requireArchive(
  archives: Archives,
  scope: PrivacyScope,
  operationId: string,
): Promise<OpenedArchive> {
  const archive = await archives.find(scope.immutableId, operationId);
  if (archive === undefined || (await archives.holdsHidden(scope.immutableId, operationId))) {
    throw new Fault(privacyFaults.archiveNotFound);
  }
  return {
    ...archive,
    open: (offset, count) => archives.read(scope.immutableId, operationId, offset, count),
  };
}
