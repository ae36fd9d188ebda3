// Diagnostics: logs of requests, kept in the geography, where the owner of a resource wants them. Contract: the tables of
// ACS's resource logs; which there are each capability declares.
import type { SeenRequest } from '../../shared/api/index.js';
import { bind } from '../../shared/data-map/index.js';
import {
  defaultLogSettings,
  DroppedRows,
  isLogged,
  LogKeys,
  logKeys,
  logPurges,
  LogSegments,
  logSegments,
  type LogTable,
  type LogValue,
  logWorkspace,
  LogWriter,
  PersonLogs,
  recordRequest,
  segmentSink,
} from '../../shared/diagnostics/index.js';
import type { Resource } from '../../shared/geography/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { pauseUnref } from '../pause-unref.js';
import { toIso } from '../../shared/time/instant.js';
import { declaredColumns, type OutcomeLog, type RequestLog, toRow } from '../request-log.js';
import { rootVersion } from '../root-version.js';
import { diagnosticsOperations } from './operations.js';
import { openWorkspace } from './workspace.js';

export type LoggedResource = Pick<Resource, 'immutableId' | 'logs'>;
export type LogColumnsGiven = Readonly<Record<string, LogValue | undefined>>;

export interface DiagnosticsCapability extends Capability {
  /** Takes up what others declare. */
  learn(logs: readonly (RequestLog | OutcomeLog)[]): void;
  /**
   * Writes a row of what follows from no request.
   *
   * @param at product ms
   */
  write(resource: LoggedResource, table: LogTable, at: number, columns: LogColumnsGiven): void;
  /** Told of every request that a resource of this geography has answered. */
  note(seen: SeenRequest): void;
  /** Writes what has gathered. */
  flush(): Promise<void>;
}

export function diagnosticsCapability(foundation: Foundation): DiagnosticsCapability {
  const { config, storage, clock, ids, keys: keyRing, due, burials, directory, options } = foundation;
  const defaults = defaultLogSettings(config.isEmulator);
  const byService = new Map<string, RequestLog>();
  const tables: LogTable[] = [];
  const segments = new LogSegments({ blobs: storage.blobs(logSegments), due, clock, ids });
  const hashKey = keyRing.deriveKey('log-person', rootVersion);
  const keys = new LogKeys({ table: storage.table(logKeys), clock, ids, hashKey });
  // A pseudonym that other processes have made meaningless is not written any more.
  burials.onBurial(() => keys.forget());
  const persons = new PersonLogs(segments, keys, async (resourceId, identifier) => {
    return (await burials.buriedOn(resourceId, identifier)) !== undefined;
  });
  const dropped = new DroppedRows();
  const reportFailure = (failure: unknown) => options.reportFailure('write-logs', '', failure);
  const workspace = openWorkspace(foundation, { keys, dropped, reportFailure, tables: () => tables });
  const sink = workspace.sink ?? segmentSink(segments, persons);
  const writer = new LogWriter({
    sink,
    keys,
    dropped,
    isHidden: (identifier) => burials.isHidden(identifier),
    wasDeleted: (resourceId, identifier, since) => burials.wasDeleted(resourceId, identifier, since),
    pause: pauseUnref,
    reportFailure,
  });
  return {
    name: 'diagnostics',
    stores: [
      bind(logWorkspace, workspace.logs),
      bind(logSegments, persons),
      bind(logKeys, keys),
      bind(logPurges, workspace.purges),
    ],
    operations: diagnosticsOperations({
      persons,
      directory,
      clock,
      defaults,
      takesRaw: sink.takesRaw,
      tables: () => tables,
    }),
    learn: (logs) => {
      for (const log of logs) {
        tables.push(log.table);
        if ('service' in log) {
          byService.set(log.service, log);
        }
      }
    },
    write: ({ immutableId: resourceId, logs: settings = defaults }, table, at, columns) => {
      if (isLogged(settings, table)) {
        const all = { TimeGenerated: toIso(at), Category: table.category, ...columns };
        writer.note({ resourceId, settings, table, at, row: declaredColumns(table, all) });
      }
    },
    note: guarded(options, (seen) => {
      recordRequest(seen.operation.service, seen.status, seen.durationMs);
      const log = byService.get(seen.operation.service);
      const settings = seen.resource.logs ?? defaults;
      const row = log !== undefined && isLogged(settings, log.table) ? toRow(log, seen) : undefined;
      if (log !== undefined && row !== undefined) {
        writer.note({ resourceId: seen.resource.immutableId, settings, table: log.table, at: seen.at, row });
      }
    }),
    flush: async () => {
      await Promise.all([writer.flush(), workspace.exporter?.flush()]);
    },
    health: async () => {
      const { facts, troubles } = await workspace.health();
      return { facts: { ...(dropped.total > 0 && { droppedLogRows: dropped.total }), ...facts }, troubles };
    },
    stop: async (limitMs) => {
      await Promise.all([writer.stop(limitMs), workspace.exporter?.stop(limitMs)]);
    },
    forget: () => {
      segments.forget();
      keys.forget();
      workspace.purges.forget();
    },
  };
}

/** A request never fails for what is logged of it. */
function guarded(
  { reportFailure }: Pick<Foundation['options'], 'reportFailure'>,
  note: (seen: SeenRequest) => void,
): (seen: SeenRequest) => void {
  return (seen) => {
    try {
      note(seen);
    } catch (failure) {
      reportFailure('note-request', seen.requestId, failure);
    }
  };
}
