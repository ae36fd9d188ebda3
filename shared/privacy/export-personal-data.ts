// What exports keep, for the data map.
import { byPartition, dataStore, explainKept, holdsNobody } from '../data-map/index.js';
import { toSeconds } from '../time/instant.js';
import { dropChangedKind, dropExportKind } from './due-kinds.js';
import type { Archives } from './export-archives.js';

export const exports = dataStore<Archives>({
  name: 'exports',
  area: 'persons',
  rank: 'copies',
  medium: 'blob',
  holds: 'Archives of exported persons, until they are fetched',
  belongsTo: byPartition,
  personalData: ['everything that was exported', 'words of others in it: topics, and what the person received'],
  keptFor:
    '24 hours, never longer than anything in it, and only until somebody in it is erased, or a message, image or thread in it is edited or deleted',
  locate: async (identifier, { opened, resourceId }) => {
    let items = 0;
    let since = Number.POSITIVE_INFINITY;
    let keptUntil = 0;
    for await (const archive of opened.waiting(resourceId, identifier)) {
      items += 1;
      since = Math.min(since, archive.createdOn);
      keptUntil = Math.max(keptUntil, archive.expiresOn);
    }
    return items === 0 ? { items } : { items, since, keptUntil };
  },
  async *exportItems(identifier, { opened, resourceId }) {
    for await (const { createdOn, expiresOn, sizeBytes } of opened.waiting(resourceId, identifier)) {
      yield { record: { createdOn: toSeconds(createdOn), expiresOn: toSeconds(expiresOn), sizeBytes } };
    }
  },
  exportedFields: {
    createdOn: 'When an archive with something of yours inside was asked for',
    expiresOn: 'When that archive will be gone',
    sizeBytes: 'Its size',
  },
  erase: async (identifier, { opened, resourceId }) => {
    const { erased, hasMore } = await opened.eraseWith(resourceId, identifier);
    return hasMore ? { erased, cursor: 'more' } : { erased };
  },
  isOfSubscriptions: true,
  lateWrites: {
    settled: ['an export, which asks after each person it notes, and looks after its last write whether it was erased'],
  },
  eraseResource: ({ opened, resourceId }) => opened.removeAllOf(resourceId),
  expired: {
    due: {
      [dropExportKind]: (id, { opened }) => opened.drop(id),
      [dropChangedKind]: (id, { opened, now }) => opened.dropChanged(id, now),
    },
  },
  explain: {
    kind: 'export',
    explain: async (operationId, { opened, resourceId }) => {
      const archive = await opened.find(resourceId, operationId);
      return (
        archive &&
        explainKept(
          'An archive is kept for 24 hours, never longer than anything in it, and only until somebody in it is erased, or a message, image or thread in it is edited or deleted.',
          archive.createdOn,
          archive.expiresOn,
        )
      );
    },
  },
});

export const exportSubjects = dataStore<Archives>({
  name: 'exportsubjects',
  area: 'persons',
  rank: 'copies',
  medium: 'table',
  holds: 'Of whom and of which thread something is in which waiting archive, as keyed hashes',
  belongsTo: { resourceOf: ({ partition }) => partition.split('!', 2)[1] },
  personalData: [],
  keptFor: 'as long as the archive',
  // Found and erased with the archives.
  ...holdsNobody,
  eraseResource: ({ opened, resourceId }) => opened.forgetSubjectsOf(resourceId),
  expired: 'With the archive',
});
