// What jobs keep, for the data map.
import { byPartition, dataStore, explainKept, holdsNobody, ofGeography } from '../data-map/index.js';
import { dropOperationKind, type Operations } from './operations.js';
import { formerWakeJobKind, wakeJobKind, type WakeParts } from './wake-at.js';
import { wakeJob } from './wake-job.js';

export const jobs = dataStore<WakeParts>({
  name: 'jobs',
  area: 'work in progress',
  rank: 'proof',
  medium: 'table',
  holds: 'Work in progress, such as an erasure: whom it concerns and how far it has come',
  belongsTo: {
    columns: ['resourceId'],
    // Work of the geography itself is for no resource; neither are the marks of jobs that are parked.
    resourceOf: ({ columns: { resourceId } }) =>
      typeof resourceId === 'string' && resourceId !== '' ? resourceId : ofGeography,
  },
  personalData: [
    'person ids, identity ids, phone numbers and email addresses that are being erased or exported',
    'object id of an owner who was signed in with Entra ID',
  ],
  keptFor: 'until the work is done',
  // A job about a person is that person's erasure or export itself: it ends by removing its own row.
  ...holdsNobody,
  eraseResource: ({ opened, resourceId }, cursor) => opened.store.removeAllOf(resourceId, cursor),
  expired: {
    due: {
      [wakeJobKind]: (id, { opened }) => wakeJob(opened, id),
      [formerWakeJobKind]: (id, { opened }) => wakeJob(opened, id, true),
    },
  },
});

export const jobQueue = dataStore<unknown>({
  name: 'jobqueue',
  area: 'work in progress',
  rank: 'proof',
  medium: 'queue',
  holds: 'Random ids of jobs that are to be worked on',
  personalData: [],
  keptFor: 'until the job is worked on',
  ...holdsNobody,
  eraseResource: 'A random id that leads to no job is dropped',
  expired: 'The worker removes a message once the job is worked on',
});

export const operationRecords = dataStore<Operations>({
  name: 'operations',
  area: 'work in progress',
  rank: 'proof',
  medium: 'table',
  holds: 'Long-running operations: kind, status and result, such as the size of an archive; never whom it is about',
  belongsTo: byPartition,
  personalData: [],
  keptFor: 'a week after the operation has ended; an archive’s as long as the archive',
  ...holdsNobody,
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
