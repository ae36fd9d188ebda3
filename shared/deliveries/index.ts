// What capabilities use to hand something to the outside.
export { lastHourReason } from './attempt.js';
export type { Carrier, Outcomes, Parcel, RecipientOutcome } from './carrier.js';
export type { DeliveryMetrics } from './metrics.js';
export type { DeliveryFacts, DeliveryOrder, FinalOutcome, Recipient, ToldOutcome } from './model.js';
export { Outbox, type OutboxOptions, type OutboxTrouble } from './outbox.js';
export type { OutboxRules } from './parts.js';
export { type OpenedOutbox, type OutboxDescription, type OutboxStores, outboxStores } from './personal-data.js';
