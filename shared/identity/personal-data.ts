// What the identity capability keeps, for the data map.
import { byPartition, type DataStore, dataStore, explainKept, type PersonalIdentifier } from '../data-map/index.js';
import {
  type Columns,
  eraseInShards,
  eraseRows,
  shardOf,
  type Storage,
  StorageNotFound,
  type Stored,
  type Table,
} from '../storage/index.js';
import { toSeconds } from '../time/instant.js';
import { parseUserRawId } from './raw-id.js';
import { revocationLifeMs } from './limits.js';
import type { RevocationLog } from './revocation-log.js';
import { realTimeOf, revocationKey, revocationPartition } from './revocation-key.js';

/** What the walks of the directory go through. */
export interface IdentityDirectory {
  readonly storage: Storage;
  readonly revocations: Pick<RevocationLog, 'catchUp' | 'buriedUntil'>;
}

const identityShards = 16;

export const identities: DataStore<IdentityDirectory> = dataStore<IdentityDirectory>({
  name: 'identities',
  area: 'identities',
  medium: 'table',
  shards: identityShards,
  holds: 'The directory of communication users: one row an identity, with its creation time and token generation',
  belongsTo: byPartition,
  personalData: ['identity id'],
  keptFor: 'until the identity or its resource is deleted',
  locate: async (identifier, access) => {
    const row = await findRow(identifier, access.opened.storage, access.resourceId);
    return row === undefined ? { items: 0 } : { items: 1, since: Number(row['createdOn']) };
  },
  async *exportItems(identifier, access) {
    const row = await findRow(identifier, access.opened.storage, access.resourceId);
    if (row !== undefined && identifier.kind === 'identity') {
      yield { record: { id: identifier.rawId, createdOn: toSeconds(Number(row['createdOn'])) } };
    }
  },
  exportedFields: { id: 'Id of the identity', createdOn: 'When the identity was made' },
  erase: async (identifier, access) => {
    const row = await findRow(identifier, access.opened.storage, access.resourceId);
    if (row === undefined) return { erased: 0 };
    await tableOf(access.opened.storage, row.rowKey).remove(row.partitionKey, row.rowKey);
    return { erased: 1 };
  },
  eraseResource: ({ opened, resourceId }, cursor) =>
    eraseInShards(identityShards, cursor, (shard) =>
      eraseRows(opened.storage.table(identities, shard), { partition: resourceId }),
    ),
  expired: 'Nothing; an identity has no time',
  explain: {
    kind: 'identity',
    isIdPersonal: true,
    explain: async (rawId, { opened, resourceId, now }) => {
      if (parseUserRawId(rawId)?.resourceId !== resourceId) return undefined;
      await opened.revocations.catchUp();
      const until = opened.revocations.buriedUntil(rawId);
      if (until !== undefined && until > now) {
        const since = until - revocationLifeMs;
        const policy = 'The identity is deleted. What is left is a keyed hash of its id, which refuses its tokens.';
        return { ...explainKept(policy, since, until), invisibleFrom: since };
      }
      const row = await findRow({ kind: 'identity', rawId }, opened.storage, resourceId);
      return row && { policy: 'An identity is kept until it is deleted.', since: Number(row['createdOn']) };
    },
  },
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
  eraseResource: 'Keyed hashes, which say nothing without the key; they go within 25 hours',
  expired: {
    inOrderOfTime: async ({ opened, now, realNow }, limit) => {
      const table = opened.table(revocations);
      // By real time too: product time may have been moved, and a revocation must not be forgotten by that.
      const to = revocationKey(Math.max(0, realNow - revocationLifeMs), '');
      const page = await table.query<Columns>({ partition: revocationPartition, to, top: Math.min(limit, 100) });
      const due = page.rows.filter((row) => Number(row['until']) <= now);
      if (due.length === 0) return { removed: 0, oldestOverdueMs: 0 };
      const overdueMs = due.map((row) =>
        Math.min(now - Number(row['until']), realNow - revocationLifeMs - realTimeOf(row.rowKey)),
      );
      try {
        const actions = due.map(({ rowKey }) => ({ kind: 'remove' as const, rowKey }));
        await table.transaction(revocationPartition, actions);
      } catch (error) {
        // Another sweep is at it.
        if (error instanceof StorageNotFound) return { removed: 0, oldestOverdueMs: 0 };
        throw error;
      }
      return { removed: due.length, oldestOverdueMs: Math.max(...overdueMs) };
    },
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
