// Which events a resource tells, and whether with what people wrote: the owner's setting of the resource.
import { operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import type { EventSettings } from '../../shared/geography/index.js';
import type { ResourceDirectory } from '../../shared/resources/index.js';
import { WrittenEventSettings } from '../event-settings.js';

const common = { service: 'events', auth: accessKey } as const;

/** @param defaults what holds where the owner has not chosen */
export function eventSettingsOperations(resources: Pick<ResourceDirectory, 'setEvents'>, defaults: EventSettings) {
  return [
    operation({
      ...common,
      name: 'events-get-settings',
      summary: 'Gets which events the resource tells, and whether with what people wrote.',
      route: 'GET events/settings',
      returns: WrittenEventSettings,
      ok: async ({ resource }) => toWritten(resource.events ?? defaults),
    }),
    operation({
      ...common,
      name: 'events-set-settings',
      summary: 'Sets which events the resource tells, and whether with what people wrote; without: ids only.',
      route: 'PUT events/settings',
      body: WrittenEventSettings,
      returns: WrittenEventSettings,
      ok: async ({ resource, body }) => {
        await resources.setEvents(resource, body);
        return body;
      },
    }),
  ];
}

function toWritten({ types, content }: EventSettings) {
  return { types: typeof types === 'string' ? types : [...types], content };
}
