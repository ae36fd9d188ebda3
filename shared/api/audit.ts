// What operations leave in the audit trail: declared with the operation, written by the pipeline.
import type { OwnerCaller } from '../auth/index.js';
import type { Resource } from '../geography/index.js';

export type AuditAction = `${'identify' | 'export' | 'erase'}-${'person' | 'identifiers'}` | 'restore-thread';

export interface Audit {
  readonly action: AuditAction;
  /** Items by name of the store, written once more when it is done; without them only that it was asked for. */
  readonly done?: Readonly<Record<string, number>>;
}

/** Where it is written down; given at composition. */
export interface AuditPort {
  record(
    resource: Resource,
    caller: OwnerCaller,
    action: AuditAction,
    counts?: Readonly<Record<string, number>>,
  ): Promise<void>;
}
