// Counts storage transactions by store and kind: what Azure bills, and what the cost tests compare with a table.
import type { CallObserver, StorageCallKind } from './storage-call.js';

/** Number of calls by `store/kind`, for example `messages/insert`. Only what happened at all is in it. */
export type TransactionCounts = Readonly<Record<string, number>>;

export interface TransactionCounter {
  readonly observe: CallObserver;
  snapshot(): TransactionCounts;
  /** What was counted after `earlier` was taken. */
  since(earlier: TransactionCounts): TransactionCounts;
}

export function createTransactionCounter(): TransactionCounter {
  const stores = new Map<string, Map<StorageCallKind, number>>();

  const snapshot = (): TransactionCounts => {
    const counts: Record<string, number> = {};
    for (const [store, kinds] of stores) {
      for (const [kind, count] of kinds) {
        counts[`${store}/${kind}`] = count;
      }
    }
    return counts;
  };

  return {
    observe: ({ store, kind }, send) => {
      let kinds = stores.get(store);
      if (!kinds) {
        kinds = new Map();
        stores.set(store, kinds);
      }
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      return send();
    },
    snapshot,
    since: (earlier) =>
      Object.fromEntries(
        Object.entries(snapshot())
          .map(([key, count]) => [key, count - (earlier[key] ?? 0)] as const)
          .filter(([, count]) => count > 0),
      ),
  };
}
