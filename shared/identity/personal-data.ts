// What the identity capability keeps, for the data map.
import { announcementLifeMs, type Burials } from '../announcements/index.js';
import { byPartition, type DataStore, dataStore, explainKept, type PersonalIdentifier } from '../data-map/index.js';
import { type Columns, eraseInShards, eraseRows, type ShardedTable, type Stored } from '../storage/index.js';
import { toSeconds } from '../time/instant.js';
import { parseUserRawId } from './raw-id.js';

/** What the walks of the directory go through. */
export interface IdentityDirectory {
  readonly tables: ShardedTable;
  readonly burials: Pick<Burials, 'buriedOn'>;
}

const identityShards = 16;

export const identities: DataStore<IdentityDirectory> = dataStore<IdentityDirectory>({
  name: 'identities',
  area: 'identities',
  rank: 'directory',
  medium: 'table',
  shards: identityShards,
  holds: 'The directory of communication users: one row an identity, with its creation time and token generation',
  belongsTo: byPartition,
  personalData: ['identity id'],
  keptFor: 'until the identity or its resource is deleted',
  locate: async (identifier, access) => {
    const row = await findRow(identifier, access.opened.tables, access.resourceId);
    return row === undefined ? { items: 0 } : { items: 1, since: Number(row['createdOn']) };
  },
  async *exportItems(identifier, access) {
    const row = await findRow(identifier, access.opened.tables, access.resourceId);
    if (row !== undefined && identifier.kind === 'identity') {
      yield { record: { id: identifier.rawId, createdOn: toSeconds(Number(row['createdOn'])) } };
    }
  },
  exportedFields: { id: 'Id of the identity', createdOn: 'When the identity was made' },
  erase: async (identifier, access) => {
    const row = await findRow(identifier, access.opened.tables, access.resourceId);
    if (row === undefined) {
      return { erased: 0 };
    }
    await access.opened.tables.of(row.rowKey).remove(row.partitionKey, row.rowKey);
    return { erased: 1 };
  },
  lateWrites: 'A new identity is one write of one request, before anybody knows its id',
  eraseResource: ({ opened, resourceId }, cursor) =>
    eraseInShards(identityShards, cursor, (shard) => eraseRows(opened.tables.at(shard), { partition: resourceId })),
  expired: 'Nothing; an identity has no time',
  explain: {
    kind: 'identity',
    isIdPersonal: true,
    explain: async (rawId, { opened, resourceId, now }) => {
      if (parseUserRawId(rawId)?.resourceId !== resourceId) {
        return undefined;
      }
      const since = await opened.burials.buriedOn(resourceId, { kind: 'identity', rawId });
      const until = (since ?? Number.NEGATIVE_INFINITY) + announcementLifeMs;
      if (since !== undefined && until > now) {
        const policy = 'The identity is deleted. What is left is a keyed hash of its id, which refuses its tokens.';
        return { ...explainKept(policy, since, until), invisibleFrom: since };
      }
      const row = await findRow({ kind: 'identity', rawId }, opened.tables, resourceId);
      return row && { policy: 'An identity is kept until it is deleted.', since: Number(row['createdOn']) };
    },
  },
});

async function findRow(
  identifier: PersonalIdentifier,
  tables: ShardedTable,
  resourceId: string,
): Promise<Stored<Columns> | undefined> {
  const id = identifier.kind === 'identity' ? parseUserRawId(identifier.rawId) : undefined;
  if (id === undefined || id.resourceId !== resourceId) {
    return undefined;
  }
  return tables.of(id.userPart).get<Columns>(id.resourceId, id.userPart);
}
