// Brings suppressed addresses that an older version wrote, as rows `a!...` among the other items, to where they lie now:
// once for each email resource, before the first thing is read or changed there. Each transaction of the move also writes
// how far it has come, so every entry is moved exactly once: who has read the old rows before somebody else moved them
// loses, and cannot bring back what was deleted since.
import { type Columns, eraseRows, type Stored, type Table, type TableAction } from '../storage/index.js';
import type { Ids } from '../time/ids.js';
import { toItem } from './store.js';
import { isLost, maxAdded, type SuppressionChanges, untilWon } from './suppression-changes.js';
import { allEntries, movedKey } from './suppression-rows.js';

export interface MoveParts {
  readonly table: Table;
  /** Where the older version wrote. */
  readonly oldTable: Table;
  readonly changes: SuppressionChanges;
  readonly ids: Ids;
}

/** Resources remembered as done; each costs one read to find out again. */
const maxRemembered = 10_000;

export class AddressMove {
  readonly #parts: MoveParts;
  readonly #done = new Set<string>();
  readonly #moving = new Map<string, Promise<void>>();

  constructor(parts: MoveParts) {
    this.#parts = parts;
  }

  /**
   * To be awaited before anything of an email resource is read. May be stopped anywhere; whoever comes next goes on. A
   * request that gives up leaves it running.
   */
  async settle(resourceId: string): Promise<void> {
    if (this.#done.has(resourceId)) {
      return;
    }
    let moving = this.#moving.get(resourceId);
    if (moving === undefined) {
      moving = this.#moveAll(resourceId).finally(() => this.#moving.delete(resourceId));
      this.#moving.set(resourceId, moving);
    }
    await moving;
  }

  forget(): void {
    this.#done.clear();
  }

  async #moveAll(resourceId: string): Promise<void> {
    let isDone = false;
    while (!isDone) {
      let losses = 0;
      isDone = await untilWon(this.#parts.ids, () => this.#moveSome(resourceId, losses++ === 0));
    }
    if (this.#done.size >= maxRemembered) {
      this.#done.clear();
    }
    this.#done.add(resourceId);
  }

  /**
   * Everybody else waits for the end of the move, and who moves is alone by the row of how far it has come.
   *
   * @param areNew addresses are taken for not having been moved from another list before
   * @returns whether nothing is left to do
   */
  async #moveSome(resourceId: string, areNew: boolean): Promise<boolean> {
    const { table, changes } = this.#parts;
    const state = await table.get<Columns>(resourceId, movedKey);
    if (state?.['isDone'] === true) {
      return true;
    }
    const after = state && String(state['after']);
    const rows = await this.#oldRows(resourceId, after);
    const last = rows.at(-1);
    if (last === undefined) {
      await this.#end(resourceId, state, after);
      return true;
    }
    const guard = stateAction(resourceId, state, { after: last.rowKey });
    await changes.add(resourceId, rows.map(toItem), guard, areNew);
    return false;
  }

  async #oldRows(partition: string, after: string | undefined): Promise<readonly Stored<Columns>[]> {
    const range = { partition, to: allEntries.to, from: after === undefined ? allEntries.from : `${after} ` };
    for await (const rows of this.#parts.oldTable.pages<Columns>({ ...range, top: maxAdded })) {
      if (rows.length > 0) {
        return rows;
      }
    }
    return [];
  }

  async #end(partition: string, state: Stored<Columns> | undefined, after: string | undefined): Promise<void> {
    const { table, oldTable } = this.#parts;
    if (after !== undefined) {
      const range = { partition, from: allEntries.from, to: `${after} ` };
      while ((await eraseRows(oldTable, range)).cursor !== undefined) {}
    }
    try {
      await table.transaction(partition, [stateAction(partition, state, { isDone: true })]);
    } catch (error) {
      // Somebody else has ended it, or goes on.
      if (!isLost(error)) {
        throw error;
      }
    }
  }
}

function stateAction(
  partitionKey: string,
  before: Stored<Columns> | undefined,
  columns: { readonly after: string } | { readonly isDone: true },
): TableAction {
  const row = { partitionKey, rowKey: movedKey, ...columns };
  return before === undefined ? { kind: 'insert', row } : { kind: 'update', row, etag: before.etag, mode: 'replace' };
}
