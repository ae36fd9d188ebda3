// How an event is handed to a webhook, in one of the two schemas, and what its answer means.
// https://learn.microsoft.com/azure/event-grid/delivery-and-retry
import type { DeliveredEvent, Subscription } from './model.js';
import type { WebhookRequest } from './post-webhook.js';

const minute = 60_000;
const hour = 60 * minute;
/** When an event is handed over again, after the first time, the second, ...; the last of them again and again. */
const backOff = [10_000, 30_000, minute, 5 * minute, 10 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour];

/** @param attempts how often it was handed over, from 1 */
export function backOffMs(attempts: number): number {
  return backOff[Math.min(attempts, backOff.length) - 1] ?? 0;
}

/** What a webhook answers that has it, that will never take it, and everything else. */
export function meaningOf(status: number): 'taken' | 'refused' | 'later' {
  if (status >= 200 && status <= 204) {
    return 'taken';
  }
  return status === 400 || status === 413 ? 'refused' : 'later';
}

export function toRequest(
  event: DeliveredEvent,
  { name, deliverySchema }: Subscription,
  attempts: number,
): WebhookRequest {
  const isCloud = deliverySchema === 'CloudEventSchemaV1_0';
  return {
    method: 'POST',
    headers: {
      'content-type': isCloud ? 'application/cloudevents+json; charset=utf-8' : 'application/json; charset=utf-8',
      'aeg-event-type': 'Notification',
      'aeg-subscription-name': name.toUpperCase(),
      'aeg-delivery-count': String(attempts),
      'aeg-data-version': event.dataVersion,
      'aeg-metadata-version': '1',
    },
    body: JSON.stringify(isCloud ? toCloudEvent(event) : [event]),
  };
}

function toCloudEvent({ id, topic, subject, eventType, eventTime, data }: DeliveredEvent) {
  return { id, source: topic, specversion: '1.0', type: eventType, subject, time: eventTime, data };
}
