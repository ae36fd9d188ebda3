export { ArchiveCopies, hearingMs } from './archive-copies.js';
export { type AuditContent, type AuditEntry, AuditTrail, dropAuditKind } from './audit-trail.js';
export { eraseIdentifiers, eraseIdentifiersKind, type EraseIdentifiersPayload } from './erase-identifiers.js';
export { erasureOfIdentities } from './erase-identity.js';
export { Archives, exportIdentifiersKind, type ExportResult } from './export-archives.js';
export { exportIdentifiers } from './export-identifiers.js';
export { exports, exportSubjects } from './export-personal-data.js';
export { privacyFaults } from './faults.js';
export { type Identified, identify, type StoreReport } from './identify.js';
export { leftByAzurite } from './left-by-azurite.js';
export { Ledger, type LedgerEntry } from './ledger.js';
export {
  addIdentifiers,
  findPersons,
  findShownPerson,
  listPersons,
  removeIdentifiers,
} from './link-identifiers.js';
export { type OperationProgress, progressOf } from './operation-progress.js';
export { maxIdentifiersPerWalk, type PrivacyParts, requireIdentifiers, requirePerson } from './parts.js';
export { personWith } from './person-with.js';
export { maxIdentifiersPerCall, type Person, PersonStore } from './person-store.js';
export { auditRecords, persons, receipts } from './personal-data.js';
export type { PrivacyScope } from './scope.js';
export { requireArchive, requireOperation, startExport } from './start-export.js';
export { dropReceiptKind, type Receipts, renderRemainder, type StoredReceipt } from './receipt.js';
export { type ErasurePlan, planErasure, type StartedErasure, startErasure } from './start-erasure.js';
