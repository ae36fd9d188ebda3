// Rows of logs into pieces of the geography's own account, by resource, table, hour, and how long they are kept.
import type { LogSegments } from './log-segments.js';
import type { LogSink } from './log-sink.js';
import type { PersonLogs } from './person-logs.js';

const hourMs = 60 * 60_000;

export function segmentSink(segments: Pick<LogSegments, 'put'>, persons: Pick<PersonLogs, 'takeOut'>): LogSink {
  return {
    takesRaw: true,
    groupOf: ({ resourceId, table, at, settings }) =>
      [resourceId, table.name, Math.floor(at / hourMs), settings.retentionDays, settings.identifiers].join('/'),
    put: (rows) => {
      const [{ resourceId, table, at, settings }] = rows;
      return segments.put(
        resourceId,
        table.name,
        at,
        settings.retentionDays,
        rows.map(({ row }) => row),
      );
    },
    takeOut: (place, resourceId, identifier) => persons.takeOut(resourceId, place, identifier),
  };
}
