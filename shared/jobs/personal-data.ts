// What jobs keep, for the data map.
import { dataStore } from '../data-map/index.js';
import type { Storage } from '../storage/index.js';

export const jobs = dataStore<Storage>({
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
  expired: async () => 0,
});

export const jobQueue = dataStore<Storage>({
  name: 'jobqueue',
  area: 'work in progress',
  medium: 'queue',
  holds: 'Random ids of jobs that are to be worked on',
  personalData: [],
  keptFor: 'until the job is worked on',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  expired: async () => 0,
});

export const sweepQueue = dataStore<Storage>({
  name: 'sweepqueue',
  area: 'work in progress',
  medium: 'queue',
  holds: 'Word that a sweep has more to do',
  personalData: [],
  keptFor: 'until the next sweep',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  expired: async () => 0,
});

export const operationRecords = dataStore<Storage>({
  name: 'operations',
  area: 'work in progress',
  medium: 'table',
  holds: 'Long-running operations: kind, status and result, such as the size of an archive; never whom it is about',
  personalData: [],
  keptFor: 'a week after the operation has ended; an archive’s as long as the archive',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  expired: async () => 0,
});
