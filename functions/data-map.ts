// Every store of data there is, in one list; what is not in it cannot be opened.
import { createDataMap, type DataMap } from '../shared/data-map/index.js';
import { chatExpiredThreads, chatImages, chatThreads, chatUserIndex } from '../shared/chat/index.js';
import { identities, revocations } from '../shared/identity/index.js';
import { jobQueue, jobs, operationRecords, sweepQueue } from '../shared/jobs/index.js';
import { auditRecords, exports, exportSubjects, persons, receipts } from '../shared/privacy/index.js';
import { recordings } from '../shared/recording/index.js';
import { residencyRecords } from '../shared/residency/index.js';
import { resourceItems, resources } from '../shared/resources/index.js';
import { dueIndexStore } from '../shared/storage/index.js';

/** Every store of data there is; what is not listed cannot be opened. */
export const dataMap: DataMap = createDataMap([
  resources,
  resourceItems,
  identities,
  revocations,
  chatImages,
  chatThreads,
  chatUserIndex,
  chatExpiredThreads,
  recordings,
  dueIndexStore,
  jobs,
  jobQueue,
  sweepQueue,
  operationRecords,
  persons,
  exports,
  exportSubjects,
  receipts,
  auditRecords,
  residencyRecords,
]);
