// What is kept about persons and about what was done for them: who is who, archives, receipts and the audit trail.
import { bind, type BoundStore } from '../../shared/data-map/index.js';
import {
  ArchiveCopies,
  Archives,
  type AuditContent,
  auditRecords,
  AuditTrail,
  dropAuditKind,
  dropReceiptKind,
  exports,
  exportSubjects,
  hearingMs,
  Ledger,
  persons,
  PersonStore,
  receipts,
  type Receipts,
  type StoredReceipt,
} from '../../shared/privacy/index.js';
import type { Foundation } from '../foundation.js';
import { rootVersion } from '../root-version.js';

export interface PrivacyRecords {
  readonly stores: readonly BoundStore[];
  readonly persons: PersonStore;
  readonly archives: Archives;
  readonly copies: ArchiveCopies;
  readonly receipts: Receipts;
  readonly audit: AuditTrail;
}

export function keepPrivacyRecords(foundation: Foundation): PrivacyRecords {
  const { storage, due, clock, ids, keys, longRunning, announcements, burials, config, options } = foundation;
  const personStore = new PersonStore(storage.table(persons), keys.deriveKey('person-identifier', rootVersion));
  const archives = new Archives({
    blobs: storage.blobs(exports),
    subjects: storage.table(exportSubjects),
    operations: longRunning,
    due,
    hashKey: keys.deriveKey('export-subject', rootVersion),
    people: {
      subjectOf: (identifier) => burials.subjectOf(identifier),
      isHiddenSubject: (subject) => burials.isHiddenSubject(subject),
    },
  });
  const kept = { due, clock, keptForMs: config.receiptLifeMs };
  const receiptLedger = new Ledger<StoredReceipt>({
    ...kept,
    table: storage.table(receipts),
    dropKind: dropReceiptKind,
  });
  const auditLedger = new Ledger<AuditContent>({
    ...kept,
    table: storage.table(auditRecords),
    dropKind: dropAuditKind,
  });
  return {
    stores: [
      bind(exports, archives),
      bind(exportSubjects, archives),
      bind(persons, personStore),
      bind(receipts, receiptLedger),
      bind(auditRecords, auditLedger),
    ],
    persons: personStore,
    archives,
    copies: new ArchiveCopies({ archives, announcements, due, clock, hearingMs: options.hearingMs ?? hearingMs }),
    receipts: receiptLedger,
    audit: new AuditTrail({ ledger: auditLedger, clock, ids }),
  };
}
