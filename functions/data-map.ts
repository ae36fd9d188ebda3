// Every store of data there is, in one list, a line a capability; what is not in it cannot be opened.
import { revocations } from '../shared/announcements/index.js';
import { chatExpiredThreads, chatImages, chatThreads, chatUserIndex } from '../shared/chat/index.js';
import { createDataMap, type DataMap } from '../shared/data-map/index.js';
import { resourceItems, suppressedAddresses } from '../shared/email/index.js';
import { identities } from '../shared/identity/index.js';
import { jobQueue, jobs, operationRecords } from '../shared/jobs/index.js';
import { auditRecords, exports, exportSubjects, persons, receipts } from '../shared/privacy/index.js';
import { recordings } from '../shared/recording/index.js';
import { residencyRecords } from '../shared/residency/index.js';
import { resources } from '../shared/resources/index.js';
import { sweepQueue } from '../shared/retention/index.js';
import { dueIndexStore } from '../shared/storage/index.js';

export const dataMap: DataMap = createDataMap(
  [
    [identities, revocations],
    [chatImages, chatThreads, chatUserIndex, chatExpiredThreads],
    [recordings],
    [suppressedAddresses, resourceItems],
    [persons, exports, exportSubjects, receipts, auditRecords],
    [resources],
    [dueIndexStore, jobs, jobQueue, operationRecords],
    [sweepQueue],
    [residencyRecords],
  ].flat(),
);
