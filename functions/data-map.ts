// Every store of data there is, in one list, a line a capability; what is not in it cannot be opened.
import { revocations } from '../shared/announcements/index.js';
import { chatExpiredThreads, chatImages, chatMemory, chatThreads, chatUserIndex } from '../shared/chat/index.js';
import { createDataMap, type DataMap, type StoreIdentity } from '../shared/data-map/index.js';
import { logKeys, logPurges, logSegments, logWorkspace } from '../shared/diagnostics/index.js';
import {
  mailboxMails,
  mailboxMessages,
  mailStores,
  resourceItems,
  sentMails,
  suppressedAddresses,
} from '../shared/email/index.js';
import { eventDeadLetters, eventMarks, eventRowStores, takenEvents } from '../shared/events/index.js';
import { identities } from '../shared/identity/index.js';
import { jobQueue, jobs, operationRecords } from '../shared/jobs/index.js';
import { liveConnections, livePointers } from '../shared/realtime/index.js';
import { auditRecords, exports, exportSubjects, persons, receipts } from '../shared/privacy/index.js';
import { numberItems, phoneNumbers } from '../shared/phone-numbers/index.js';
import { recordings } from '../shared/recording/index.js';
import { residencyRecords } from '../shared/residency/index.js';
import { resourceGroups, resources } from '../shared/resources/index.js';
import { rooms } from '../shared/rooms/index.js';
import { sweepQueue } from '../shared/retention/index.js';
import { callbackStores, callsStore } from '../shared/calling/index.js';
import { phoneTexts, sentTexts, smsOptOuts, textStores } from '../shared/sms/index.js';
import { dueIndexStore } from '../shared/storage/index.js';

export const dataMap: DataMap = createDataMap(
  [
    [identities, revocations],
    [chatMemory, chatImages, chatThreads, chatUserIndex, chatExpiredThreads],
    [callsStore, callbackStores.deliveries, callbackStores.bodies, callbackStores.due, callbackStores.queue],
    [recordings],
    [rooms],
    [mailStores.deliveries, mailStores.bodies, mailStores.due, mailStores.queue, sentMails],
    [textStores.deliveries, textStores.bodies, textStores.due, textStores.queue, sentTexts, smsOptOuts],
    [suppressedAddresses, resourceItems],
    [phoneNumbers, numberItems],
    [livePointers, liveConnections],
    [eventDeadLetters, takenEvents, ...Object.values(eventRowStores), eventMarks],
    [logWorkspace, logSegments, logKeys, logPurges],
    [persons, exports, exportSubjects, receipts, auditRecords],
    [resources, resourceGroups],
    [dueIndexStore, jobs, jobQueue, operationRecords],
    [sweepQueue],
    [residencyRecords],
  ].flat(),
);

/** What an emulator keeps beyond that, and a deployment never. */
export const emulatorStores: readonly StoreIdentity[] = [mailboxMessages, mailboxMails, phoneTexts];
