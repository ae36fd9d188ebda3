// How one reader sees an entry of the log: without anybody who is hidden, and no more than what is theirs to read.
import { hiddenIdentities } from '../data-map/index.js';
import { erasedRawId } from '../identity/index.js';
import type { LogEntry } from '../storage/index.js';
import { asSeen, type ReadAccess } from './access.js';
import { toMessage } from './log-entry.js';
import { messageIdOf } from './message-id.js';
import type { IdentifiedMessage, ThreadState } from './model.js';
import { naming } from './names.js';
import type { ChatParts } from './parts.js';
import { columnsWithout, stateWithout } from './without-people.js';

/** What becomes of an entry for a reader; undefined for what they do not see. */
export type ShowMessage = (entry: LogEntry) => IdentifiedMessage | undefined;

export function showing(
  { isHidden }: Pick<ChatParts, 'isHidden'>,
  state: ThreadState,
  reader: ReadAccess,
): ShowMessage {
  const isGone = hiddenIdentities(isHidden);
  const placeholder = erasedRawId(state.resourceId);
  const withNames = naming(stateWithout(state, isGone) ?? state, reader);
  return (entry) => {
    const columns = columnsWithout(entry.columns, isGone, placeholder);
    const message =
      columns === undefined ? messageOf(state, entry) : toMessage({ ...entry, columns }, messageIdOf(state, entry));
    const visible = message && asSeen(message, reader);
    return visible && withNames(visible);
  };
}

/** What somebody has sent says all of itself, so it is made once of an entry that stays in memory. */
function messageOf(state: ThreadState, entry: LogEntry): IdentifiedMessage | undefined {
  const { made } = entry;
  if (made?.message !== undefined) {
    return made.message as IdentifiedMessage;
  }
  const message = toMessage(entry, messageIdOf(state, entry));
  if (made === undefined || message === undefined || !('sender' in message)) {
    return message;
  }
  made.message = message;
  texts.set(message, made);
  return message;
}

/** By the message itself: what is left of it for somebody else is another, and has a text of its own. */
const texts = new WeakMap<IdentifiedMessage, { text?: string }>();

/** Where the form in which a message is written stays with it; undefined for one that does not stay in memory. */
export function keptTextOf(message: IdentifiedMessage): { text?: string } | undefined {
  return texts.get(message);
}
