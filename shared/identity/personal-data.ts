// What the identity capability keeps, for the data map.
import { dataStore, type PersonalIdentifier } from '../data-map/index.js';
import { type Columns, shardOf, type Storage, type Stored, type Table } from '../storage/index.js';
import { toSeconds } from '../time/instant.js';
import { parseUserRawId } from './raw-id.js';
import { revocationLifeMs } from './limits.js';

export const identities = dataStore<Storage>({
  name: 'identities',
  area: 'identities',
  medium: 'table',
  shards: 16,
  holds: 'The directory of communication users: one row an identity, with its creation time and token generation',
  personalData: ['identity id'],
  keptFor: 'until the identity or its resource is deleted',
  locate: async (identifier, access) => {
    const row = await findRow(identifier, access.opened, access.resourceId);
    return row === undefined ? { items: 0 } : { items: 1, since: Number(row['createdOn']) };
  },
  async *exportItems(identifier, access) {
    const row = await findRow(identifier, access.opened, access.resourceId);
    if (row !== undefined && identifier.kind === 'identity') {
      yield { record: { id: identifier.rawId, createdOn: toSeconds(Number(row['createdOn'])) } };
    }
  },
  exportedFields: { id: 'Id of the identity', createdOn: 'When the identity was made' },
  erase: async (identifier, access) => {
    const row = await findRow(identifier, access.opened, access.resourceId);
    if (row === undefined) return { erased: 0 };
    await tableOf(access.opened, row.rowKey).remove(row.partitionKey, row.rowKey);
    return { erased: 1 };
  },
  expired: async () => 0,
});

export const revocations = dataStore<Storage>({
  name: 'revocations',
  area: 'identities',
  medium: 'table',
  holds: 'The identities whose tokens were revoked, or which were deleted, lately; as keyed hashes, in order of time',
  personalData: [],
  keptFor:
    '25 hours, an hour longer than the longest life of a token; of a deleted identity also until its erasure is done',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  remains: async (identifier, { now }) =>
    identifier.kind === 'identity'
      ? {
          what: 'Keyed hashes of the deleted identity ids',
          why: 'Tokens that were issued before the deletion are refused by them until the last one has expired.',
          until: now + revocationLifeMs,
        }
      : undefined,
  expired: async ({ opened, now, realNow }, limit) => {
    const table = opened.table(revocations);
    // By real time too: product time may have been moved, and a revocation must not be forgotten by that.
    const to = String(Math.max(0, Math.floor(realNow - revocationLifeMs))).padStart(14, '0');
    const page = await table.query<Columns>({ partition: 'log', from: '', to, top: Math.min(limit, 100) });
    const due = page.rows.filter((row) => Number(row['until']) <= now);
    if (due.length > 0) {
      await table.transaction(
        'log',
        due.map(({ rowKey }) => ({ kind: 'remove', rowKey })),
      );
    }
    return due.length;
  },
});

function tableOf(storage: Storage, userPart: string): Table {
  return storage.table(identities, shardOf(identities, userPart));
}

async function findRow(
  identifier: PersonalIdentifier,
  storage: Storage,
  resourceId: string,
): Promise<Stored<Columns> | undefined> {
  const id = identifier.kind === 'identity' ? parseUserRawId(identifier.rawId) : undefined;
  if (id === undefined || id.resourceId !== resourceId) return undefined;
  return tableOf(storage, id.userPart).get<Columns>(id.resourceId, id.userPart);
}
