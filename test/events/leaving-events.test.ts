// What leaves with events: notices of typing, which are told at once or never; and of what people wrote not a byte where the
// owner wants ids only, whoever looks, and wherever it would lie.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { typingEvent } from '../../shared/chat/event-types.js';
import { eventDeadLetters } from '../../shared/events/index.js';
import { accepted, createThread, invitation, send } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { createMarkFinder } from '../scan/mark-finder.js';
import { scanStorage } from '../scan/scan-storage.js';
import { contractProblems } from './contract.js';
import { startTopic, type TestTopic } from './topic.js';

let topic: TestTopic;
let geography: TestGeography;
let process: TestProcess;

beforeAll(async () => {
  topic = await startTopic();
  geography = await startGeography({ DOMICILE_EVENTS: topic.setting });
  process = await geography.start();
});
afterAll(async () => {
  await Promise.all(process?.app.capabilities.map((each) => each.stop?.(5_000)) ?? []);
  await geography?.stop();
  await topic?.close();
});

const of = (threadId: string, type: string) =>
  topic.events.filter(({ subject, eventType }) => subject.includes(threadId) && eventType.endsWith(`.${type}`));
const people = () => Promise.all([1, 2, 3].map(() => process.newUser()));
const type = (user: { id: string; token: string }, chatThreadId: string, body: object) =>
  process.call('chat-send-typing-notice', { user, params: { chatThreadId }, body });

describe('A notice of typing', () => {
  it('is told to each of the others, as the contract has it', async () => {
    const [anna, bert, carl] = (await people()) as [never, never, never];
    const threadId = await createThread(process, anna, [bert, carl]);
    accepted(await type(anna, threadId, { senderDisplayName: 'Anna' }));
    const told = await vi.waitFor(
      () => {
        const found = of(threadId, typingEvent.name);
        expect(found).toHaveLength(2);
        return found;
      },
      { timeout: 5_000 },
    );
    const idOf = ({ id }: { id: string }) => `thread/${threadId}/sender/${(anna as { id: string }).id}/recipient/${id}`;
    expect(told.map(({ subject }) => subject).toSorted()).toEqual([bert, carl].map(idOf).toSorted());
    for (const { data, id } of told) {
      expect(contractProblems(typingEvent.name, data)).toEqual([]);
      expect(data).toMatchObject({ threadId, senderDisplayName: 'Anna', messageBody: '' });
      expect(told.filter((each) => each.id === id)).toHaveLength(1);
    }
  });

  it('is taken also when nobody can be told, and is not told later', async () => {
    const [anna, bert] = (await people()) as [never, never];
    const threadId = await createThread(process, anna, [bert]);
    await vi.waitFor(() => expect(of(threadId, 'ChatThreadCreated')).toHaveLength(1), { timeout: 5_000 });
    const asked = vi.fn(() => 503);
    topic.answer(asked);
    accepted(await type(anna, threadId, {}));
    await vi.waitFor(() => expect(asked).toHaveBeenCalled(), { timeout: 5_000 });
    topic.answer(200);
    await send(process, anna, threadId, 'told');
    await vi.waitFor(() => expect(of(threadId, 'ChatMessageReceivedInThread')).toHaveLength(1), { timeout: 10_000 });
    expect(of(threadId, typingEvent.name)).toEqual([]);
  });
});

describe('Where a resource tells ids only', () => {
  it('no byte of what people wrote leaves, nor lies among the dead letters', async () => {
    const marks = ['topic', 'text', 'edit', 'name', 'note', 'other'].map((what) => `Zoë "${what}" of the planted 4711`);
    const [aTopic, text, edit, name, note, other] = marks as [string, string, string, string, string, string];
    const letters = async (looked: readonly string[]) =>
      (await scanStorage(geography.connectionString, looked)).hits.filter(
        ({ store }) => store === eventDeadLetters.name,
      );
    /** Everything that has an event, told before the thread ends: then nothing else would be. */
    const everything = async (isRefused: boolean) => {
      const [anna, bert, carl] = (await people()) as [never, never, never];
      topic.answer(isRefused ? 400 : 200);
      const participants = [invitation(bert, { displayName: name, metadata: { a: note } })];
      const made = await process.call<{ chatThread: { id: string } }>('chat-create-thread', {
        user: anna,
        body: { topic: aTopic, participants, metadata: { a: note } },
      });
      const chatThreadId = accepted(made).chatThread.id;
      if (!isRefused) {
        // Later it would be told with the topic of then.
        await vi.waitFor(() => expect(of(chatThreadId, 'ChatThreadCreated')).toHaveLength(1), { timeout: 10_000 });
      }
      const act = async (operation: string, body: object | undefined, more: object = {}) =>
        accepted(
          await process.call(operation, { user: anna, params: { chatThreadId, ...more }, ...(body && { body }) }),
        );
      const said = { senderDisplayName: name, metadata: { a: note } };
      const chatMessageId = await send(process, anna, chatThreadId, text, said);
      await act('chat-send-typing-notice', { senderDisplayName: name });
      await act('chat-update-message', { content: edit, metadata: { b: note } }, { chatMessageId });
      await act('chat-add-participants', { participants: [invitation(carl, { displayName: name })] });
      await act('chat-update-thread', { topic: other });
      await act('chat-remove-participant', { rawId: (carl as { id: string }).id });
      await send(process, anna, chatThreadId, text, said);
      const isTold = async () =>
        isRefused
          ? expect((await letters([chatThreadId])).length).toBeGreaterThan(10)
          : expect(of(chatThreadId, 'ChatMessageReceivedInThread')).toHaveLength(2);
      await vi.waitFor(isTold, { timeout: 10_000 });
      await act('chat-delete-thread', undefined);
      return chatThreadId;
    };
    accepted(await process.call('events-set-settings', { body: { types: 'all', content: false } }));
    topic.forget();
    const threadId = await everything(false);
    await vi.waitFor(() => expect(of(threadId, 'ChatThreadWithUserDeleted')).not.toEqual([]), { timeout: 10_000 });
    const found = (looked: readonly string[]) => {
      const finder = createMarkFinder(looked);
      topic.bodies.forEach((body, n) => finder.start('topic', String(n)).write(body));
      return finder.hits;
    };
    expect(found([threadId])).not.toEqual([]);
    expect(found(marks)).toEqual([]);

    await everything(true);
    expect(await letters(marks)).toEqual([]);

    // The scan would have seen it.
    topic.answer(200);
    accepted(await process.call('events-set-settings', { body: { types: 'all', content: true } }));
    const open = await everything(false);
    await vi.waitFor(() => expect(of(open, 'ChatThreadWithUserDeleted')).not.toEqual([]), { timeout: 10_000 });
    expect(new Set(found(marks).map(({ mark }) => mark))).toEqual(new Set(marks));
  });
});
