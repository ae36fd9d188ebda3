// Rows of logs into the geography's log workspace: requests of bounded size, repeated a bounded number of times. What is not
// taken is dropped and counted. A request of unknown outcome is repeated too, so a row may stand there twice.
import type { PersonalIdentifier } from '../data-map/index.js';
import type { DroppedRows } from './dropped-rows.js';
import type { Ingestion, UploadOutcome } from './ingestion.js';
import { maxUploadBytes, maxUploadPauseMs, maxUploadTries, uploadPauseMs } from './log-limits.js';
import type { LogSink, WaitingRow } from './log-sink.js';
import { streamOf, toStreamRow } from './stream-columns.js';

type StreamRow = Record<string, unknown>;

export interface WorkspaceSinkParts {
  readonly ingestion: Ingestion;
  readonly dropped: DroppedRows;
  /** Notes that rows name somebody; undefined where none may. */
  readonly markRaw: ((resourceId: string, identifier: PersonalIdentifier) => Promise<void>) | undefined;
  /** Takes out what names them, or has their pseudonym mean nobody. */
  takeOut(resourceId: string, identifier: PersonalIdentifier): Promise<void>;
  /** Waits in real time, and keeps no process alive. */
  pause(ms: number): Promise<void>;
  reportFailure(failure: unknown): void;
}

/** Status alone: what the service writes into its answer may quote rows. */
class RowsNotTaken extends Error {
  override readonly name = 'RowsNotTaken';

  constructor(table: string, rows: number, outcome: UploadOutcome) {
    const status = 'status' in outcome && outcome.status !== undefined ? ` with ${outcome.status}` : '';
    super(`The log workspace has not taken ${rows} rows of ${table} (${outcome.kind}${status}); they are dropped.`);
  }
}

export function workspaceSink(parts: WorkspaceSinkParts): LogSink {
  const { ingestion, dropped, markRaw, takeOut, pause, reportFailure } = parts;
  /** While nothing is taken, each batch is tried once. */
  let isDown = false;

  const giveUp = (table: string, rows: readonly StreamRow[], outcome: UploadOutcome) => {
    dropped.add(table, rows.length);
    reportFailure(new RowsNotTaken(table, rows.length, outcome));
  };

  const send = async (table: string, rows: readonly StreamRow[]): Promise<void> => {
    const maxTries = isDown ? 1 : maxUploadTries;
    for (let tries = 1; ; tries++) {
      const outcome = await ingestion.upload(streamOf(table), rows);
      if (outcome.kind === 'taken') {
        isDown = false;
        return;
      }
      if (outcome.kind === 'tooLarge' && rows.length > 1) {
        const half = Math.ceil(rows.length / 2);
        await send(table, rows.slice(0, half));
        return send(table, rows.slice(half));
      }
      if (outcome.kind !== 'notNow' || tries >= maxTries) {
        isDown = outcome.kind === 'notNow';
        giveUp(table, rows, outcome);
        return;
      }
      await pause(Math.min(outcome.afterMs ?? uploadPauseMs * 2 ** (tries - 1), maxUploadPauseMs));
    }
  };

  return {
    takesRaw: markRaw !== undefined,
    groupOf: ({ table }) => table.name,
    ...(markRaw !== undefined && { beforeRaw: markRaw }),
    put: async (rows) => {
      const { table } = rows[0];
      for (const batch of batchesOf(rows)) {
        await send(table.name, batch);
      }
      return table.name;
    },
    takeOut: (_place, resourceId, identifier) => takeOut(resourceId, identifier),
  };
}

/** Below what one request takes, a comma a row included. */
function* batchesOf(rows: readonly WaitingRow[]): Generator<readonly StreamRow[]> {
  let batch: StreamRow[] = [];
  let bytes = 0;
  for (const { table, resourceId, row } of rows) {
    const streamRow = toStreamRow(table, resourceId, row);
    const rowBytes = Buffer.byteLength(JSON.stringify(streamRow)) + 1;
    if (batch.length > 0 && bytes + rowBytes > maxUploadBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(streamRow);
    bytes += rowBytes;
  }
  if (batch.length > 0) {
    yield batch;
  }
}
