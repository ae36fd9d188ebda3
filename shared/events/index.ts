// What capabilities use to tell the outside what has happened.
export {
  AskedList,
  AskedName,
  AskedReplay,
  AskedSubscription,
  AskedWait,
} from './broker-contract.js';
export { type BrokerClient, brokerClient } from './broker-client.js';
export { type DeadLetter, DeadLetters } from './dead-letters.js';
export { eventGridTopic } from './event-grid-topic.js';
export { eventId } from './event-id.js';
export { eventNames, eventPrefix, isEventName } from './event-name.js';
export { eventRowRules, EventRows, type KeptEvent, type RowEvent } from './event-rows.js';
export { defaultEventSettings, tellsAnything, type WireEvent } from './event-settings.js';
export { EventTeller, type TellingResource } from './event-teller.js';
export { EventTypes } from './event-types.js';
export { EventIdentifier, toEventIdentifier } from './identifier-model.js';
export { LogMarker } from './log-marker.js';
export type { LogPortion, LogSource, ToldEntry } from './log-source.js';
export { LogTeller } from './log-teller.js';
export { type LogRef, Marks } from './marks.js';
export { type EventType, eventType, type RaisedEvent } from './model.js';
export { eventDeadLetters, eventMarks, eventRowStores, takenEvents } from './personal-data.js';
export { type EventLog, TakenEvents } from './taken-events.js';
export { toRecipient } from './to-recipient.js';
export { type Topic, TopicUnavailable } from './topic.js';
export type { EventTopicSettings } from './topic-settings.js';
