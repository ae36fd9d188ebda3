// What jobs keep, for the data map.
import { byPartition, dataStore, explainKept } from '../data-map/index.js';
import type { Operations } from './operations.js';
import { wakeJob, wakeJobKind, type WakeParts } from './wake-job.js';

/** Kind of the due work that removes records of operations whose time has come. */
export const dropOperationKind = 'drop-operation';

export const jobs = dataStore<WakeParts>({
  name: 'jobs',
  area: 'work in progress',
  medium: 'table',
  holds: 'Work in progress, such as an erasure: whom it concerns and how far it has come',
  personalData: [
    'person ids, identity ids, phone numbers and email addresses that are being erased or exported',
    'object id of an owner who was signed in with Entra ID',
  ],
  keptFor: 'until the work is done',
  // A job about a person is that person's erasure or export itself: it ends by removing its own row.
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  eraseResource: ({ opened, resourceId }, cursor) => opened.store.removeAllOf(resourceId, cursor),
  expired: { due: { [wakeJobKind]: (id, { opened }) => wakeJob(opened, id) } },
});

export const jobQueue = dataStore<unknown>({
  name: 'jobqueue',
  area: 'work in progress',
  medium: 'queue',
  holds: 'Random ids of jobs that are to be worked on',
  personalData: [],
  keptFor: 'until the job is worked on',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  eraseResource: 'A random id that leads to no job is dropped',
  expired: 'The worker removes a message once the job is worked on',
});

export const sweepQueue = dataStore<unknown>({
  name: 'sweepqueue',
  area: 'work in progress',
  medium: 'queue',
  holds: 'Word that a sweep has more to do',
  personalData: [],
  keptFor: 'until the next sweep',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  eraseResource: 'Nothing in it concerns a resource',
  expired: 'The next sweep removes the message',
});

export const operationRecords = dataStore<Operations>({
  name: 'operations',
  area: 'work in progress',
  medium: 'table',
  holds: 'Long-running operations: kind, status and result, such as the size of an archive; never whom it is about',
  belongsTo: byPartition,
  personalData: [],
  keptFor: 'a week after the operation has ended; an archive’s as long as the archive',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  eraseResource: ({ opened, resourceId }) => opened.removeAllOf(resourceId),
  expired: { due: { [dropOperationKind]: (id, { opened }) => opened.drop(id) } },
  explain: {
    kind: 'operation',
    explain: async (id, { opened, resourceId }) => {
      const record = await opened.find(resourceId, id);
      return (
        record &&
        explainKept(
          'The record of an operation is kept while it runs and for a week after; that of an export as long as the archive.',
          record.createdOn,
          record.keptUntil,
        )
      );
    },
  },
});
