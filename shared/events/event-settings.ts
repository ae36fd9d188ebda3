// Which events a resource tells, and whether with what people wrote: the owner's choice, over that of the deployment.
import { eventPrefix } from './event-name.js';
import type { EventSettings } from '../geography/index.js';
import type { RaisedEvent } from './model.js';

/** Where nobody has chosen: as ACS, where a subscription chooses. */
export const defaultEventSettings: EventSettings = { types: 'all', content: true };

export function tellsAnything({ types }: EventSettings): boolean {
  return types !== 'none' && types.length > 0;
}

/** Whether a resource tells events of this type. */
export function tells({ types }: EventSettings, name: string): boolean {
  return types === 'all' || (types !== 'none' && types.includes(name));
}

/** An event on the wire, in the Event Grid schema. Event Grid adds `topic` in full and `metadataVersion`. */
export interface WireEvent {
  readonly id: string;
  readonly eventType: string;
  readonly subject: string;
  readonly eventTime: string;
  readonly dataVersion: string;
  readonly data: object;
}

export function toWire(
  { id, type, subject, data }: RaisedEvent,
  eventTime: string,
  settings: EventSettings,
): WireEvent {
  return {
    id,
    eventType: `${eventPrefix}${type.name}`,
    subject,
    eventTime,
    dataVersion: '1.0',
    data: settings.content ? data : type.withoutContent(data),
  };
}
