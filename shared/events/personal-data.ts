// What events keep, for the data map. Beside it an event that stands in a log waits there and nowhere else: what waits of a
// thread goes with its message, its thread or its person.
import { byPartition, dataStore, type EraseStep, holdsNobody } from '../data-map/index.js';
import { outboxStores } from '../deliveries/index.js';
import type { DeadLetters } from './dead-letters.js';
import type { TakenEvents } from './taken-events.js';

export const eventMarks = dataStore<{ eraseResource(resourceId: string, cursor?: string): Promise<EraseStep> }>({
  ...holdsNobody,
  name: 'eventmarks',
  area: 'events',
  rank: 'index',
  medium: 'table',
  holds: 'Up to which number the changes of a chat thread have been told as events: random keys and numbers',
  belongsTo: byPartition,
  personalData: [],
  keptFor: 'until a quarter of an hour after the last change of the thread, or until all of it is told',
  eraseResource: ({ opened, resourceId }, cursor) => opened.eraseResource(resourceId, cursor),
  expired: 'Who tells the events of a thread removes its mark when nothing is left to tell, every fifteen seconds',
});

export const eventRowStores = outboxStores({
  name: 'eventrows',
  area: 'events',
  holds: 'Events that stand in no log and are not told yet: that a thread was deleted, and what became of mails',
  personalData: ['identity ids', 'addresses and numbers in reports'],
  triedFor: '24 hours',
  explainedAs: 'event',
});

/** The container into which Event Grid itself writes, in Azure. */
export const eventDeadLetters = dataStore<DeadLetters>({
  name: 'eventdeadletters',
  area: 'events',
  rank: 'copies',
  medium: 'blob',
  holds:
    'Events that no subscriber took: whole events, with what people wrote unless the resource tells ids only; of texts neither what they say nor whose they are, unless Event Grid wrote it',
  belongsThrough: {
    keyOf: ({ key }) => key,
    resourceOf: (name, deadLetters) => deadLetters.resourceOf(name),
  },
  personalData: ['identity ids', 'display names', 'message content', 'addresses and numbers in reports'],
  foundBy: 'the identifiers in each event',
  keptFor: '24 hours',
  locate: (identifier, { opened, resourceId }) => opened.locate(identifier, resourceId),
  exportItems: (identifier, { opened, resourceId }, { includesReceived }) =>
    opened.exportItems(identifier, resourceId, includesReceived),
  exportedFields: {
    eventType: 'Type of an event that you are named in and no subscriber took',
    eventTime: 'When it happened',
    subject: 'What it is about',
    data: 'What it says, without what people wrote: that is handed out where they wrote it',
  },
  erase: (identifier, { opened, resourceId }) => opened.erase(identifier, resourceId),
  remains: async (_identifier, { opened, now }) => opened.remains(now),
  lateWrites: { settled: ['keeping an event that the topic refuses, or that no subscriber of the emulator takes'] },
  eraseResource: ({ opened, resourceId }) => opened.eraseResource(resourceId),
  expired: { inOrderOfTime: ({ opened }, limit) => opened.removeExpired(limit) },
});

/** What has left: the topic hands it over, and forgets it. The emulator's broker keeps it for looking, and gives it out. */
export const takenEvents = dataStore<TakenEvents>({
  name: 'takenevents',
  area: 'events',
  rank: 'copies',
  medium: 'outside',
  liesIn: 'the Event Grid of the region, and the systems of its subscribers; in the emulator its broker',
  holds: 'Events that the topic has taken: on their way to whoever has subscribed to them',
  personalData: ['identity ids', 'display names', 'message content', 'addresses and numbers in reports'],
  foundBy: 'the identifiers in each event, in the emulator',
  keptFor: 'until they are handed over, 24 hours at the most; in the emulator the newest 10,000',
  locate: async (identifier, { opened, resourceId }) => ({ items: await opened.count(identifier, resourceId) }),
  exportItems: (identifier, { opened, resourceId }, { includesReceived }) =>
    opened.exportItems(identifier, resourceId, includesReceived),
  exportedFields: {
    eventType: 'Type of an event that you are named in',
    eventTime: 'When it happened',
    subject: 'What it is about',
    data: 'What it says, without what people wrote: that is handed out where they wrote it',
  },
  erase: async (identifier, { opened, resourceId }) => ({ erased: await opened.erase(identifier, resourceId) }),
  remains: async (_identifier, { opened, now }) => opened.remains(now),
  lateWrites: 'Events are told from what is shown of the person at that moment; nothing is told of who was deleted',
  eraseResource: async ({ opened, resourceId }) => ({ erased: await opened.eraseResource(resourceId) }),
  expired: 'The topic forgets an event when it is handed over or its day is over; the emulator keeps the newest',
});
