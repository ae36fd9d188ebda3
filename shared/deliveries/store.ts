// How deliveries lie in their table. Everything of a lane lies in one partition: the lane itself, its deliveries in their
// order behind it, and a pointer for each person that one is about, found by a keyed hash.
//
// Each state of a lane is a row of its own, named by a random version. Whoever changes anything about a lane (takes its
// lease, records an outcome, withdraws a delivery, adds one) removes the row that was read and inserts the next, in the
// same transaction: of two, one finds the row gone. That is the only lock. It also holds for the last change, which removes
// the lane: a removal cannot carry an ETag in a transaction. Nothing that is gone is ever written again.
import {
  type Columns,
  type PageQuery,
  StorageConflict,
  StorageNotFound,
  type Stored,
  StorageUnknownOutcome,
  type Table,
  type TableAction,
  TransactionGroups,
} from '../storage/index.js';
import type { Ids } from '../time/ids.js';
import { shardOfLane, laneOf } from './due-ref.js';
import { maxTries, shards } from './limits.js';
import type { KeptDelivery, Lane } from './model.js';
import {
  deliveryKey,
  isDeliveryKey,
  laneKey,
  personsOf,
  pointerKey,
  recipientColumns,
  sharedLaneKey,
  toDelivery,
  toDeliveryRow,
  toEmptyRow,
  toLane,
  toLaneRow,
} from './row-columns.js';

export interface FoundLane {
  readonly lane: Lane;
  readonly head: KeptDelivery;
}

export interface Pointer {
  readonly id: string;
  readonly acceptedOn: number;
  readonly giveUpAt: number;
}

export interface WaitingFacts {
  readonly id: string;
  readonly resourceId: string;
  readonly destination: string;
  readonly acceptedOn: number;
}

const factColumns = ['resource', 'destination', 'acceptedOn'];

export class DeliveryStore {
  readonly #table: Table;
  readonly #groups: TransactionGroups;
  readonly #ids: Ids;

  constructor(table: Table, ids: Ids) {
    this.#table = table;
    this.#groups = new TransactionGroups(table);
    this.#ids = ids;
  }

  newVersion(): string {
    return this.#ids.bytes(9).toString('base64url');
  }

