// A job as a row.
import { type Columns, readLongText, type Stored, writeLongText } from '../storage/index.js';
import type { Job, StoredJob } from './model.js';

export function toColumns(job: Job, dueMs: number): Record<string, string | number> {
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

export function toJob(row: Stored<Columns>): StoredJob {
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
