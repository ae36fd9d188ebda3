// What of a thread is told without its log: its end, when the log is about to go and nobody has come to tell it, as rows of
// ids; and that somebody is typing, which is told at once or not at all.
import {
  eventId,
  type EventRows,
  type EventTeller,
  type Marks,
  type RaisedEvent,
  toEventIdentifier,
} from '../events/index.js';
import { toIso } from '../time/instant.js';
import type { Clock } from '../time/clock.js';
import { endOfThread } from './events-of-entry.js';
import { typingEvent } from './event-types.js';
import type { ThreadState } from './model.js';
import type { ChatTelling } from './parts.js';
import { threadIdOf } from './thread-id.js';

/** Larger threads do not support typing notices, as in ACS. */
const maxTypingMembers = 20;

export interface TellThreadParts {
  readonly marks: Pick<Marks, 'find' | 'remove'>;
  readonly rows: Pick<EventRows, 'tell'>;
  readonly teller: EventTeller;
  readonly clock: Clock;
  /** For the ids of events. */
  readonly idKey: Buffer;
  isGone(rawId: string): boolean;
}

export const tellsNothing: ChatTelling = { beforePurge: async () => undefined, typing: () => undefined };

export function tellThread(parts: TellThreadParts): ChatTelling {
  return {
    beforePurge: (key, state) => putEndAway(parts, key, state),
    typing: (key, state, rawId, displayName) => {
      // Nobody waits for it, and whoever is not told has lost nothing.
      void tellTyping(parts, key, state, rawId, displayName).catch(() => undefined);
    },
  };
}

/** Costs one read; more only when the topic could not be told for as long as a deleted thread still lies there. */
async function putEndAway(parts: TellThreadParts, key: string, state: ThreadState): Promise<void> {
  const { marks, rows, idKey, isGone } = parts;
  const end = state.expired ?? state.deleted;
  const mark = await marks.find({ resourceId: state.resourceId, key });
  if (mark === undefined || end === undefined) {
    return;
  }
  if (mark.told < end.sequence) {
    const { types, subject, data, by, to } = endOfThread({ idKey, key, state, isGone }, end.sequence, end.on);
    const row = {
      about: [key, String(end.sequence)],
      subject,
      time: end.on,
      data,
      concerns: [{ kind: 'identity', rawId: by } as const],
    };
    await rows.tell(state.resourceId, { ...row, type: types.thread });
    await rows.tell(state.resourceId, { ...row, type: types.user, recipients: to.filter((rawId) => rawId !== by) });
  }
  await marks.remove(mark);
}

async function tellTyping(
  { teller, clock, idKey, isGone }: TellThreadParts,
  key: string,
  state: ThreadState,
  rawId: string,
  senderDisplayName: string,
): Promise<void> {
  const resource = state.members.length > maxTypingMembers ? undefined : await teller.resource(state.resourceId);
  if (resource === undefined) {
    return;
  }
  const now = Math.floor(clock.now());
  const threadId = threadIdOf(key, state);
  const data = {
    transactionId: eventId(idKey, key, 'typing', rawId, String(now)),
    threadId,
    messageId: String(now),
    senderCommunicationIdentifier: toEventIdentifier(rawId),
    senderDisplayName,
    composeTime: toIso(now),
    type: 'Text',
    version: now,
    messageBody: '',
    metadata: {},
  };
  const others = state.members.filter(({ id }) => id !== rawId && !isGone(id));
  const events = others.map(
    ({ id }): RaisedEvent => ({
      id: eventId(idKey, key, 'typing', rawId, id, String(now)),
      type: typingEvent,
      subject: `thread/${threadId}/sender/${rawId}/recipient/${id}`,
      time: now,
      data,
    }),
  );
  await teller.tell(resource, events);
}
