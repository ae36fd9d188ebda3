// How jobs lie in a table: one partition, a row each; and a row for each that the platform has given up on.
import type { EraseStep } from '../data-map/index.js';
import {
  type Columns,
  readLongText,
  StorageConflict,
  type Stored,
  type Table,
  writeLongText,
} from '../storage/index.js';
import type { Job } from './model.js';

export interface StoredJob extends Job {
  readonly etag: string;
  /** When the due index wakes it, product ms. */
  readonly dueMs: number;
}

const partition = 'job';
const parkedPartition = 'parked';

export class JobStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async add(job: Job, dueMs: number): Promise<void> {
    await this.#table.insert({ ...toColumns(job, dueMs), partitionKey: partition, rowKey: job.id });
  }

  async find(id: string): Promise<StoredJob | undefined> {
    const row = await this.#table.get<Columns>(partition, id);
    return row && toJob(row);
  }

  /**
   * Saves how far a job has come.
   *
   * @throws {StorageStale} when another worker saved meanwhile
   * @throws {StorageNotFound} when another worker finished it
   */
  async save(job: StoredJob, cursor: unknown, dueMs: number): Promise<StoredJob> {
    const next = { ...job, cursor, dueMs };
    const row = { ...toColumns(next, dueMs), partitionKey: partition, rowKey: job.id };
    return { ...next, etag: await this.#table.update(row, job.etag, 'replace') };
  }

  async remove(id: string): Promise<void> {
    await this.#table.remove(partition, id);
    await this.unpark(id);
  }

  /** Removes the jobs that work for a resource; whoever is at one of them finds nothing to save to, and stops. */
  async removeAllOf(resourceId: string, cursor?: string): Promise<EraseStep> {
    const page = await this.#table.query<Columns>({
      partition,
      select: ['resourceId'],
      ...(cursor !== undefined && { continuation: cursor }),
    });
    const ids = page.rows.filter((row) => row['resourceId'] === resourceId).map(({ rowKey }) => rowKey);
    for (const id of ids) {
      await this.remove(id);
    }
    return { erased: ids.length, ...(page.continuation !== undefined && { cursor: page.continuation }) };
  }

  /** Marks a job that the platform has given up on; it is tried again whenever the due index wakes it. */
  async park(id: string, since: number): Promise<void> {
    try {
      await this.#table.insert({ partitionKey: parkedPartition, rowKey: id, since });
    } catch (error) {
      // Given up on once more: what counts is since when.
      if (!(error instanceof StorageConflict)) {
        throw error;
      }
    }
  }

  async unpark(id: string): Promise<void> {
    await this.#table.remove(parkedPartition, id);
  }

  /** How many jobs are parked, counted up to a thousand, and since when the first of them is. */
  async parked(): Promise<{ count: number; since: number | undefined }> {
    const { rows } = await this.#table.query<Columns>({ partition: parkedPartition });
    const times = rows.map(({ since }) => Number(since));
    return { count: rows.length, since: times.length === 0 ? undefined : Math.min(...times) };
  }
}

function toColumns(job: Job, dueMs: number): Record<string, string | number> {
  const columns: Record<string, string | number> = {
    kind: job.kind,
    resourceId: job.resourceId,
    createdOn: job.createdOn,
    dueMs,
    cursor: JSON.stringify(job.cursor ?? null),
  };
  writeLongText(columns, 'payload', JSON.stringify(job.payload ?? null));
  return columns;
}

function toJob(row: Stored<Columns>): StoredJob {
  return {
    id: row.rowKey,
    kind: String(row['kind']),
    resourceId: String(row['resourceId']),
    payload: JSON.parse(readLongText(row, 'payload') ?? 'null'),
    cursor: JSON.parse(String(row['cursor'])),
    createdOn: Number(row['createdOn']),
    dueMs: Number(row['dueMs']),
    etag: row.etag,
  };
}
