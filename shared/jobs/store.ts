// How jobs lie in a table: sixteen partitions by id, a row each; and in a partition of their own a row for each that the
// platform has given up on.
import { hash } from 'node:crypto';
import type { EraseStep } from '../data-map/index.js';
import { type Columns, StorageConflict, type Table } from '../storage/index.js';
import { FormerPartition, formerPartition } from './former-partition.js';
import { toColumns, toJob } from './job-row.js';
import type { Job, StoredJob } from './model.js';

/** Sixteen partitions share the load; changing it would lose the jobs there are. */
const jobBuckets = 16;
/** All partitions with jobs, the former one too. */
const allJobs = { from: formerPartition, to: `${formerPartition}~` };
/**
 * One partition is enough for these: they are a few among many jobs, each of them a trouble that `GET /health` shows, and
 * a mark is written once, when the platform gives up. In one partition all are counted by one query.
 */
const parkedPartition = 'parked';

export class JobStore {
  readonly #table: Table;
  readonly #former: FormerPartition;

  constructor(table: Table) {
    this.#table = table;
    this.#former = new FormerPartition(table);
  }

  async add(job: Job, dueMs: number): Promise<void> {
    await this.#table.insert({ ...toColumns(job, dueMs), partitionKey: bucketOf(job.id), rowKey: job.id });
  }

  async find(id: string): Promise<StoredJob | undefined> {
    const row = await this.#table.get<Columns>(bucketOf(id), id);
    return row && toJob(row);
  }

  /** A job that version 0.1.0 has made and that nobody has taken over yet; see {@link FormerPartition.find}. */
  async findFormer(id: string, isCertain: boolean): Promise<StoredJob | undefined> {
    const row = await this.#former.find(id, isCertain);
    return row && toJob(row);
  }

  /**
   * Moves such a job into its bucket: an instance of version 0.1.0 that goes on for a while does not find it any more,
   * and so never reads how far this version has come. Stopped in between, or done by two at once, it is done twice at
   * worst, which every kind of job allows.
   */
  async takeOver(former: StoredJob): Promise<StoredJob | undefined> {
    try {
      await this.add(former, former.dueMs);
    } catch (error) {
      if (!(error instanceof StorageConflict)) {
        throw error;
      }
    }
    await this.#former.remove(former.id);
    return this.find(former.id);
  }

  /**
   * Saves how far a job has come.
   *
   * @throws {StorageStale} when another worker saved meanwhile
   * @throws {StorageNotFound} when another worker finished it
   */
  async save(job: StoredJob, cursor: unknown, dueMs: number): Promise<StoredJob> {
    const next = { ...job, cursor, dueMs };
    const row = { ...toColumns(next, dueMs), partitionKey: bucketOf(job.id), rowKey: job.id };
    return { ...next, etag: await this.#table.update(row, job.etag, 'replace') };
  }

  async remove(id: string): Promise<void> {
    await this.#table.remove(bucketOf(id), id);
    await this.unpark(id);
  }

  /** Removes the jobs that work for a resource; whoever is at one of them finds nothing to save to, and stops. */
  async removeAllOf(resourceId: string, cursor?: string): Promise<EraseStep> {
    const page = await this.#table.scan<Columns>({
      partitions: allJobs,
      select: ['resourceId'],
      ...(cursor !== undefined && { continuation: cursor }),
    });
    const found = page.rows.filter((row) => row['resourceId'] === resourceId);
    for (const { partitionKey, rowKey } of found) {
      await this.#table.remove(partitionKey, rowKey);
      await this.unpark(rowKey);
    }
    return { erased: found.length, ...(page.continuation !== undefined && { cursor: page.continuation }) };
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

function bucketOf(id: string): string {
  const bucket = (hash('sha256', id, 'buffer')[0] ?? 0) % jobBuckets;
  return `${formerPartition}${String(bucket).padStart(2, '0')}`;
}
