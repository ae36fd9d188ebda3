// What Event Grid gives back after an erasure: it writes dead letters by itself, up to a day after it has taken the events.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventDeadLetters, takenEvents } from '../../shared/events/index.js';
import { scanStorage } from '../scan/scan-storage.js';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { erasePerson } from './erase-person.js';
import { startTopic, type TestTopic } from './topic.js';

const dayMs = 24 * 60 * 60_000;
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

/** As Event Grid writes them. */
async function giveBack(of: readonly string[]): Promise<void> {
  const { app } = process;
  const { name } = await app.defaultResource();
  const eventTime = new Date(app.clock.now()).toISOString();
  const letters = of.map((rawId) => ({
    id: randomUUID(),
    eventType: 'Microsoft.Communication.ChatMessageReceived',
    eventTime,
    subject: `thread/19:late@thread.v2/sender/${rawId}`,
    data: { messageBody: `late words of ${rawId}` },
    dataVersion: '1.0',
    topic: `/subscriptions/x/domains/y/topics/${name.toUpperCase()}`,
    deadLetterReason: 'MaxDeliveryAttemptsExceeded',
  }));
  const hour = eventTime.slice(0, 13).replaceAll(/[-T]/g, '/');
  const path = `${name}/${hour}/${randomUUID()}.json`;
  const blobs = app.storage.blobs(eventDeadLetters);
  await blobs.upload(path, Buffer.from(JSON.stringify(letters)), { contentType: 'application/json' });
}

const mentionsLeft = async (marks: readonly string[]) => {
  const { hits } = await scanStorage(geography.connectionString, marks);
  return new Set(hits.filter(({ store }) => store === eventDeadLetters.name).map(({ mark }) => mark));
};

it('A dead letter about somebody who was erased before it came goes with the next sweep, and its neighbours stay', async () => {
  const [anna, bert] = [await process.newUser(), await process.newUser()];
  const words = [anna, bert].map(({ id }) => `late words of ${id}`) as [string, string];
  await giveBack([bert.id]);
  await process.app.sweep();
  accepted(await process.call('identity-delete', { params: { id: anna.id } }));
  await giveBack([anna.id, bert.id]);
  await giveBack([anna.id]);
  expect(await mentionsLeft(words)).toEqual(new Set(words));
  await process.app.sweep();
  expect(await mentionsLeft(words)).toEqual(new Set([words[1]]));
  process.app.clock.setOffset(process.app.clock.offsetMs + 26 * 60 * 60_000);
  await process.app.sweep();
  expect(await mentionsLeft(words)).toEqual(new Set());
});

it('A receipt says that events may come back so long', async () => {
  const { app, newUser } = process;
  const { notErased } = await erasePerson(process, (await newUser()).id);
  const untilOf = (name: string) => Date.parse(notErased.find(({ store }) => store === name)?.until ?? '');
  expect(untilOf(eventDeadLetters.name) - untilOf(takenEvents.name)).toBeGreaterThan(dayMs - 60_000);
  expect(untilOf(eventDeadLetters.name) - app.clock.now()).toBeGreaterThan(1.9 * dayMs);
});