  /** A lane with the delivery that is next in it: one query. undefined when nothing of it is left. */
  async find(lane: string): Promise<FoundLane | undefined> {
    const range = { partition: shardOfLane(lane), from: `d!${lane}!`, to: `d!${lane}.~` };
    const rows: Stored<Columns>[] = [];
    let continuation: string | undefined;
    do {
      const page = await this.#table.query<Columns>({
        ...range,
        top: 2,
        ...(continuation !== undefined && { continuation }),
      });
      rows.push(...page.rows);
      continuation = page.continuation;
    } while (rows.length < 2 && continuation !== undefined);
    const [state, head] = rows;
    if (state === undefined) {
      return undefined;
    }
    if (head === undefined || isDeliveryKey(state.rowKey) || !isDeliveryKey(head.rowKey)) {
      throw new Error('A lane has no delivery, or a delivery no lane: its rows were not changed by this store.');
    }
    return { lane: toLane(state), head: toDelivery(head) };
  }

  /** The lane alone, also when its deliveries cannot be read. */
  async stateOf(lane: string): Promise<Lane | undefined> {
    const range = { partition: shardOfLane(lane), from: `d!${lane}!`, to: `d!${lane}!~`, top: 1 };
    const [row] = (await this.#table.query<Columns>(range)).rows;
    return row && toLane(row);
  }

  async read(id: string): Promise<KeptDelivery | undefined> {
    const row = await this.#table.get<Columns>(shardOfLane(laneOf(id)), deliveryKey(id));
    return row && toDelivery(row);
  }

  /** Makes a lane with its first delivery. @returns false when there is such a lane */
  async create(lane: Lane, delivery: KeptDelivery): Promise<boolean> {
    const actions: TableAction[] = [{ kind: 'insert', row: toLaneRow(lane) }, ...this.#insertion(delivery, lane)];
    if (lane.isShared) {
      const row = { partitionKey: shardOfLane(lane.lane), rowKey: sharedLaneKey(lane.lane), resource: lane.resourceId };
      actions.push({ kind: 'insert', row });
    }
    return this.#commit(lane, undefined, lane.version, actions);
  }

  /** Puts a delivery behind the others. @returns undefined when the lane has changed, or is gone */
  append(from: Lane, delivery: KeptDelivery): Promise<Lane | undefined> {
    return this.change(from, { count: from.count + 1, tail: from.tail + 1 }, this.#insertion(delivery, from));
  }

  /** @returns the lane as it is now; undefined when it has changed since `from` was read, or is gone */
  async change(from: Lane, to: Partial<Lane>, actions: readonly TableAction[] = []): Promise<Lane | undefined> {
    const next = { ...from, ...to, version: this.newVersion() };
    const isDone = await this.#commit(from, from.version, next.version, [
      { kind: 'remove', rowKey: laneKey(from) },
      { kind: 'insert', row: toLaneRow(next) },
      ...actions,
    ]);
    return isDone ? next : undefined;
  }

  /** Removes a delivery, and the lane when it was the last. @returns false when the lane has changed, or is gone */
  async removeDelivery(
    from: Lane,
    delivery: KeptDelivery,
    to: Partial<Lane>,
  ): Promise<{ readonly isDone: boolean; readonly lane?: Lane | undefined }> {
    const removals = this.#removal(delivery);
    if (from.count > 1) {
      const lane = await this.change(from, { ...to, count: from.count - 1 }, removals);
      return { isDone: lane !== undefined, lane };
    }
    const ends: TableAction[] = [{ kind: 'remove', rowKey: laneKey(from) }, ...removals];
    if (from.isShared) {
      ends.push({ kind: 'remove', rowKey: sharedLaneKey(from.lane) });
    }
    return { isDone: await this.#commit(from, from.version, undefined, ends) };
  }

  /**
   * The actions that leave only these recipients in a delivery.
   *
   * @param hasOpen the outcome of some of them is open; else content and body go
   */
  keepingOnly(
    delivery: KeptDelivery,
    recipients: KeptDelivery['recipients'],
    { destination }: Pick<Lane, 'destination'>,
    hasOpen: boolean,
  ): readonly TableAction[] {
    const isEmptied = !hasOpen && delivery.content !== '';
    if (recipients.length === delivery.recipients.length && !isEmptied) {
      return [];
    }
    const partitionKey = shardOfLane(laneOf(delivery.id));
    const kept = personsOf({ about: hasOpen ? delivery.about : [], recipients });
    const pointers = personsOf(delivery).filter((who) => !kept.includes(who));
    const update: TableAction = hasOpen
      ? {
          kind: 'update',
          row: { partitionKey, rowKey: deliveryKey(delivery.id), ...recipientColumns(recipients) },
          etag: '*',
          mode: 'merge',
        }
      : { kind: 'update', row: toEmptyRow(delivery, recipients, destination), etag: '*', mode: 'replace' };
    return [update, ...pointers.map((who) => ({ kind: 'remove', rowKey: pointerKey(who, delivery.id) }) as const)];
  }

  /**
   * What is waiting for, or about, a person. While little waits for anybody, one query over the whole table finds it; a
   * table that does not show all of it at once is asked shard by shard.
   */
  async *pointersTo(who: string): AsyncGenerator<Pointer> {
    const prefix = pointerKey(who, '');
    const range = { from: prefix, to: `${prefix}~` };
    const toPointer = (row: Stored<Columns>): Pointer => ({
      id: row.rowKey.slice(prefix.length),
      acceptedOn: Number(row['acceptedOn']),
      giveUpAt: Number(row['giveUpAt']),
    });
    const { rows, continuation } = await this.#table.scan<Columns>({ rowKeys: range });
    if (continuation === undefined) {
      yield* rows.map(toPointer);
      return;
    }
    for (let shard = 0; shard < shards; shard++) {
      for await (const row of this.#table.rows<Columns>({ partition: partitionOf(shard), ...range })) {
        yield toPointer(row);
      }
    }
  }

  /** Whether something waits for a resource. */
  async hasAnyOf(resourceId: string): Promise<boolean> {
    for await (const rows of this.#table.scans<Columns>({ rowKeys: { from: 'd!', to: 'd"' }, select: ['resource'] })) {
      if (rows.some((row) => row['resource'] === resourceId)) {
        return true;
      }
    }
    return false;
  }

  async removePointer(who: string, id: string): Promise<void> {
    await this.#table.remove(shardOfLane(laneOf(id)), pointerKey(who, id));
  }

  /** Deliveries of one shard, whose ever; a page of a thousand rows at most, which count lanes too. */
  async page(
    shard: number,
    page: Pick<PageQuery, 'top' | 'continuation'> = {},
  ): Promise<{ readonly waiting: readonly WaitingFacts[]; readonly continuation?: string | undefined }> {
    const range = { partition: partitionOf(shard), from: 'd!', to: 'd"', select: factColumns };
    const { rows, continuation } = await this.#table.query<Columns>({ ...range, ...page });
    const waiting = rows
      .filter(({ rowKey }) => isDeliveryKey(rowKey))
      .map((row) => ({
        id: row.rowKey.slice('d!'.length),
        resourceId: String(row['resource']),
        destination: String(row['destination']),
        acceptedOn: Number(row['acceptedOn']),
      }));
    return { waiting, continuation };
  }

  #insertion(delivery: KeptDelivery, { destination }: Lane): TableAction[] {
    const partitionKey = shardOfLane(laneOf(delivery.id));
    const { id, resourceId: resource, acceptedOn, giveUpAt } = delivery;
    const pointers = personsOf(delivery).map((who) => ({
      kind: 'insert' as const,
      row: { partitionKey, rowKey: pointerKey(who, id), resource, acceptedOn, giveUpAt },
    }));
    return [{ kind: 'insert', row: toDeliveryRow(delivery, destination) }, ...pointers];
  }

  #removal(delivery: KeptDelivery): readonly TableAction[] {
    const rowKeys = [deliveryKey(delivery.id), ...personsOf(delivery).map((who) => pointerKey(who, delivery.id))];
    return rowKeys.map((rowKey) => ({ kind: 'remove', rowKey }));
  }

  /**
   * One transaction that takes the lane from one version to another; where no answer comes, the version that is there tells
   * whether it happened.
   *
   * @returns false when another change was first
   */
  async #commit(
    { lane }: Lane,
    before: string | undefined,
    after: string | undefined,
    actions: readonly TableAction[],
  ): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#groups.transaction(shardOfLane(lane), actions);
        return true;
      } catch (error) {
        if (error instanceof StorageConflict || error instanceof StorageNotFound) {
          return tries > 1 && (await this.#version(lane)) === after;
        }
        if (!(error instanceof StorageUnknownOutcome) || tries === maxTries) {
          throw error;
        }
        const version = await this.#version(lane);
        if (version === after) {
          return true;
        }
        if (version !== before) {
          return false;
        }
      }
    }
  }

  async #version(lane: string): Promise<string | undefined> {
    return (await this.stateOf(lane))?.version;
  }
}

export function partitionOf(shard: number): string {
  return String(shard % shards).padStart(2, '0');
}
