// Threads that come with ids of other origin, as a move brings them: any text that the service's contract allows.
import fc from 'fast-check';
import { membershipColumns, messageColumns, topicColumns } from '../../shared/chat/log-entry.js';
import type { ThreadState } from '../../shared/chat/model.js';
import { type FirstEntry, placeForeignThread } from '../../shared/chat/place-thread.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';
import { chatPartsOn } from './chat-parts.js';

const text = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength })
    .filter((each) => !/[\s\p{Cc}\p{Cs}]/u.test(each) && each.length <= maxLength);
const base64url = (length: number) => fc.stringMatching(new RegExp(`^[\\w-]{${length}}$`));

/** The forms that were seen of the service, and any other. */
const foreignThreadId: fc.Arbitrary<string> = fc.oneof(
  base64url(44).map((key) => `19:${key}@thread.v2`),
  fc.stringMatching(/^[0-9a-f]{32}$/).map((hex) => `19:${hex}@thread.v2`),
  fc.stringMatching(/^[a-z0-9]{40}$/).map((key) => `19:uni01_${key}@thread.v2`),
  base64url(48).map((key) => `19:meeting_${key}@thread.v2`),
  text(120).map((any) => `19:${any}`),
);

/** Milliseconds as the service counts them, and any other text. */
const foreignMessageId: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: 1_400_000_000_000, max: 1_900_000_000_000 }).map(String),
  fc.stringMatching(/^\d{1,20}$/),
  text(60),
);

export interface ForeignThread {
  readonly id: string;
  /** Of the addition of the members, the topic, and a message of the first of them. */
  readonly messageIds: readonly [string, string, string];
}

export const foreignThread: fc.Arbitrary<ForeignThread> = fc.record({
  id: foreignThreadId,
  messageIds: fc.uniqueArray(foreignMessageId, { minLength: 3, maxLength: 3 }) as fc.Arbitrary<never>,
});

/**
 * Puts a thread into storage as it came.
 *
 * @param initiator who added the first members; the first of them, or somebody who takes no part
 * @returns its partition
 */
export async function placeForeign(
  process: TestProcess,
  { id, messageIds }: ForeignThread,
  members: readonly TestUser[],
  more: Partial<ThreadState> & { readonly initiator?: string } = {},
): Promise<string> {
  const { immutableId: resourceId } = await process.app.defaultResource();
  const [anna] = members as [TestUser];
  const { initiator = anna.id, ...facts } = more;
  const reads = { from: 0, first: 1 };
  const state: ThreadState & { id: string } = {
    resourceId,
    id,
    createdOn: process.app.clock.now(),
    createdBy: anna.id,
    topic: 'Tea',
    topicBy: anna.id,
    members: members.map((member) => ({ id: member.id, reads })),
    lastRemoval: 0,
    ...facts,
  };
  const message = { kind: 'text', content: 'brought along', sender: anna.id, senderDisplayName: '' } as const;
  const entries: readonly FirstEntry[] = [
    { columns: membershipColumns('participantAdded', state.members, initiator), id: messageIds[0] },
    { columns: topicColumns('Tea', anna.id), id: messageIds[1] },
    { columns: messageColumns(message), id: messageIds[2] },
  ];
  return placeForeignThread(chatPartsOn(process), state, entries);
}
