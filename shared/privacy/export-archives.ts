// Archives of exports: a blob each, named by resource and operation, and rows that say of whom, and of which thread,
// something is inside, by keyed hash, so that erasing or changing it reaches every waiting archive with a copy.
// Rows are written before anything of the person goes into an archive and removed after the archive: they may point to
// archives that are gone, never the other way round.
import type { Readable } from 'node:stream';
import { keyedHash } from '../auth/index.js';
import { type EraseStep, formatIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import type { OperationRecord, Operations } from '../jobs/index.js';
import type { BlobDownload, Blobs, Columns, DueIndex, Table } from '../storage/index.js';
import { dropExportKind } from './due-kinds.js';

/** Kind of the job, and so of its operation. */
export const exportIdentifiersKind = 'export-identifiers';

/** What an export came to; the result of its operation. */
export interface ExportResult {
  readonly sizeBytes: number;
  /** Of the archive, hex. */
  readonly sha256: string;
  /** Product ms. */
  readonly expiresOn: number;
}

/** What an export notes while it runs: items by name of the store, of those that it is through with. */
export type ExportedSoFar = Readonly<Record<string, number>>;

export interface FinishedExport extends ExportResult {
  readonly operationId: string;
  /** Product ms. */
  readonly createdOn: number;
}

/** Longer than any function may run: so no second worker begins while the first is at it. Product ms. */
export const longestAttemptMs = 11 * 60_000;

const rowsPerPage = 100;

const changedError = {
  code: 'Outdated',
  message:
    'The archive was removed because something in it was edited or deleted, or has expired. Start the export again.',
};

const erasedError = {
  code: 'Erased',
  message: 'The archive was erased because somebody with data in it was erased. Start the export again.',
};

/** What is asked about the people in archives. */
export interface ArchivedPeople {
  /** How the hidden are told from everybody else, without a word of who they are. */
  readonly subjectOf: (identifier: PersonalIdentifier) => string | undefined;
  readonly isHiddenSubject: (subject: string) => boolean;
}

interface ArchivesParts {
  readonly blobs: Blobs;
  readonly subjects: Table;
  readonly operations: Operations;
  readonly due: DueIndex;
  readonly hashKey: Buffer;
  readonly people: ArchivedPeople;
}

export class Archives {
  readonly #blobs: Blobs;
  readonly #subjects: Table;
  readonly #operations: Operations;
  readonly #due: DueIndex;
  readonly #hashKey: Buffer;
  readonly #people: ArchivedPeople;

  constructor(parts: ArchivesParts) {
    this.#people = parts.people;
    this.#blobs = parts.blobs;
    this.#subjects = parts.subjects;
    this.#operations = parts.operations;
    this.#due = parts.due;
    this.#hashKey = parts.hashKey;
  }

  operation(resourceId: string, operationId: string): Promise<OperationRecord | undefined> {
    return this.#operations.find(resourceId, operationId);
  }

  /** For whoever waits for the archive. */
  noteProgress(resourceId: string, operationId: string, done: ExportedSoFar): Promise<void> {
    return this.#operations.note(resourceId, operationId, done);
  }

  /** ETag of what an earlier attempt has left; null when there is nothing. */
  async version(resourceId: string, operationId: string): Promise<string | null> {
    return (await this.#blobs.properties(blobName(resourceId, operationId)))?.etag ?? null;
  }

  /** @throws {StorageConflict} or {StorageStale} when another attempt was quicker */
  async write(
    resourceId: string,
    operationId: string,
    content: Readable,
    version: { readonly createdOn: number; readonly over: string | null },
  ): Promise<void> {
    await this.#blobs.upload(blobName(resourceId, operationId), content, {
      contentType: 'application/zip',
      ...version,
    });
  }

  /** `count` bytes from `offset`; undefined when there is no archive. */
  read(resourceId: string, operationId: string, offset?: number, count?: number): Promise<BlobDownload | undefined> {
    return this.#blobs.download(blobName(resourceId, operationId), offset, count);
  }

  /** Notes that something of somebody is in an archive. Noting it again changes nothing. */
  notePerson(resourceId: string, operationId: string, identifier: PersonalIdentifier): Promise<void> {
    const subject = this.#people.subjectOf(identifier);
    return this.#note(resourceId, operationId, this.hashOf(identifier), subject === undefined ? {} : { subject });
  }

  /** The same for a whole. */
  noteWhole(resourceId: string, operationId: string, key: string): Promise<void> {
    return this.#note(resourceId, operationId, this.hashOfWhole(key), {});
  }

  async #note(resourceId: string, operationId: string, hash: string, columns: Columns): Promise<void> {
    await this.#subjects.upsert(
      { ...columns, partitionKey: archiveKey(resourceId, operationId), rowKey: hash },
      'merge',
    );
    await this.#subjects.upsert({ partitionKey: subjectKey(resourceId, hash), rowKey: operationId }, 'merge');
  }

  hashOf(identifier: PersonalIdentifier): string {
    return keyedHash(this.#hashKey, formatIdentifier(identifier)).subarray(0, 24).toString('base64url');
  }

  /** The same for a whole that things are part of, such as a chat thread, by its random key. */
  hashOfWhole(key: string): string {
    return keyedHash(this.#hashKey, `whole:${key}`).subarray(0, 24).toString('base64url');
  }

  /** Sees to it that an archive is removed when its time is over, product ms. */
  async expireAt(resourceId: string, operationId: string, dueMs: number): Promise<void> {
    await this.#due.add({ kind: dropExportKind, id: `${resourceId}~${operationId}`, dueMs: Math.ceil(dueMs) });
  }

  /** A finished export; undefined when there is none, or its time is over. */
  async find(resourceId: string, operationId: string): Promise<FinishedExport | undefined> {
    const record = await this.#operations.find(resourceId, operationId);
    if (record?.kind !== exportIdentifiersKind || record.status !== 'succeeded') {
      return undefined;
    }
    return { ...(record.result as ExportResult), operationId, createdOn: record.createdOn };
  }

  /** Whether something of somebody is in an archive who was deleted meanwhile: then nobody reads it any more. */
  async holdsHidden(resourceId: string, operationId: string): Promise<boolean> {
    for await (const { subject } of this.#subjects.rows<Columns>({ partition: archiveKey(resourceId, operationId) })) {
      // Rows of wholes, and of earlier builds, have none.
      if (typeof subject === 'string' && this.#people.isHiddenSubject(subject)) {
        return true;
      }
    }
    return false;
  }

  /** Archives that wait for somebody to fetch them, with something of this person inside. */
  async *waiting(resourceId: string, identifier: PersonalIdentifier): AsyncGenerator<FinishedExport> {
    const partition = subjectKey(resourceId, this.hashOf(identifier));
    for await (const operationId of rowKeys(this.#subjects, partition)) {
      const finished = await this.find(resourceId, operationId);
      if (finished !== undefined) {
        yield finished;
      }
    }
  }

  /**
   * Removes at most a hundred archives with something of this person inside, finished or in the making.
   *
   * @returns how many, and whether there may be more
   */
  async eraseWith(resourceId: string, identifier: PersonalIdentifier): Promise<{ erased: number; hasMore: boolean }> {
    const hash = this.hashOf(identifier);
    const partition = subjectKey(resourceId, hash);
    const { rows, continuation } = await this.#subjects.query({ partition, top: rowsPerPage });
    for (const { rowKey: operationId } of rows) {
      // First the verdict: an attempt under way looks for it after its last write, and removes what it wrote.
      await this.#operations.end(resourceId, operationId, { status: 'failed', error: erasedError });
      // That others were in it is as little to be known as what was in it. By this row it is found again after a stop.
      await this.remove(resourceId, operationId, hash);
      await this.#subjects.remove(partition, operationId);
      await this.#subjects.remove(archiveKey(resourceId, operationId), hash);
    }
    return { erased: rows.length, hasMore: continuation !== undefined };
  }

  /**
   * Removes the archives with something of a whole, finished or in the making.
   *
   * @param only those with something of this person too, by hash, that were asked for before this time, product ms; an
   *   archive from after now was asked for before the clock was moved back
   * @returns false while one is in the making that nothing of the person is noted for yet, but may be
   */
  async dropHolding(
    resourceId: string,
    whole: string,
    only?: { readonly subject: string; readonly before: number; readonly now: number },
  ): Promise<boolean> {
    let isSettled = true;
    const partition = subjectKey(resourceId, whole);
    for await (const operationId of rowKeys(this.#subjects, partition)) {
      const archive = archiveKey(resourceId, operationId);
      const record = await this.#operations.find(resourceId, operationId);
      // Without a record its time is over, and it goes with its own entry.
      if (record === undefined) {
        continue;
      }
      if (only !== undefined) {
        if (record.createdOn >= only.before && record.createdOn <= only.now) {
          continue;
        }
        if ((await this.#subjects.get(archive, only.subject, { select: [] })) === undefined) {
          // What is read from now on, or by a later attempt, is not what it was before.
          isSettled &&= record.status !== 'running' || only.now >= only.before + longestAttemptMs;
          continue;
        }
      }
      // The verdict comes first, as in an erasure.
      await this.#operations.end(resourceId, operationId, { status: 'failed', error: changedError });
      await this.#blobs.discard(blobName(resourceId, operationId));
      await this.#subjects.remove(partition, operationId);
      await this.#subjects.remove(archive, whole);
    }
    return isSettled;
  }

  /** Due work: removes archives with words that were edited or deleted. */
  dropChanged(dueId: string, now: number): Promise<boolean> {
    const [resourceId = '', before, whole = '', subject = ''] = dueId.split('~');
    return this.dropHolding(resourceId, whole, { subject, before: Number(before), now });
  }

  /**
   * Removes an archive with all rows.
   *
   * @param except hash of whose row the caller removes afterwards
   */
  async remove(resourceId: string, operationId: string, except?: string): Promise<void> {
    await this.#blobs.discard(blobName(resourceId, operationId));
    const partition = archiveKey(resourceId, operationId);
    for await (const hash of rowKeys(this.#subjects, partition)) {
      if (hash === except) {
        continue;
      }
      await this.#subjects.remove(subjectKey(resourceId, hash), operationId);
      await this.#subjects.remove(partition, hash);
    }
  }

  /** Removes every archive of a resource that is deleted, finished or in the making, a hundred at a time. */
  async removeAllOf(resourceId: string): Promise<EraseStep> {
    const { names, continuation } = await this.#blobs.list(`${resourceId}/`, undefined, rowsPerPage);
    for (const name of names) {
      await this.#blobs.discard(name);
    }
    return continuation === undefined ? { erased: names.length } : { erased: names.length, cursor: 'more' };
  }

  /** Removes the rows that say of whom something is in archives of a resource, a hundred at a time. */
  async forgetSubjectsOf(resourceId: string): Promise<EraseStep> {
    for (const prefix of [`subject!${resourceId}`, `archive!${resourceId}`]) {
      const partitions = { from: `${prefix}!`, to: `${prefix}"` };
      const { rows, continuation } = await this.#subjects.scan({ partitions, top: rowsPerPage, select: [] });
      for (const { partitionKey, rowKey } of rows) {
        await this.#subjects.remove(partitionKey, rowKey);
      }
      if (rows.length > 0 || continuation !== undefined) {
        return { erased: rows.length, cursor: 'more' };
      }
    }
    return { erased: 0 };
  }

  /** Due work: removes an archive whose time is over. */
  async drop(dueId: string): Promise<boolean> {
    const [resourceId = '', operationId = ''] = dueId.split('~');
    const record = await this.#operations.find(resourceId, operationId);
    if (record?.status === 'running') {
      return false;
    }
    // Finished by a later attempt, which has left an entry of its own.
    if (record?.status === 'succeeded') {
      return true;
    }
    await this.remove(resourceId, operationId);
    return true;
  }
}

async function* rowKeys(table: Table, partition: string): AsyncGenerator<string> {
  for await (const { rowKey } of table.rows({ partition, top: rowsPerPage })) {
    yield rowKey;
  }
}

function blobName(resourceId: string, operationId: string): string {
  return `${resourceId}/${operationId}.zip`;
}

function subjectKey(resourceId: string, hash: string): string {
  return `subject!${resourceId}!${hash}`;
}

function archiveKey(resourceId: string, operationId: string): string {
  return `archive!${resourceId}!${operationId}`;
}
