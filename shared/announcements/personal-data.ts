// What the list of announcements keeps, for the data map.
import { dataStore, holdsNobody } from '../data-map/index.js';
import { type Columns, StorageNotFound, type Table } from '../storage/index.js';
import { announcementKey, announcementPartition, realTimeOf } from './announcement-key.js';
import { announcementLifeMs } from './limits.js';

export const revocations = dataStore<Table>({
  name: 'revocations',
  area: 'identities',
  rank: 'directory',
  medium: 'table',
  holds:
    'The identities whose tokens were revoked, or which were deleted, the numbers and addresses that were erased, and who began or ended a connection of live chat, lately; as keyed hashes, in order of time',
  personalData: [],
  keptFor:
    '25 hours, an hour longer than the longest life of a token; of a deleted identity also until its erasure is done',
  ...holdsNobody,
  isOfSubscriptions: true,
  remains: async (identifier, { now, subscriptionId }) => {
    const until = now + announcementLifeMs;
    switch (identifier.kind) {
      case 'identity':
        return subscriptionId === undefined
          ? {
              what: 'Keyed hashes of the deleted identity ids',
              why: 'Tokens that were issued before the deletion are refused by them until the last one has expired.',
              until,
            }
          : undefined;
      case 'phoneNumber':
      case 'email':
        return {
          what: 'Keyed hashes of the erased numbers and addresses',
          why: 'Work that began before the erasure is kept by them from writing about the person again.',
          until,
        };
      case 'name':
        return undefined;
    }
  },
  eraseResource: 'Keyed hashes, which say nothing without the key; they go within 25 hours',
  expired: {
    inOrderOfTime: async ({ opened, now, realNow }, limit) => {
      // By real time too: product time may have been moved, and an announcement must not be forgotten by that.
      const to = announcementKey(Math.max(0, realNow - announcementLifeMs), '');
      const page = await opened.query<Columns>({ partition: announcementPartition, to, top: Math.min(limit, 100) });
      const due = page.rows.filter((row) => Number(row['until']) <= now);
      if (due.length === 0) {
        return { removed: 0, oldestOverdueMs: 0 };
      }
      const overdueMs = due.map((row) =>
        Math.min(now - Number(row['until']), realNow - announcementLifeMs - realTimeOf(row.rowKey)),
      );
      try {
        const actions = due.map(({ rowKey }) => ({ kind: 'remove' as const, rowKey }));
        await opened.transaction(announcementPartition, actions);
      } catch (error) {
        // Another sweep is at it.
        if (error instanceof StorageNotFound) {
          return { removed: 0, oldestOverdueMs: 0 };
        }
        throw error;
      }
      return { removed: due.length, oldestOverdueMs: Math.max(...overdueMs) };
    },
  },
});
