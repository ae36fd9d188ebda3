// How messages of the system name people: entries of the log only refer to them, and the state of the thread keeps each
// name once, with whose word it is. Entries of earlier builds have names of their own, which count while the state has none.
import { newestReadable, type ReadAccess } from './access.js';
import type { GivenName, IdentifiedMessage, Member, NamedParticipant, ThreadState } from './model.js';

/** Names of former members that are kept, characters of JSON; they share one row with everything else in the state. */
const maxFormerNames = 16_384;

/** Puts names into the messages of a page, as one reader may know them. */
export function naming(state: ThreadState, access: ReadAccess): (message: IdentifiedMessage) => IdentifiedMessage {
  const newest = newestReadable(access);
  let names: Map<string, GivenName> | undefined;
  return (message) => {
    if (!('participants' in message)) {
      return message;
    }
    names ??= new Map([...(state.formerNames ?? []), ...state.members].map((each) => [each.id, each]));
    const known = names;
    return { ...message, participants: message.participants.map((each) => named(each, known.get(each.id), newest)) };
  };
}

function named(
  participant: NamedParticipant,
  given: GivenName | undefined,
  newest: number | undefined,
): NamedParticipant {
  if (given?.displayName === undefined) {
    return participant;
  }
  const { displayName: copy, ...rest } = participant;
  const { displayName, namedSince } = given;
  // What was given after the reader left is not for them. Earlier builds did not keep since when.
  const isKnown = newest === undefined || (namedSince === undefined ? copy === displayName : namedSince <= newest);
  return isKnown ? { ...rest, displayName } : rest;
}

/** The names of former members when one more leaves; the oldest go when there are too many. */
export function formerNamesWith({ formerNames = [] }: ThreadState, leaving: Member): readonly GivenName[] {
  const names = formerNames.filter(({ id }) => id !== leaving.id);
  const { id, displayName, namedBy, namedSince } = leaving;
  if (displayName !== undefined) {
    names.push({
      id,
      displayName,
      ...(namedBy !== undefined && { namedBy }),
      ...(namedSince !== undefined && { namedSince }),
    });
  }
  let length = JSON.stringify(names).length;
  while (length > maxFormerNames) {
    length -= JSON.stringify(names.shift()).length + 1;
  }
  return names;
}
