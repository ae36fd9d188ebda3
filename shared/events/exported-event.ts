// What of an event that lies somewhere is handed out to somebody it names: that it was told, and what it was about. What
// people wrote is handed out where they wrote it, to whom it is theirs; and who else is named, only with what was received.
import { formatIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import type { EventTypes } from './event-types.js';
import { eventPrefix } from './event-name.js';
import type { WireEvent } from './event-settings.js';
import { isIdOfMessage, personIn } from './mentions.js';

/** Stands in a subject for somebody else. */
const somebody = '-';

export function exportedEvent(
  types: Pick<EventTypes, 'find'>,
  { eventType, eventTime, subject, data }: Pick<WireEvent, 'eventType' | 'eventTime' | 'subject' | 'data'>,
  identifier: PersonalIdentifier,
  includesReceived: boolean,
): Readonly<Record<string, unknown>> {
  const bare = types.find(eventType.replace(eventPrefix, ''))?.withoutContent(data) ?? {};
  if (includesReceived) {
    return { eventType, eventTime, subject, data: bare };
  }
  const own = formatIdentifier(identifier).toLowerCase();
  const isOther = (text: string) => {
    const named = personIn(text);
    return named !== undefined && formatIdentifier(named).toLowerCase() !== own;
  };
  const shown = subject.split('/').map((part) => (isOther(part) ? somebody : part));
  return { eventType, eventTime, subject: shown.join('/'), data: withoutOthers(bare, isOther) };
}

/** What is about somebody else goes whole: their name stands beside their id. The event itself stays. */
function withoutOthers(data: object, isOther: (text: string) => boolean): object {
  const keep = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map(keep).filter((each) => each !== undefined);
    }
    if (typeof value !== 'object' || value === null) {
      return typeof value === 'string' && isOther(value) ? undefined : value;
    }
    const entries = Object.entries(value).map(([name, each]) => [name, keep(each)] as const);
    return entries.some(([, each]) => each === undefined) ? undefined : Object.fromEntries(entries);
  };
  const entries = Object.entries(data).map(([name, each]) => [name, isIdOfMessage(name) ? each : keep(each)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}
