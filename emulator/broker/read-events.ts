// The body of the publish API: events in the Event Grid schema, each with the name of its domain topic. As strict as Event
// Grid, which refuses the whole request for one wrong event.
import { z } from 'zod';
import { RequestRefused } from '../emulator-error.js';
import type { PublishedEvent } from './model.js';

const maxEventBytes = 1_048_576;

const Published = z.array(
  z.object({
    id: z.string().min(1),
    topic: z.string().min(1),
    subject: z.string().min(1),
    eventType: z.string().min(1),
    eventTime: z.iso.datetime({ offset: true }),
    dataVersion: z.string().default('1.0'),
    metadataVersion: z.string().optional(),
    data: z.unknown(),
  }),
);

/** @returns the events by resource, in their order */
export function readEvents(body: unknown): ReadonlyMap<string, readonly PublishedEvent[]> {
  const parsed = Published.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RequestRefused(400, 'BadRequest', `The events do not fit the schema: ${issue?.path.join('.') ?? ''}.`);
  }
  const byResource = new Map<string, PublishedEvent[]>();
  for (const { topic, metadataVersion: _version, ...event } of parsed.data) {
    if (Buffer.byteLength(JSON.stringify(event)) > maxEventBytes) {
      throw new RequestRefused(413, 'RequestEntityTooLarge', 'An event has 1 MB at most.');
    }
    const events = byResource.get(topic) ?? [];
    events.push(event);
    byResource.set(topic, events);
  }
  return byResource;
}
