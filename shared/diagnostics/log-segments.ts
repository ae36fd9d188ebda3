// Rows of logs where they lie: sealed pieces of newline-delimited JSON, by resource, table and hour. A name says until when a
// piece is kept, so neither reading nor removing asks anything else.
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { EraseStep } from '../data-map/index.js';
import { BoundedCache } from '../auth/index.js';
import { type Blobs, type DueIndex, StorageStale } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { maxRowsInSegment, segmentsInStep } from './log-limits.js';
import type { LogRow } from './log-table.js';

export const dropLogsKind = 'drop-logs';
export const sealLogsKind = 'seal-logs';

export interface LogSegmentsParts {
  readonly blobs: Blobs;
  readonly due: Pick<DueIndex, 'add'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface Segment {
  readonly name: string;
  readonly table: string;
  /** Beginning of the hour of its rows, product ms. */
  readonly hour: number;
  /** Product ms. */
  readonly expiresOn: number;
}

const hourMs = 60 * 60_000;
/** By then what was asked within an hour is written, product ms. */
const sealAfterMs = 10 * 60_000;
const contentType = 'application/x-ndjson';
const maxTries = 5;

export class LogSegments {
  readonly #parts: LogSegmentsParts;
  /** Times that stand in the due index already. */
  readonly #noted = new BoundedCache<true>(1_000);

  constructor(parts: LogSegmentsParts) {
    this.#parts = parts;
  }

  /** @param at product ms of a time in the hour of all these rows. @returns name of the piece */
  async put(
    resourceId: string,
    table: string,
    at: number,
    retentionDays: number,
    rows: readonly LogRow[],
  ): Promise<string> {
    const { blobs, clock, ids } = this.#parts;
    const hour = Math.floor(at / hourMs) * hourMs;
    const expiresOn = hour + hourMs + retentionDays * 24 * hourMs;
    const id = `${resourceId}~${expiresOn}`;
    await this.#note(dropLogsKind, id, expiresOn);
    await this.#note(sealLogsKind, `${id}~${table}~${hour}`, hour + hourMs + sealAfterMs);
    const name = `${resourceId}/${expiresOn}/${table}/${hour}/${ids.uuid()}.ndjson`;
    await blobs.upload(name, toContent(rows), { contentType, createdOn: clock.now() });
    return name;
  }

  /** Those of a resource that are not past their time, a page at a time. */
  async page(
    resourceId: string,
    cursor?: string,
  ): Promise<{ readonly segments: readonly Segment[]; readonly cursor?: string }> {
    const { names, continuation } = await this.#parts.blobs.list(`${resourceId}/`, cursor, segmentsInStep);
    const now = this.#parts.clock.now();
    const segments = names.map(toSegment).filter(({ expiresOn }) => now < expiresOn);
    return { segments, ...(continuation !== undefined && { cursor: continuation }) };
  }

  async *all(resourceId: string): AsyncGenerator<Segment> {
    let cursor: string | undefined;
    do {
      const page = await this.page(resourceId, cursor);
      yield* page.segments;
      ({ cursor } = page);
    } while (cursor !== undefined);
  }

  /** Empty when it is gone meanwhile. */
  async read({ name }: Pick<Segment, 'name'>): Promise<readonly LogRow[]> {
    return (await this.#open(name))?.rows ?? [];
  }

  /** Writes a piece anew without some rows; nothing is written back that somebody else has taken out meanwhile. */
  async takeOut({ name }: Pick<Segment, 'name'>, isTakenOut: (row: LogRow) => boolean): Promise<number> {
    const { blobs } = this.#parts;
    for (let tries = 1; ; tries++) {
      const found = await this.#open(name);
      const left = found?.rows.filter((row) => !isTakenOut(row)) ?? [];
      const erased = (found?.rows.length ?? 0) - left.length;
      if (found === undefined || erased === 0) {
        return 0;
      }
      if (left.length === 0) {
        await blobs.discard(name);
        return erased;
      }
      try {
        const { etag: over, createdOn } = found;
        await blobs.upload(name, toContent(left), { contentType, over, ...(createdOn !== undefined && { createdOn }) });
        return erased;
      } catch (error) {
        if (!(error instanceof StorageStale) || tries === maxTries) {
          throw error;
        }
      }
    }
  }

  /**
   * Due work: joins the pieces of an hour that is over into few large ones, so that years of logs stay searchable. What it is
   * stopped in the middle of stands there twice until it is done again.
   *
   * @param settle told of each piece that was written, and of its rows: some may be about somebody who was erased meanwhile
   */
  async seal(id: string, settle: (name: string, rows: readonly LogRow[]) => Promise<void>): Promise<boolean> {
    const { blobs } = this.#parts;
    const { names, continuation } = await blobs.list(`${id.replaceAll('~', '/')}/`, undefined, segmentsInStep);
    let into: { readonly name: string; readonly etag: string; readonly createdOn: number | undefined } | undefined;
    let rows = new Map<string, LogRow>();
    let joined: string[] = [];
    const write = async () => {
      if (into === undefined || joined.length === 0) {
        return;
      }
      const { name, etag: over, createdOn } = into;
      const all = [...rows.values()];
      await blobs.upload(name, toContent(all), { contentType, over, ...(createdOn !== undefined && { createdOn }) });
      await settle(name, all);
      for (const each of joined) {
        await blobs.discard(each);
      }
    };
    for (const name of names) {
      const found = await this.#open(name);
      if (found === undefined) {
        continue;
      }
      if (into === undefined || rows.size + found.rows.length > maxRowsInSegment) {
        await write();
        into = { name, etag: found.etag, createdOn: found.createdOn };
        rows = new Map();
        joined = [];
      } else {
        joined.push(name);
      }
      for (const row of found.rows) {
        // What stands in two pieces is the same to the letter; several may have one correlation id, or none.
        rows.set(JSON.stringify(row), row);
      }
    }
    await write();
    return continuation === undefined;
  }

  async eraseResource(resourceId: string): Promise<EraseStep> {
    return this.#discard(`${resourceId}/`);
  }

  /** Due work: removes what is kept until a time, which has come. */
  async drop(id: string): Promise<boolean> {
    return (await this.#discard(id.replace('~', '/') + '/')).cursor === undefined;
  }

  forget(): void {
    this.#noted.clear();
  }

  async #note(kind: string, id: string, dueMs: number): Promise<void> {
    const key = `${kind}~${id}`;
    if (this.#noted.get(key) === undefined) {
      await this.#parts.due.add({ kind, id, dueMs });
      this.#noted.set(key, true);
    }
  }

  async #discard(prefix: string): Promise<EraseStep> {
    const { blobs } = this.#parts;
    const { names, continuation } = await blobs.list(prefix, undefined, segmentsInStep);
    for (const name of names) {
      await blobs.discard(name);
    }
    return continuation === undefined ? { erased: names.length } : { erased: names.length, cursor: 'more' };
  }

  async #open(name: string) {
    const found = await this.#parts.blobs.download(name);
    if (found === undefined) {
      return undefined;
    }
    const lines = (await text(found.content as Readable)).split('\n').filter((line) => line !== '');
    return { rows: lines.map((line) => JSON.parse(line) as LogRow), etag: found.etag, createdOn: found.createdOn };
  }
}

function toContent(rows: readonly LogRow[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function toSegment(name: string): Segment {
  const [, expiresOn, table = '', hour] = name.split('/');
  return { name, table, hour: Number(hour), expiresOn: Number(expiresOn) };
}
