// Counts what live chat says of itself, and writes it to a log where the owner of the resource wants that. ACS has no such
// table. Notices say of nobody that they were told: how many, and of which thread.
import { countLiveConnection, countLiveNotices, type LogTable, type LogValue } from '../../shared/diagnostics/index.js';
import type { LiveRecord } from '../../shared/realtime/index.js';
import type { DiagnosticsCapability } from '../diagnostics/capability.js';
import type { Foundation } from '../foundation.js';

export const liveChatLog: LogTable = {
  name: 'DomicileLiveChat',
  category: 'LiveChatOperational',
  summary: 'What became of a connection of live chat, or of what was to be told over it; ACS has no such table.',
  columns: {
    TimeGenerated: { type: 'datetime', holds: 'when it happened' },
    Category: { type: 'string', holds: 'the category of the table' },
    OperationName: {
      type: 'string',
      holds:
        '`ConnectionOpened`, `ConnectionClosed`, `ConnectionRefused`, `NoticesDelivered`, `NoticesFailed`, `NoticesDropped` or `NoticesUnread`',
    },
    Level: { type: 'string', holds: '`Informational`, or `Warning` when somebody was not told or not let in' },
    Transport: { type: 'string', holds: '`WebSocket` or `LongPoll`' },
    ConnectionId: { type: 'string', holds: 'random id of the connection' },
    ChatThreadId: { type: 'string', holds: 'id of the thread' },
    Notices: { type: 'long', holds: 'how many notices, over all who were told' },
    Recipients: { type: 'long', holds: 'how many people were told' },
    UserId: { type: 'string', holds: 'raw id of who has connected', person: 'identity' },
  },
};

const operationNames = {
  opened: 'ConnectionOpened',
  closed: 'ConnectionClosed',
  refused: 'ConnectionRefused',
  delivered: 'NoticesDelivered',
  failed: 'NoticesFailed',
  dropped: 'NoticesDropped',
  unread: 'NoticesUnread',
} as const;
const uneventful: ReadonlySet<string> = new Set(['opened', 'closed', 'delivered']);
const transports = { socket: 'WebSocket', poll: 'LongPoll' } as const;

export type LiveLogParts = Pick<Foundation, 'clock' | 'directory'> & Pick<DiagnosticsCapability, 'write'>;

/** @throws never: what cannot be logged is reported */
export function liveLog(
  { clock, directory, write }: LiveLogParts,
  reportFailure: (failure: unknown) => void,
): (record: LiveRecord) => void {
  const log = async (resourceId: string, columns: Readonly<Record<string, LogValue | undefined>>) => {
    const at = clock.now();
    const resource = await directory.withId(resourceId);
    if (resource !== undefined) {
      write(resource, liveChatLog, at, columns);
    }
  };
  return (record) => {
    if (record.kind === 'connection') {
      countLiveConnection(record.what);
    } else {
      countLiveNotices(record.outcome, record.notices);
    }
    const resourceId = record.kind === 'connection' ? record.resourceId : record.place?.resourceId;
    if (resourceId !== undefined) {
      void log(resourceId, columnsOf(record)).catch(reportFailure);
    }
  };
}

function columnsOf(record: LiveRecord): Readonly<Record<string, LogValue | undefined>> {
  const word = record.kind === 'connection' ? record.what : record.outcome;
  return {
    OperationName: operationNames[word],
    Level: uneventful.has(word) ? 'Informational' : 'Warning',
    Transport: record.via && transports[record.via],
    ConnectionId: record.connectionId,
    ...(record.kind === 'connection'
      ? { UserId: record.rawId }
      : { ChatThreadId: record.place?.threadId, Notices: record.notices, Recipients: record.recipients }),
  };
}
