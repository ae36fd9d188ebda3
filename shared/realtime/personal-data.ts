// What live chat keeps, for the data map: who has a connection. What is told is kept nowhere.
import type { Announcements } from '../announcements/index.js';
import { byPartition, dataStore, holdsNobody, ofGeography, type PersonalIdentifier } from '../data-map/index.js';
import { eraseRows, type Table } from '../storage/index.js';
import { toSeconds } from '../time/instant.js';
import { type Connections, dropConnectionKind } from './connections.js';
import { dropPointers, dropPointersKind } from './pointers.js';

/** What the walks go through. */
export interface OpenedConnections {
  readonly table: Table;
  readonly connections: Connections;
  readonly announcements: Pick<Announcements, 'subjectOf'>;
  closeSocket(id: string): Promise<void>;
}

export const liveConnections = dataStore<OpenedConnections>({
  name: 'liveconnections',
  area: 'live chat',
  rank: 'index',
  medium: 'table',
  holds: 'The connections of live chat: a row each, with a keyed hash of the identity id',
  belongsTo: byPartition,
  personalData: ['keyed hash of the identity id'],
  keptFor:
    'while the connection is open, at most until its token expires, which is a day, or an hour longer while Web PubSub does not close it',
  locate: async (identifier, access) => {
    const rows = await rowsOf(identifier, access);
    const since = rows.map((row) => Number(row['since']));
    const until = rows.map((row) => Number(row['until']));
    return rows.length === 0
      ? { items: 0 }
      : { items: rows.length, since: Math.min(...since), keptUntil: Math.max(...until) };
  },
  async *exportItems(identifier, access) {
    for (const row of await rowsOf(identifier, access)) {
      const { since, until, via } = row;
      yield {
        record: { since: toSeconds(Number(since)), until: toSeconds(Number(until)), via },
        keptUntil: Number(until),
      };
    }
  },
  exportedFields: {
    since: 'Since when a window of yours is connected to live chat',
    until: 'When it will be closed at the latest',
    via: 'How it is connected',
  },
  erase: async (identifier, { opened, resourceId }) => {
    const user = userOf(identifier, opened);
    return { erased: user === undefined ? 0 : await opened.connections.removeAllOf({ resourceId, user }) };
  },
  lateWrites: 'A connection is one write of one request, whose token is looked at right before',
  eraseResource: ({ opened, resourceId }) => eraseRows(opened.table, { partition: resourceId }),
  expired: {
    due: { [dropConnectionKind]: (id, { opened, now }) => opened.connections.drop(id, now, opened.closeSocket) },
  },
});

export const livePointers = dataStore<Table>({
  name: 'livepointers',
  area: 'live chat',
  rank: 'index',
  medium: 'table',
  holds:
    'Which stretches of which threads, and which receipts of them, those who poll may have to be told of: keys, numbers and times, in order of time',
  belongsTo: { resourceOf: () => ofGeography, outlivesResource: true },
  personalData: [],
  keptFor: 'about ten minutes at most; whoever polls is told of it for two',
  ...holdsNobody,
  eraseResource: 'Random keys of threads and numbers; they go within minutes',
  expired: { due: { [dropPointersKind]: (_id, { opened, realNow }) => dropPointers(opened, realNow) } },
});

async function rowsOf(
  identifier: PersonalIdentifier,
  { opened, resourceId }: { readonly opened: OpenedConnections; readonly resourceId: string },
) {
  const user = userOf(identifier, opened);
  return user === undefined ? [] : opened.connections.listOf({ resourceId, user });
}

function userOf(identifier: PersonalIdentifier, { announcements }: OpenedConnections): string | undefined {
  return identifier.kind === 'identity' ? announcements.subjectOf(identifier.rawId) : undefined;
}
