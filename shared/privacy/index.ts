export { type AuditAction, type AuditContent, type AuditEntry, AuditTrail, dropAuditKind } from './audit-trail.js';
export { eraseIdentifiers, eraseIdentifiersKind, type EraseIdentifiersPayload } from './erase-identifiers.js';
export { privacyFaults } from './faults.js';
export type { ErasureResult } from './finish-erasure.js';
export { formatIdentifier } from './identifier.js';
export { identify, type StoreReport } from './identify.js';
export { Ledger } from './ledger.js';
export { addIdentifiers, findPersons, removeIdentifiers } from './link-identifiers.js';
export { type PrivacyParts, requireIdentifiers, requirePerson } from './parts.js';
export { maxIdentifiersPerCall, type Person, PersonStore } from './person-store.js';
export { auditRecords, persons, receipts } from './personal-data.js';
export {
  dropReceiptKind,
  hashSubject,
  type ReceiptIssuer,
  receiptType,
  renderRemainder,
  type StoredReceipt,
} from './receipt.js';
export { type ErasurePlan, planErasure, startErasure } from './start-erasure.js';
