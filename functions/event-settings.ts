// The setting that says where events go, and what is told where a resource's owner has not chosen.
import { z } from 'zod';
import { isEventName, type EventTopicSettings } from '../shared/events/index.js';
import type { EventSettings } from '../shared/geography/index.js';
import { isLoopback } from '../shared/storage/index.js';

/** Which events a resource tells, and whether with what people wrote. */
export const WrittenEventSettings = z
  .strictObject({
    types: z.union([z.enum(['all', 'none']), z.array(z.string().refine(isEventName, 'is no event of ACS')).max(53)]),
    content: z.boolean(),
  })
  .meta({ id: 'EventSettings' });

export const EventsSetting = z.strictObject({
  /** Of the publish API. */
  endpoint: z.url().refine((endpoint) => endpoint.startsWith('https:') || isLoopback(endpoint)),
  kind: z.enum(['domain', 'topic']).default('domain'),
  /** Without one the managed identity of the app signs. */
  key: z.string().min(1).optional(),
  types: WrittenEventSettings.shape.types.default('all'),
  content: z.boolean().default(true),
  /** The emulator's broker answers there, which can be asked more. */
  isBroker: z.boolean().default(false),
});

/** Where events go; see shared/events. */
export interface EventsConfig {
  readonly topic: EventTopicSettings;
  readonly defaults: EventSettings;
  readonly isBroker: boolean;
}

/** @param clientId of the managed identity */
export function eventsConfig(
  setting: z.output<typeof EventsSetting> | undefined,
  clientId: string | undefined,
): EventsConfig | undefined {
  if (setting === undefined) {
    return undefined;
  }
  const { endpoint, kind, key, types, content, isBroker } = setting;
  return {
    topic: {
      endpoint,
      kind,
      credential: key === undefined ? { kind: 'managedIdentity', clientId } : { kind: 'key', key },
    },
    defaults: { types, content },
    isBroker,
  };
}
