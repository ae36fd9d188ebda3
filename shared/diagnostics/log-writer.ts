// Writes rows of logs, off the path of requests: they gather in bounded memory for some seconds. What does not fit, or cannot
// be written, is dropped and counted; a request never waits for its row.
import { formatIdentifier, parseIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import type { DroppedRows } from './dropped-rows.js';
import type { LogKeys } from './log-keys.js';
import { gatherRowsMs, maxSettleTries, maxWaitingRows, maxWriteTries, settlePauseMs } from './log-limits.js';
import type { LogSink, WaitingRow } from './log-sink.js';
import type { LogRow } from './log-table.js';

export interface LogWriterParts {
  readonly sink: LogSink;
  readonly keys: LogKeys;
  readonly dropped: DroppedRows;
  /** `Burials.isHidden`: nothing is written of whom is known to be deleted. */
  isHidden(identifier: PersonalIdentifier): boolean;
  /** `Burials.wasDeleted`: and what was written meanwhile is taken out again. */
  wasDeleted(resourceId: string, identifier: PersonalIdentifier, since: number): Promise<boolean>;
  /** Waits in real time, and keeps no process alive. */
  pause(ms: number): Promise<void>;
  reportFailure(failure: unknown): void;
}

/** Somebody whom rows name that are being written. */
interface Named {
  readonly resourceId: string;
  readonly identifier: PersonalIdentifier;
  /** Of the first of these rows, product ms. */
  readonly at: number;
}

interface Put {
  readonly place: string;
  readonly named: readonly Named[];
}

type Rows = readonly [WaitingRow, ...WaitingRow[]];

export class LogWriter {
  readonly #parts: LogWriterParts;
  #waiting: WaitingRow[] = [];
  /** Those that wait, and those that are being written: all that is in memory. */
  #held = 0;
  #isGathering = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: LogWriterParts) {
    this.#parts = parts;
  }

  note(row: WaitingRow): void {
    if (this.#held >= maxWaitingRows) {
      this.#parts.dropped.add(row.table.name, 1);
      return;
    }
    this.#held += 1;
    this.#waiting.push(row);
    if (!this.#isGathering) {
      this.#isGathering = true;
      void this.#gather();
    }
  }

  /** Writes what has gathered; resolves when it is written, or dropped. */
  async flush(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    this.#writing = this.#writing.then(() => this.#writeAll(rows));
    await this.#writing;
  }

  /** @param limitMs real time */
  async stop(limitMs: number): Promise<void> {
    await Promise.race([this.flush(), this.#parts.pause(limitMs)]);
  }

  async #gather(): Promise<void> {
    await this.#parts.pause(gatherRowsMs);
    this.#isGathering = false;
    await this.flush();
  }

  async #writeAll(rows: readonly WaitingRow[]): Promise<void> {
    const groups = new Map<string, WaitingRow[]>();
    for (const each of rows) {
      const key = this.#parts.sink.groupOf(each);
      const group = groups.get(key);
      if (group === undefined) {
        groups.set(key, [each]);
      } else {
        group.push(each);
      }
    }
    for (const group of groups.values()) {
      await this.#writeGroup(group as unknown as Rows);
      this.#held -= group.length;
    }
  }

  async #writeGroup(rows: Rows): Promise<void> {
    const { dropped, reportFailure } = this.#parts;
    for (let tries = 1; ; tries++) {
      try {
        await this.#settle(await this.#put(rows));
        return;
      } catch (error) {
        if (tries === maxWriteTries) {
          dropped.add(rows[0].table.name, rows.length);
          reportFailure(error);
          return;
        }
      }
    }
  }

  async #put(rows: Rows): Promise<Put> {
    const { sink } = this.#parts;
    const named = new Map<string, Named>();
    const written: WaitingRow[] = [];
    for (const each of rows) {
      written.push({ ...each, row: await this.#toWritten(each, named) });
    }
    return { place: await sink.put(written as unknown as Rows), named: [...named.values()] };
  }

  /** Never rejects, so that nothing is written again. Of whom it cannot be told whether they were deleted nothing stays. */
  async #settle({ place, named }: Put): Promise<void> {
    const { sink, wasDeleted, pause, reportFailure } = this.#parts;
    for (const { resourceId, identifier, at } of named) {
      for (let tries = 1; tries <= maxSettleTries; tries++) {
        try {
          const isToGo = tries === maxSettleTries || (await wasDeleted(resourceId, identifier, at));
          if (isToGo) {
            await sink.takeOut(place, resourceId, identifier);
          }
          break;
        } catch (error) {
          if (tries === maxSettleTries) {
            reportFailure(error);
          }
          await pause(settlePauseMs * tries);
        }
      }
    }
  }

  async #toWritten({ resourceId, table, row, settings, at }: WaitingRow, named: Map<string, Named>): Promise<LogRow> {
    const { keys, sink, isHidden } = this.#parts;
    const written: Record<string, LogRow[string]> = {};
    for (const [name, value] of Object.entries(row)) {
      const person = table.columns[name]?.person;
      const identifier = person === undefined ? undefined : parseIdentifier(String(value));
      if (person === undefined) {
        written[name] = value;
      } else if (identifier?.kind === person && !isHidden(identifier)) {
        const raw = formatIdentifier(identifier);
        const key = `${resourceId} ${raw}`;
        named.set(key, named.get(key) ?? { resourceId, identifier, at });
        if (settings.identifiers === 'raw' && sink.takesRaw) {
          await sink.beforeRaw?.(resourceId, identifier);
          written[name] = raw;
        } else {
          written[name] = (await keys.get(resourceId, identifier)).pseudonym;
        }
      }
    }
    return written;
  }
}
