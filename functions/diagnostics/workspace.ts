// The log workspace of the geography, where one is set up: rows go there in place of the account, and what names people in it
// is purged.
import {
  type DroppedRows,
  type LogKeys,
  LogPurges,
  logPurges,
  type LogTable,
  MetricExporter,
  openIngestion,
  openPurgeDoor,
  WorkspaceLogs,
  workspaceSink,
} from '../../shared/diagnostics/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import type { Health } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { pauseUnref } from '../pause-unref.js';
import { rootVersion } from '../root-version.js';

export interface WorkspaceNeeds {
  readonly keys: LogKeys;
  readonly dropped: DroppedRows;
  reportFailure(failure: unknown): void;
  /** Known when everything is composed. */
  tables(): readonly LogTable[];
}

const dayMs = 24 * 60 * 60_000;
/** Of what waits from a time when there was a workspace. */
const retentionDaysOfFormer = 30;

export function openWorkspace(foundation: Foundation, { keys, dropped, reportFailure, tables }: WorkspaceNeeds) {
  const { config, storage, due, clock, ids, keys: keyRing } = foundation;
  const settings = config.logs;
  const retentionMs = (settings?.retentionDays ?? retentionDaysOfFormer) * dayMs;
  const takesRaw = settings?.purge !== undefined;
  const purges = new LogPurges({
    table: storage.table(logPurges),
    due,
    clock,
    ids,
    hashKey: keyRing.deriveKey('log-person', rootVersion),
    door: settings?.purge && openPurgeDoor(settings.purge, settings.credential),
    isOn: settings !== undefined,
    retentionMs,
    tables,
  });
  const logs = new WorkspaceLogs({ isOn: settings !== undefined, keys, purges, takesRaw, retentionMs });
  const ingestion = settings && openIngestion(settings);
  const sink =
    ingestion &&
    workspaceSink({
      ingestion,
      dropped,
      markRaw: takesRaw ? (resourceId, identifier) => keys.markRaw(resourceId, identifier) : undefined,
      takeOut: (resourceId, identifier) => logs.takeOutLate(resourceId, identifier),
      pause: pauseUnref,
      reportFailure,
    });
  const metrics =
    ingestion && settings.metrics ? new MetricExporter({ ingestion, dropped, clock, pause: pauseUnref }) : undefined;
  const exporter = metrics?.begin() === true ? metrics : undefined;
  return {
    logs,
    purges,
    sink,
    exporter,
    health: () => (settings === undefined ? nothing : healthOf(purges, takesRaw, clock.now())),
  };
}

const nothing: Health = { facts: {}, troubles: [] };

/** @param now product ms */
async function healthOf(purges: LogPurges, canPurge: boolean, now: number): Promise<Health> {
  const { waiting, asked, since, refused } = await purges.backlog();
  const isLate = since !== undefined && now - since > dayMs;
  return {
    facts: {
      ...(waiting > 0 && { waitingLogPurges: waiting }),
      ...(asked > 0 && { openLogPurges: asked }),
      ...(since !== undefined && { waitingLogPurgesSince: toSeconds(since) }),
    },
    troubles: [
      ...(waiting > 0 && !canPurge
        ? [
            'Rows of the log workspace are to be purged, and DOMICILE_LOGS has no purge: they stay until their retention ends.',
          ]
        : []),
      ...(refused === undefined || waiting === 0
        ? []
        : [`Azure refuses to purge the log workspace (${refused}); whose rows are to go waits.`]),
      ...(isLate ? ['Rows of the log workspace have been waiting for more than a day to be purged.'] : []),
    ],
  };
}
