// The rows of logs that are about somebody, whichever way they are called in them. Raw rows are taken out; those with a
// pseudonym stay, and are about nobody any more once the key of the pseudonym is destroyed.
import {
  type EraseStep,
  type ExportItem,
  formatIdentifier,
  parseIdentifier,
  type Located,
  type PersonalIdentifier,
} from '../data-map/index.js';
import type { LogKeys } from './log-keys.js';
import type { LogSegments, Segment } from './log-segments.js';
import { isLoggedKind, type LogRow } from './log-table.js';
import { parseInstant } from '../time/instant.js';

type IsDeleted = (resourceId: string, identifier: PersonalIdentifier) => Promise<boolean>;

export class PersonLogs {
  readonly segments: LogSegments;
  readonly keys: LogKeys;

  readonly #isDeleted: IsDeleted;

  /** @param isDeleted whether somebody was deleted lately: `Burials.wasDeleted` */
  constructor(segments: LogSegments, keys: LogKeys, isDeleted: IsDeleted) {
    this.segments = segments;
    this.keys = keys;
    this.#isDeleted = isDeleted;
  }

  async locate(identifier: PersonalIdentifier, resourceId: string): Promise<Located> {
    let items = 0;
    let since = Number.POSITIVE_INFINITY;
    let keptUntil = 0;
    for await (const { row, segment } of this.#about(identifier, resourceId)) {
      items += 1;
      since = Math.min(since, timeOf(row, segment));
      keptUntil = Math.max(keptUntil, segment.expiresOn);
    }
    return items === 0 ? { items } : { items, since, keptUntil };
  }

  async *exportItems(identifier: PersonalIdentifier, resourceId: string): AsyncGenerator<ExportItem> {
    const pseudonym = (await this.keys.find(resourceId, identifier))?.pseudonym;
    for await (const { row, segment } of this.#about(identifier, resourceId)) {
      const named = Object.entries(row).map(([name, value]) => [
        name,
        value === pseudonym ? formatIdentifier(identifier) : value,
      ]);
      yield { record: { table: segment.table, ...Object.fromEntries(named) }, keptUntil: segment.expiresOn };
    }
  }

  /** A hundred pieces a step; with the last of them the key goes. */
  async erase(identifier: PersonalIdentifier, resourceId: string, cursor?: string): Promise<EraseStep> {
    const isRaw = namesRaw(identifier);
    const pseudonym = (await this.keys.find(resourceId, identifier))?.pseudonym;
    const page = await this.segments.page(resourceId, cursor);
    let erased = 0;
    for (const segment of page.segments) {
      erased += await this.segments.takeOut(segment, isRaw);
      erased += (await this.segments.read(segment)).filter((row) => holds(row, pseudonym)).length;
    }
    if (page.cursor !== undefined) {
      return { erased, cursor: page.cursor };
    }
    await this.keys.destroy(resourceId, identifier);
    return { erased };
  }

  /** Due work: joins pieces; an erasure may have been through them before they were. */
  seal(id: string): Promise<boolean> {
    return this.segments.seal(id, async (name, rows) => {
      const [resourceId = ''] = id.split('~');
      const words = new Set(rows.flatMap((row) => Object.values(row)).map(String));
      for (const word of words) {
        const identifier = parseIdentifier(word);
        if (identifier !== undefined && isLoggedKind(identifier) && (await this.#isDeleted(resourceId, identifier))) {
          await this.takeOut(resourceId, name, identifier);
        }
      }
    });
  }

  /** The same for one piece that was written too late. */
  async takeOut(resourceId: string, name: string, identifier: PersonalIdentifier): Promise<void> {
    await this.segments.takeOut({ name }, namesRaw(identifier));
    await this.keys.destroy(resourceId, identifier);
  }

  async *#about(
    identifier: PersonalIdentifier,
    resourceId: string,
  ): AsyncGenerator<{ readonly row: LogRow; readonly segment: Segment }> {
    const isRaw = namesRaw(identifier);
    const pseudonym = (await this.keys.find(resourceId, identifier))?.pseudonym;
    for await (const segment of this.segments.all(resourceId)) {
      for (const row of await this.segments.read(segment)) {
        if (isRaw(row) || holds(row, pseudonym)) {
          yield { row, segment };
        }
      }
    }
  }
}

function namesRaw(identifier: PersonalIdentifier): (row: LogRow) => boolean {
  const raw = formatIdentifier(identifier);
  return (row) => holds(row, raw);
}

function holds(row: LogRow, value: string | undefined): boolean {
  return value !== undefined && Object.values(row).includes(value);
}

function timeOf({ TimeGenerated }: LogRow, { hour }: Segment): number {
  return parseInstant(String(TimeGenerated)) ?? hour;
}
