// Transactions of one partition that are asked for while another one of it is under way go together in the next: one call for
// many where many come at once, and none waits for others to come. Each is done whole or not at all, as if it were alone.
import { StorageConflict, StorageNotFound, StorageRefused, StorageStale, StorageTooLarge } from './storage-error.js';
import type { Table } from './table.js';
import { maxTransactionActions, roughlyEncodedBytes, type TableAction } from './table-transaction.js';

/** Of each action in order, undefined where it removes a row. */
type Etags = readonly (string | undefined)[];

interface Asked {
  readonly actions: readonly TableAction[];
  readonly bytes: number;
  alone(): Promise<Etags>;
  resolve(etags: Etags): void;
  reject(error: unknown): void;
}

/** Far below what storage takes: a large row keeps nobody else waiting. */
const maxGroupBytes = 524_288;

export class TransactionGroups {
  readonly #table: Pick<Table, 'transaction'>;
  /** Of each partition in which one is under way: those behind it. */
  readonly #waiting = new Map<string, Asked[]>();

  constructor(table: Pick<Table, 'transaction'>) {
    this.#table = table;
  }

  /**
   * As `transaction` of a table, and fails as that does. Where nobody knows whether a group was done, nobody of it does.
   *
   * @param alone does the same by itself, where that takes less than a transaction
   */
  async transaction(
    partitionKey: string,
    actions: readonly TableAction[],
    alone: () => Promise<Etags> = () => this.#table.transaction(partitionKey, actions),
  ): Promise<Etags> {
    const bytes = actions.reduce((sum, action) => sum + roughlyEncodedBytes(action), 0);
    return new Promise((resolve, reject) => {
      const asked = { actions, bytes, alone, resolve, reject };
      const waiting = this.#waiting.get(partitionKey);
      if (waiting !== undefined) {
        waiting.push(asked);
        return;
      }
      this.#waiting.set(partitionKey, [asked]);
      // Others that are asked for in the same moment come along.
      queueMicrotask(() => void this.#goOn(partitionKey));
    });
  }

  async #goOn(partitionKey: string): Promise<void> {
    const waiting = this.#waiting.get(partitionKey) ?? [];
    while (waiting.length > 0) {
      await this.#commit(partitionKey, waiting.splice(0, countOfGroup(waiting)));
    }
    this.#waiting.delete(partitionKey);
  }

  /** Never rejects. */
  async #commit(partitionKey: string, group: readonly Asked[]): Promise<void> {
    const [only] = group;
    if (only !== undefined && group.length === 1) {
      await settle(only);
      return;
    }
    try {
      const etags = await this.#table.transaction(
        partitionKey,
        group.flatMap(({ actions }) => actions),
      );
      let from = 0;
      for (const { actions, resolve } of group) {
        resolve(etags.slice(from, from + actions.length));
        from += actions.length;
      }
    } catch (error) {
      if (isUnwritten(error)) {
        // One of them is in the way of the others.
        await Promise.all(group.map(settle));
        return;
      }
      for (const { reject } of group) {
        reject(error);
      }
    }
  }
}

async function settle({ alone, resolve, reject }: Asked): Promise<void> {
  await alone().then(resolve, reject);
}

/** How many of them fit together, from the first on, which always does. */
function countOfGroup(waiting: readonly Asked[]): number {
  const rowKeys = new Set<string>();
  let bytes = 0;
  for (const [index, asked] of waiting.entries()) {
    const own = asked.actions.map((action) => (action.kind === 'remove' ? action.rowKey : action.row.rowKey));
    bytes += asked.bytes;
    const fits =
      rowKeys.size + own.length <= maxTransactionActions &&
      bytes <= maxGroupBytes &&
      !own.some((rowKey) => rowKeys.has(rowKey));
    if (!fits) {
      return Math.max(1, index);
    }
    for (const rowKey of own) {
      rowKeys.add(rowKey);
    }
  }
  return waiting.length;
}

function isUnwritten(error: unknown): boolean {
  const kinds = [StorageConflict, StorageStale, StorageNotFound, StorageRefused, StorageTooLarge];
  return kinds.some((kind) => error instanceof kind);
}
