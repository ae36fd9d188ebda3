// What live chat tells of a thread that stands in no log: somebody is typing, or has read. It is told to those who are online
// at once.
import type { LiveFeed } from '../realtime/index.js';
import { maxParticipantsForReceipts } from './limits.js';
import type { ThreadState } from './model.js';
import type { ChatLive, ChatParts } from './parts.js';
import { threadIdOf } from './thread-id.js';

export const tellsNobody: ChatLive = { typing: () => undefined, read: () => undefined };

export function tellLive(
  feed: Pick<LiveFeed<ThreadState>, 'tell'>,
  { clock, isHidden }: Pick<ChatParts, 'clock' | 'isHidden'>,
): ChatLive {
  const peopleOf = ({ members }: ThreadState) =>
    members.map(({ id }) => id).filter((rawId) => !isHidden({ kind: 'identity', rawId }));
  return {
    typing: (key, state, sender, senderDisplayName) => {
      // Larger threads have neither typing notices nor receipts, as in ACS.
      if (state.members.length <= maxParticipantsForReceipts) {
        const threadId = threadIdOf(key, state);
        feed.tell(peopleOf(state), { kind: 'typing', threadId, sender, senderDisplayName, on: clock.now() });
      }
    },
    read: (key, state, { reader, messageId, readOn }) => {
      const others = peopleOf(state).filter((id) => id !== reader);
      const notice = { kind: 'read', threadId: threadIdOf(key, state), reader, messageId, readOn } as const;
      feed.tell(others, notice, { key, readOn });
    },
  };
}
