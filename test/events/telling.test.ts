// What a composed app tells to a topic, and what that costs: two processes on one storage.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { QueueTrigger } from '../../functions/capability.js';
import { eventMarks, eventRowStores } from '../../shared/events/index.js';
import { accepted, createThread, invitation, send } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { startTopic, type TestTopic } from './topic.js';

const minute = 60_000;

let topic: TestTopic;
let geography: TestGeography;
const started: TestProcess[] = [];

beforeAll(async () => {
  topic = await startTopic();
  geography = await startGeography({ DOMICILE_EVENTS: topic.setting });
});
afterEach(async () => {
  topic.answer(200);
  await Promise.all(started.splice(0).flatMap(({ app }) => app.capabilities.map((each) => each.stop?.(5_000))));
});
afterAll(async () => {
  await geography?.stop();
  await topic?.close();
});

async function start(): Promise<TestProcess> {
  const process = await geography.start();
  started.push(process);
  return process;
}

const noReport = { info: () => undefined, error: () => undefined };
const trigger = ({ app }: TestProcess, name: string) =>
  app.capabilities.flatMap(({ triggers = [] }) => triggers).find((each) => each.name === name && 'schedule' in each)
    ?.run as (report: unknown) => Promise<void>;
const tellMarked = (process: TestProcess) => trigger(process, 'tell-events')({});

const typesOf = (threadId: string) =>
  topic.events
    .filter(({ subject }) => subject.includes(threadId))
    .map(({ eventType }) => eventType.replace('Microsoft.Communication.', ''));
const texts = (threadId: string) =>
  topic.events
    .filter(({ subject, eventType }) => subject.includes(threadId) && eventType.endsWith('ReceivedInThread'))
    .map(({ data }) => data['messageBody']);

describe('A send', () => {
  it('is one transaction when the thread is warm, over a change of the quarter of an hour, in two processes', async () => {
    const [one, two] = [await start(), await start()];
    const [anna, bert] = [await one.newUser(), await one.newUser()];
    const threadId = await createThread(one, anna, [bert]);
    await send(one, anna, threadId, 'warms one');
    await send(two, bert, threadId, 'warms two');
    // What is told costs too, but not the send.
    const events = started.map(({ app }) => app.capabilities.find(({ name }) => name === 'events'));
    await Promise.all(events.map((each) => each?.stop?.(5_000)));
    const renewals: number[] = [];
    for (let minutes = 0; minutes < 20; minutes++) {
      for (const [process, user] of [
        [one, anna],
        [two, bert],
      ] as const) {
        process.app.clock.setOffset(minutes * minute);
        // The other process has appended meanwhile: finding that out is what a lost race costs.
        await send(process, user, threadId, 'catches up');
        const before = process.app.counter.snapshot();
        await send(process, user, threadId, `${minutes}`);
        const { 'revocations/query': _tail, ...cost } = process.app.counter.since(before);
        renewals.push(cost['eventmarks/update'] ?? 0);
        expect({ ...cost, 'eventmarks/update': 0 }).toEqual({ 'chatthreads/insert': 1, 'eventmarks/update': 0 });
      }
    }
    expect(renewals).toHaveLength(40);
    expect(Math.max(...renewals)).toBeLessThanOrEqual(1);
    const { rows } = await one.app.storage.table(eventMarks).scan<{ until: number }>();
    const mark = rows.find(({ rowKey }) => threadId.includes(rowKey));
    expect(Number(mark?.until)).toBeGreaterThan(one.app.clock.now());
  });

  it('writes nothing about events where they are off', async () => {
    const process = await start();
    accepted(await process.call('events-set-settings', { body: { types: 'none', content: true } }));
    const anna = await process.newUser();
    const threadId = await createThread(process, anna);
    const before = process.app.counter.snapshot();
    await send(process, anna, threadId, 'unheard');
    const cost = process.app.counter.since(before);
    expect(Object.keys(cost).filter((call) => call.startsWith('event'))).toEqual([]);
    accepted(await process.call('events-set-settings', { body: { types: 'all', content: true } }));
    await send(process, anna, threadId, 'heard');
    await vi.waitFor(() => expect(texts(threadId)).toEqual(['heard']), { timeout: 5_000 });
  });
});

