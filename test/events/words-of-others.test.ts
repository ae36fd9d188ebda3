// Whose words an event has: those of who did what it tells, who is named in it, and nobody else's; and it goes to nobody who
// may not read them.
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { eventDeadLetters, eventPrefix } from '../../shared/events/index.js';
import { accepted, createThread, invitation, send } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { erasePerson } from './erase-person.js';
import { startTopic, type TestTopic } from './topic.js';

const words = 'words of Anna 4711';

let topic: TestTopic;
let geography: TestGeography;
/** Tells nothing itself, so that all that is told is told by the state that the test has brought about. */
let process: TestProcess;
let telling: TestProcess;

const stopTelling = ({ app }: TestProcess) => Promise.all(app.capabilities.map((each) => each.stop?.(5_000)));

beforeAll(async () => {
  topic = await startTopic();
  geography = await startGeography({ DOMICILE_EVENTS: topic.setting });
  [process, telling] = [await geography.start(), await geography.start()];
  await stopTelling(process);
});
beforeEach(() => topic.forget());
afterAll(async () => {
  await (telling && stopTelling(telling));
  await geography?.stop();
  await topic?.close();
});

const people = () =>
  Promise.all([1, 2, 3, 4].map(() => process.newUser())) as Promise<[TestUser, TestUser, TestUser, TestUser]>;
const act = async (operation: string, user: TestUser, params: Readonly<Record<string, string>>, body?: object) =>
  accepted(await process.call(operation, { user, params, ...(body && { body }) }));
const remove = (by: TestUser, chatThreadId: string, { id }: TestUser) =>
  act('chat-remove-participant', by, { chatThreadId }, { rawId: id });
const of = (threadId: string, type: string) =>
  topic.events.filter(({ subject, eventType }) => subject.includes(threadId) && eventType === eventPrefix + type);
const tellAll = async () => {
  topic.forget();
  telling.app.dropCaches();
  const triggers = telling.app.capabilities.flatMap((each) => each.triggers ?? []);
  const trigger = triggers.find((each) => each.name === 'tell-events' && 'schedule' in each);
  const run = trigger?.run as (report: unknown) => Promise<void>;
  await run({});
};

/** Of Bert, in which Anna has written whatever is not a message. */
async function threadWithHerWords() {
  const [anna, bert, cleo] = await people();
  const chatThreadId = await createThread(process, bert, [anna]);
  await act('chat-update-thread', anna, { chatThreadId }, { topic: words, metadata: { note: words } });
  const participants = [invitation(cleo, { displayName: words }), invitation(bert, { displayName: words })];
  await act('chat-add-participants', anna, { chatThreadId }, { participants });
  return { anna, bert, cleo, chatThreadId };
}

async function changeAfterHer({ bert, cleo, chatThreadId }: Awaited<ReturnType<typeof threadWithHerWords>>) {
  await act('chat-update-thread', bert, { chatThreadId }, { topic: 'of Bert', metadata: { mine: 'of Bert' } });
  await remove(bert, chatThreadId, cleo);
}

it('What happens after somebody was deleted is told without what they wrote', async () => {
  const thread = await threadWithHerWords();
  const { anna, bert, cleo, chatThreadId } = thread;
  await tellAll();
  accepted(await process.call('identity-delete', { params: { id: anna.id } }));
  const { body } = await process.call('chat-get-thread', { user: bert, params: { chatThreadId } });
  expect(body).toMatchObject({ metadata: {} });
  await changeAfterHer(thread);
  await tellAll();
  expect(of(chatThreadId, 'ChatParticipantRemovedFromThreadWithUser')).not.toEqual([]);
  expect(JSON.stringify(topic.events)).toContain(cleo.id);
  expect(JSON.stringify(topic.events)).not.toContain(words);
});

it('Whose words are in an event is named in it, so that it is found with them', async () => {
  const thread = await threadWithHerWords();
  await changeAfterHer(thread);
  await tellAll();
  const withHerWords = topic.events.filter((event) => JSON.stringify(event).includes(words));
  expect(withHerWords).not.toEqual([]);
  expect(withHerWords.filter((event) => !JSON.stringify(event).includes(thread.anna.id))).toEqual([]);
  const [created] = of(thread.chatThreadId, 'ChatThreadCreated');
  expect(created?.data).toMatchObject({ properties: { topic: 'of Bert' }, metadata: { mine: 'of Bert' } });
});

it('A message that somebody may not read is not told to them when it is changed, nor to who left before', async () => {
  const [anna, bert, dora, emil] = await people();
  const chatThreadId = await createThread(process, bert, [anna]);
  const [edited, deleted] = [
    await send(process, bert, chatThreadId, 'old'),
    await send(process, bert, chatThreadId, 'bad'),
  ];
  const shareHistoryTime = new Date(process.app.clock.now() + 1).toISOString();
  const participants = [dora, emil].map((each) => invitation(each, { shareHistoryTime }));
  await act('chat-add-participants', bert, { chatThreadId }, { participants });
  const seen = await process.call('chat-get-message', { user: dora, params: { chatThreadId, chatMessageId: edited } });
  expect(seen.status).toBe(404);
  await tellAll();
  await act('chat-update-message', bert, { chatThreadId, chatMessageId: edited }, { content: 'newer than Dora' });
  await act('chat-delete-message', bert, { chatThreadId, chatMessageId: deleted });
  await remove(bert, chatThreadId, emil);
  // Behind the millisecond since which they read.
  await vi.waitFor(() => expect(process.app.clock.now()).toBeGreaterThan(Date.parse(shareHistoryTime)));
  const late = await send(process, bert, chatThreadId, 'for all');
  await tellAll();
  const toldTo = (type: string) => of(chatThreadId, type).map(({ subject }) => subject.split('/recipient/')[1]);
  expect(toldTo('ChatMessageEdited')).toEqual([anna.id]);
  expect(toldTo('ChatMessageDeleted')).toEqual([anna.id]);
  expect(of(chatThreadId, 'ChatMessageReceived').every(({ data }) => data['messageId'] === late)).toBe(true);
  expect(toldTo('ChatMessageReceived').toSorted()).toEqual([anna.id, dora.id].toSorted());
});

it('Who left before a message was changed is not told its new text', async () => {
  const [anna, bert] = await people();
  const chatThreadId = await createThread(process, bert, [anna]);
  await tellAll();
  await send(process, bert, chatThreadId, 'as it stays');
  const chatMessageId = await send(process, bert, chatThreadId, 'as it was');
  await remove(bert, chatThreadId, anna);
  await act('chat-update-message', bert, { chatThreadId, chatMessageId }, { content: 'as she does not know it' });
  await tellAll();
  const toHer = topic.events.filter(({ subject }) => subject.endsWith(`/recipient/${anna.id}`));
  expect(toHer.map(({ data }) => data['messageBody']).filter((text) => text !== undefined)).toEqual(['as it stays']);
});

it('Nothing that somebody wrote is left among the dead letters when they are erased', async () => {
  const thread = await threadWithHerWords();
  await changeAfterHer(thread);
  topic.answer(400);
  await tellAll();
  topic.answer(200);
  const lying = async (mark: string) => {
    const { hits } = await scanStorage(geography.connectionString, [mark]);
    return hits.filter(({ store }) => store === eventDeadLetters.name).length;
  };
  expect(await lying(words)).toBeGreaterThan(0);
  await erasePerson(process, thread.anna.id);
  expect(await lying(words)).toBe(0);
  // What Bert did is still there.
  expect(await lying(thread.bert.id)).toBeGreaterThan(0);
});
