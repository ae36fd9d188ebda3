// Whom an event is about: identifiers stand in its subject between slashes, or as values in its data, whole.
import { formatIdentifier, parseIdentifier, type PersonalIdentifier } from '../data-map/index.js';

/** What is looked at of an event. */
export interface EventWords {
  readonly subject?: unknown;
  readonly data?: unknown;
}

export function mentions(event: EventWords, identifier: PersonalIdentifier): boolean {
  const own = formatIdentifier(identifier).toLowerCase();
  for (const word of wordsIn(event)) {
    const named = identifier.kind === 'name' ? parseIdentifier(`name:${word}`) : personIn(word);
    if (named !== undefined && formatIdentifier(named).toLowerCase() === own) {
      return true;
    }
  }
  return false;
}

/** Those who can be told by how their identifiers look; each once. */
export function peopleIn(event: EventWords): readonly PersonalIdentifier[] {
  const people = new Map<string, PersonalIdentifier>();
  for (const word of wordsIn(event)) {
    const identifier = personIn(word);
    if (identifier !== undefined) {
      people.set(formatIdentifier(identifier), identifier);
    }
  }
  return [...people.values()];
}

export function othersIn(event: EventWords, identifier: PersonalIdentifier): readonly PersonalIdentifier[] {
  const own = formatIdentifier(identifier);
  return peopleIn(event).filter((each) => formatIdentifier(each) !== own);
}

function* wordsIn({ subject, data }: EventWords): Generator<string> {
  yield* String(subject ?? '').split('/');
  yield* values(data);
}

function* values(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    yield value;
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      if (!isIdOfMessage(name)) {
        yield* values(each);
      }
    }
  }
}

/** Whether a field of this name has a number in it that looks like one of a telephone. */
export function isIdOfMessage(field: string): boolean {
  return field === 'messageId';
}

/**
 * Who is named by a word of an event; a name alone names nobody. A phone number stands in events with and without its plus,
 * and the id of a thread looks like an address.
 */
export function personIn(word: string): PersonalIdentifier | undefined {
  if (word.startsWith('19:')) {
    return undefined;
  }
  const named = parseIdentifier(/^\d+$/.test(word) ? `+${word}` : word.toLowerCase());
  return named?.kind === 'name' ? undefined : named;
}