describe('Events', () => {
  it('come in the order of the thread, each once', async () => {
    const process = await start();
    const [anna, bert] = [await process.newUser(), await process.newUser()];
    const threadId = await createThread(process, anna, [bert]);
    const sent = Array.from({ length: 50 }, (_, n) => `message ${n}`);
    for (const content of sent) {
      await send(process, anna, threadId, content);
    }
    await vi.waitFor(() => expect(texts(threadId)).toHaveLength(50), { timeout: 10_000 });
    expect(texts(threadId)).toEqual(sent);
    const ids = topic.events.filter(({ subject }) => subject.includes(threadId)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('that nobody came to tell are told by another process, and the mark goes when its time is over', async () => {
    const one = await start();
    const [anna, bert] = [await one.newUser(), await one.newUser()];
    const threadId = await createThread(one, anna, [bert]);
    topic.answer(503);
    await send(one, anna, threadId, 'left behind');
    await Promise.all(one.app.capabilities.map((each) => each.stop?.(5_000)));
    topic.answer(200);
    const two = await start();
    await tellMarked(two);
    expect(texts(threadId)).toEqual(['left behind']);
    const isMarked = async () => {
      const { rows } = await two.app.storage.table(eventMarks).scan();
      return rows.some(({ rowKey }) => threadId.includes(rowKey));
    };
    expect(await isMarked()).toBe(true);
    two.app.clock.setOffset(15 * minute + 61_000);
    await tellMarked(two);
    expect(await isMarked()).toBe(false);
  });

  it('of a message that was deleted while it waited are not told, and those of a deleted thread are told as its end', async () => {
    const one = await start();
    const [anna, bert] = [await one.newUser(), await one.newUser()];
    const threadId = await createThread(one, anna, [bert]);
    await vi.waitFor(() => expect(typesOf(threadId)).toContain('ChatThreadCreatedWithUser'), { timeout: 5_000 });
    topic.answer(503);
    const gone = await send(one, anna, threadId, 'gone');
    await send(one, anna, threadId, 'stays');
    accepted(
      await one.call('chat-delete-message', { user: anna, params: { chatThreadId: threadId, chatMessageId: gone } }),
    );
    topic.answer(200);
    one.app.dropCaches();
    await tellMarked(one);
    expect(texts(threadId)).toEqual(['stays']);
    topic.answer(503);
    await send(one, anna, threadId, 'too late');
    accepted(await one.call('chat-delete-thread', { user: anna, params: { chatThreadId: threadId } }));
    topic.answer(200);
    one.app.dropCaches();
    await tellMarked(one);
    expect(texts(threadId)).toEqual(['stays']);
    expect(typesOf(threadId).slice(-2)).toEqual(['ChatThreadDeleted', 'ChatThreadWithUserDeleted']);
  });

  it('of a thread whose log goes before it is told are rows of ids, told later with the same ids', async () => {
    const one = await start();
    const [anna, bert] = [await one.newUser(), await one.newUser()];
    const threadId = await createThread(one, anna, [bert]);
    topic.answer(503);
    await send(one, anna, threadId, 'never told');
    accepted(await one.call('chat-delete-thread', { user: anna, params: { chatThreadId: threadId } }));
    one.app.clock.setOffset(30 * minute);
    one.app.dropCaches();
    await one.app.sweep();
    topic.answer(200);
    one.app.clock.setOffset(50 * minute);
    one.app.dropCaches();
    await trigger(one, 'find-due-eventrows')({});
    const triggers = one.app.capabilities.flatMap((each) => each.triggers ?? []);
    const deliver = triggers.find(({ name }) => name === 'deliver-eventrows');
    for (const { text } of await one.app.storage.queue(eventRowStores.queue).receive(32, 60)) {
      await (deliver as QueueTrigger).run(text, noReport);
    }
    expect(texts(threadId)).toEqual([]);
    expect(
      typesOf(threadId)
        .filter((type) => type.includes('Deleted'))
        .toSorted(),
    ).toEqual(['ChatThreadDeleted', 'ChatThreadWithUserDeleted']);
  });

  it('of who was deleted are told to nobody', async () => {
    const one = await start();
    const [anna, bert] = [await one.newUser(), await one.newUser()];
    const threadId = await createThread(one, anna, [bert]);
    await vi.waitFor(() => expect(typesOf(threadId)).toContain('ChatThreadCreatedWithUser'), { timeout: 5_000 });
    topic.answer(503);
    await send(one, anna, threadId, 'of nobody');
    await send(one, bert, threadId, 'of bert');
    accepted(await one.call('identity-delete', { params: { id: anna.id } }));
    topic.answer(200);
    topic.forget();
    one.app.dropCaches();
    await tellMarked(one);
    expect(texts(threadId)).toEqual(['of bert']);
    expect(JSON.stringify(topic.events)).not.toContain(anna.id);
  });

  it('hold no content where the owner wants ids only', async () => {
    const process = await start();
    accepted(await process.call('events-set-settings', { body: { types: 'all', content: false } }));
    const [anna, bert] = [await process.newUser(), await process.newUser()];
    topic.forget();
    const threadId = await createThread(process, anna, [bert]);
    const body = { participants: [invitation(bert, { displayName: 'secret name' })] };
    await process.call('chat-add-participants', { user: anna, params: { chatThreadId: threadId }, body });
    await send(process, anna, threadId, 'secret text', { senderDisplayName: 'secret name', metadata: { a: 'secret' } });
    await vi.waitFor(() => expect(typesOf(threadId)).toContain('ChatMessageReceived'), { timeout: 5_000 });
    expect(JSON.stringify(topic.events)).not.toMatch(/secret|Tea/);
    accepted(await process.call('events-set-settings', { body: { types: ['ChatMessageReceived'], content: true } }));
    topic.forget();
    await send(process, anna, threadId, 'told again');
    await vi.waitFor(() => expect(typesOf(threadId)).toEqual(['ChatMessageReceived']), { timeout: 5_000 });
    expect(topic.events[0]?.data['messageBody']).toBe('told again');
    accepted(await process.call('events-set-settings', { body: { types: 'all', content: true } }));
  });

  it('that the topic refuses become dead letters, and keep nobody else’s from being told', async () => {
    const process = await start();
    const [anna, bert] = [await process.newUser(), await process.newUser()];
    const threadId = await createThread(process, anna, [bert]);
    topic.answer((events) => (JSON.stringify(events).includes('poison') ? 400 : 200));
    await send(process, anna, threadId, 'poison');
    await send(process, anna, threadId, 'fine');
    await vi.waitFor(() => expect(texts(threadId)).toEqual(['fine']), { timeout: 10_000 });
    const body = { identifiers: [anna.id] };
    const identified = await process.call<{ stores: { store: string; items: number }[] }>('privacy-identify', { body });
    expect(JSON.stringify(identified.body)).toContain('eventdeadletters');
  });
});
