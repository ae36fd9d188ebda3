// What the operations about persons answer.
import { z } from 'zod';
import { Count, InSeconds, pageOf, Text, WrittenError } from '../wire/written.js';

export const Person = z
  .object({ personId: Text, createdOn: InSeconds, identifiers: z.array(Text) })
  .meta({ id: 'Person' });

export const PersonsPage = pageOf(z.object({ personId: Text }));
export const FoundPersons = PersonsPage.pick({ value: true });

/** What one store holds about somebody: how much, since when and until when. */
const StoreReport = z
  .object({
    store: Text,
    holds: Text,
    personalData: z.array(Text),
    keptFor: Text,
    geography: Text,
    items: Count,
    /** How many of them an erasure leaves. */
    notErased: Count.optional(),
    since: InSeconds.optional(),
    keptUntil: InSeconds.optional(),
  })
  .meta({ id: 'StoreReport' });

/** A store that two pages have walked through stands in both, with a part each. */
export const StoreReports = z
  .object({ stores: z.array(StoreReport), nextLink: Text.optional() })
  .meta({ id: 'StoreReports' });

const Remainder = z
  .object({ store: Text, what: Text, why: Text, until: InSeconds.optional() })
  .meta({ id: 'ErasureRemainder' });

export const ErasurePlan = StoreReports.extend({ dryRun: z.literal(true), notErased: z.array(Remainder) }).meta({
  id: 'ErasurePlan',
});

const Begun = z.object({ id: Text, status: z.literal('running') });
export const ExportBegun = Begun.meta({ id: 'ExportBegun' });
export const ErasureBegun = Begun.extend({ salt: Text }).meta({ id: 'ErasureBegun' });

export const ErasureReceipt = z
  .object({ receiptId: Text, endedOn: InSeconds, keptUntil: InSeconds, receipt: Text })
  .meta({ id: 'ErasureReceipt' });

export const ReceiptsPage = pageOf(ErasureReceipt);

/** With the resource, which may be gone. */
export const GeographyReceiptsPage = pageOf(
  ErasureReceipt.extend({ resourceId: Text }).meta({ id: 'GeographyReceipt' }),
);

const AuditEntry = z
  .object({
    id: Text,
    at: InSeconds,
    action: Text,
    caller: z.object({ accessKey: Text.optional(), entraId: Text.optional() }),
    counts: z.record(Text, Count).optional(),
    keptUntil: InSeconds,
  })
  .meta({ id: 'AuditEntry' });

export const AuditPage = pageOf(AuditEntry);

const ExportResult = z
  .object({ sizeBytes: Count, sha256: Text, expiresOn: InSeconds, contentLocation: Text })
  .meta({ id: 'ExportResult' });

const ErasureResult = z.object({ receiptId: Text, receipt: Text }).meta({ id: 'ErasureResult' });
export type ErasureResult = z.input<typeof ErasureResult>;

const Progress = z
  .object({
    beginsOn: InSeconds.optional(),
    stores: z.array(z.object({ store: Text, items: Count.optional(), isDone: z.boolean() })),
  })
  .meta({ id: 'OperationProgress' });

export const PrivacyOperation = z
  .object({
    id: Text,
    kind: Text,
    status: z.enum(['notStarted', 'running', 'succeeded', 'failed', 'canceled']),
    createdOn: InSeconds,
    endedOn: InSeconds.optional(),
    /** Of one that runs, by store. */
    progress: Progress.optional(),
    error: WrittenError.optional(),
    /** Of one that has succeeded. */
    result: z.union([ExportResult, ErasureResult]).optional(),
  })
  .meta({ id: 'PrivacyOperation' });
