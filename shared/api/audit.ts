// What operations leave in the audit trail: declared with the operation, written by the pipeline.
import type { ManagerCaller, OwnerCaller } from '../auth/index.js';
import type { Resource } from '../geography/index.js';

export type AuditAction =
  | `${'identify' | 'export' | 'erase'}-${'person' | 'identifiers'}`
  | 'restore-thread'
  | 'lift-opt-out';

export interface Audit {
  readonly action: AuditAction;
  /** Items by name of the store, written once more when it is done; without them only that it was asked for. */
  readonly done?: Readonly<Record<string, number>>;
  /** In whose trail it stands: by default in that of the resource that is asked. Managers ask none, so it is said there. */
  readonly of?: () => Promise<Audited>;
}

export type Audited = Pick<Resource, 'immutableId'>;

/** Where it is written down; given at composition. */
export interface AuditPort {
  record(
    of: Audited,
    caller: OwnerCaller | ManagerCaller,
    action: AuditAction,
    counts?: Readonly<Record<string, number>>,
  ): Promise<void>;
}
