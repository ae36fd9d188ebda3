// The audit trail: who identified, exported, erased or restored what kind of thing, and when. Never whom it concerned.
import type { AuditAction, Audited } from '../api/index.js';
import type { KeySlot, ManagerCaller, OwnerCaller } from '../auth/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import type { Ledger, LedgerEntry } from './ledger.js';

/** Kind of the due work that removes entries whose time has come. */
export const dropAuditKind = 'drop-audit';

export interface AuditContent {
  /** Product ms. */
  readonly at: number;
  readonly action: AuditAction;
  /** The access key that signed the request, or who was signed in with Entra ID. */
  readonly key?: KeySlot;
  readonly subject?: string;
  /** Items by name of the store, once the work is done; an entry without them tells that it was asked for. */
  readonly counts?: Readonly<Record<string, number>>;
}

export type AuditEntry = LedgerEntry<AuditContent>;

export class AuditTrail {
  readonly #parts: { readonly ledger: Ledger<AuditContent>; readonly clock: Clock; readonly ids: Ids };

  constructor(parts: { ledger: Ledger<AuditContent>; clock: Clock; ids: Ids }) {
    this.#parts = parts;
  }

  /**
   * Writes that something was asked for, or done now.
   *
   * @param counts items by name of the store; not given while the work has only been asked for
   * @param once of a job, which may come here twice: its id, and a time that stays the same, product ms
   */
  async record(
    of: Audited,
    caller: OwnerCaller | ManagerCaller,
    action: AuditAction,
    counts?: Readonly<Record<string, number>>,
    once: { readonly uuid: string; readonly at: number } = {
      uuid: this.#parts.ids.uuid(),
      at: this.#parts.clock.now(),
    },
  ): Promise<void> {
    const isKeyHolder = caller.kind === 'owner' && caller.keySlot !== undefined;
    const who = isKeyHolder ? { key: caller.keySlot } : { subject: caller.subject };
    const content = { at: once.at, action, ...who, ...(counts !== undefined && { counts }) };
    await this.#parts.ledger.add(of.immutableId, once, content);
  }

  /** Newest first. */
  page(resourceId: string, limit: number, after?: string): Promise<{ entries: readonly AuditEntry[]; next?: string }> {
    return this.#parts.ledger.page(resourceId, limit, after);
  }
}
