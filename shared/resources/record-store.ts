// Reads and writes what management knows of the resources of this geography.
import { Fault } from '../http/index.js';
import type { GeographySlug } from '../geography/index.js';
import {
  type Columns,
  type DueIndex,
  StorageConflict,
  StorageNotFound,
  StorageStale,
  type Table,
} from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import { type ArmId, type ArmScope, type ArmType, isInScope, isSame, isSameId, seed } from './arm-id.js';
import { resourceFaults } from './faults.js';
import {
  type ArmRecord,
  creationLimitMs,
  deletedPartition,
  dropCreationKind,
  keysOf,
  partitionOf,
  toRecord,
  toRow,
} from './record.js';
import { lets } from './resource-states.js';
import { rowsOf } from './rows.js';

export class RecordStore {
  readonly #table: Table;
  readonly #geography: GeographySlug;
  readonly #clock: Clock;
  readonly #due: DueIndex;

  constructor(table: Table, geography: GeographySlug, clock: Clock, due: DueIndex) {
    this.#table = table;
    this.#due = due;
    this.#geography = geography;
    this.#clock = clock;
  }

  /** undefined when nothing has this id; what has died while it was created counts as nothing. */
  async find(id: ArmId): Promise<ArmRecord | undefined> {
    const record = await this.at(id);
    return record !== undefined && isSameId(record.id, id) && !this.isDead(record) ? record : undefined;
  }

  /** What lies where a resource of this id would lie, dead or alive: perhaps another one of the same name. */
  async at(id: ArmId): Promise<ArmRecord | undefined> {
    const { partitionKey, rowKey } = keysOf(id);
    const row = await this.#table.get<Columns>(partitionKey, rowKey);
    return row && toRecord(row, this.#geography);
  }

  isDead({ state, claimedMs }: ArmRecord): boolean {
    return !lets(state).isSettled && this.#clock.realNow() - claimedMs >= creationLimitMs;
  }

  /** All that is in a subscription or group; there are few of them. */
  async list(scope: ArmScope): Promise<ArmRecord[]> {
    return (await this.all(scope.type)).filter(
      (record) => isInScope(record.id, scope) && lets(record.state).isListed && !this.isDead(record),
    );
  }

  async all(type: ArmType): Promise<ArmRecord[]> {
    const records: ArmRecord[] = [];
    for await (const row of this.#table.rows<Columns>({ partition: partitionOf(type) })) {
      records.push(toRecord(row, this.#geography));
    }
    return records;
  }

  /**
   * Whether another record of this geography has the same immutable id, or one had it of which something may be left. To
   * be asked when the own record is written: of two that begin at once at least one then sees the other.
   */
  async isIdTaken({ id, immutableId }: Pick<ArmRecord, 'id' | 'immutableId'>): Promise<boolean> {
    const own = keysOf(id);
    const rows = await rowsOf(this.#table);
    const isOther = rows.some(
      (row) =>
        row['immutableId'] === immutableId && (row.partitionKey !== own.partitionKey || row.rowKey !== own.rowKey),
    );
    return isOther || (await this.#table.get(deletedPartition, immutableId)) !== undefined;
  }

  /** From now on what lies under the id of a subscription is known to be of this geography, and no resource can get it. */
  async keepUnderSubscription(subscriptionId: string): Promise<void> {
    const marker = { partitionKey: deletedPartition, rowKey: subscriptionId, immutableId: subscriptionId };
    await this.#table.upsert({ ...marker, geography: this.#geography }, 'replace');
  }

  /** Whether this geography has a resource in the subscription. */
  async hasSubscription(subscriptionId: string): Promise<boolean> {
    return (await rowsOf(this.#table)).some((row) =>
      isSame(String(row['subscriptionId'] ?? seed.subscriptionId), subscriptionId),
    );
  }

  /**
   * Writes a record where there is none, or a dead one. When nobody ends the creation, a sweep removes it.
   *
   * @throws {Fault} 409 when somebody was quicker
   */
  async claim(record: Omit<ArmRecord, 'etag'>, dead: ArmRecord | undefined): Promise<ArmRecord> {
    const dueMs = this.#clock.now() + creationLimitMs;
    await this.#due.add({ kind: dropCreationKind, id: record.immutableId, dueMs });
    try {
      const row = toRow(record);
      const etag = await (dead === undefined ? this.#table.insert(row) : this.#table.update(row, dead.etag, 'replace'));
      return { ...record, etag };
    } catch (error) {
      throw lostRace(error);
    }
  }

  /** @throws {Fault} 409 when the record is not any more what was read */
  async save(record: ArmRecord): Promise<ArmRecord> {
    try {
      return { ...record, etag: await this.#table.update(toRow(record), record.etag, 'merge') };
    } catch (error) {
      throw lostRace(error);
    }
  }

  /** Takes a claim back; one that somebody has taken over stays. */
  async withdraw({ id, etag }: ArmRecord): Promise<void> {
    const { partitionKey, rowKey } = keysOf(id);
    try {
      await this.#table.remove(partitionKey, rowKey, etag);
    } catch (error) {
      if (!(error instanceof StorageStale) && !(error instanceof StorageNotFound)) {
        throw error;
      }
    }
  }
}

function lostRace(error: unknown): unknown {
  const isLost = error instanceof StorageConflict || error instanceof StorageStale || error instanceof StorageNotFound;
  return isLost ? new Fault(resourceFaults.changedMeanwhile) : error;
}
