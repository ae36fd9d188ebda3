import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBlobLifecycle } from '../../emulator/blob-lifecycle.js';
import { dataMap } from '../../functions/compose.js';
import { mailStores } from '../../shared/email/index.js';
import { eventDeadLetters, eventRowStores } from '../../shared/events/index.js';
import { exports } from '../../shared/privacy/index.js';
import { callbackStores } from '../../shared/calling/index.js';
import { recordings } from '../../shared/recording/index.js';
import { lifecycleRules, withoutLifecycleRule } from '../../shared/retention/lifecycle-rules.js';
import { accepted } from '../app/chat-calls.js';
import { mailFrom, startSending } from '../email/mail-app.js';
import { plantEvents } from '../events/plant-events.js';
import { startTopic, type TestTopic } from '../events/topic.js';
import { textStores } from '../../shared/sms/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';

const hour = 60 * 60_000;
const resource = randomUUID();

let geography: TestGeography;
let running: TestProcess;
let topic: TestTopic;
beforeAll(async () => {
  topic = await startTopic();
  topic.answer(503);
  geography = await startGeography({ DOMICILE_EVENTS: topic.setting });
  running = await geography.start();
});
afterAll(async () => {
  await Promise.all(running?.app.capabilities.map((each) => each.stop?.(5_000)) ?? []);
  await geography?.stop();
  await topic?.close();
});

/** A recorded file that is complete now. */
async function record(): Promise<string> {
  const { recordings: recorded, clock } = running.app;
  const file = { id: randomUUID(), contentType: 'audio/wav', participants: [], completedOn: clock.now() };
  await recorded.store(resource, file, Buffer.from('sound'));
  return file.id;
}

/** A mail that is too large for a row, and that nobody takes. @returns name of its blob */
async function waitingMail(): Promise<string> {
  const senderAddress = await startSending(running);
  const recipients = { to: [{ address: 'never@contoso.example' }] };
  const content = { subject: 'Large', plainText: 'x'.repeat(300_000) };
  accepted(await running.call('email-send', { body: mailFrom(senderAddress, { recipients, content }) }));
  const [name = ''] = (await running.app.storage.blobs(mailStores.bodies).list('')).names;
  return name;
}

/** An event that nobody took. @returns name of its blob */
async function deadLetter(): Promise<string> {
  await plantEvents(running.app, { rawId: (await running.newUser()).id, text: 'not taken' });
  const [name = ''] = (await running.app.storage.blobs(eventDeadLetters).list('')).names;
  return name;
}

const later = (hours: number) => geography.start({ clockOffsetMs: hours * hour });
const stored = async (id: string) =>
  (await running.app.storage.blobs(recordings).list('')).names.filter((name) => name.includes(id)).length;

describe('Every container', () => {
  const containers = dataMap.stores.filter(({ medium }) => medium === 'blob').map(({ name }) => name);

  it('has a lifecycle rule, or a reason why not, and never both', () => {
    const named = [...lifecycleRules.map(({ container }) => container), ...Object.keys(withoutLifecycleRule)];
    expect(named.sort()).toEqual(containers.sort());
    for (const { daysAfterCreation } of lifecycleRules) {
      expect(daysAfterCreation).toBeGreaterThanOrEqual(1);
    }
  });

  it('with a rule says of each of its blobs when it was made, in product time', async () => {
    const made = running.app.clock.now();
    const id = await record();
    const body = { identifiers: [(await running.newUser()).id] };
    const operation = accepted(await running.call<{ id: string }>('privacy-export', { body })).id;
    await running.app.jobs.work(operation);
    const { immutableId } = await running.app.defaultResource();
    const mail = await waitingMail();
    const stores = [recordings, exports, eventDeadLetters, mailStores.bodies];
    const names = {
      mailsbodies: mail,
      recordings: `${resource}/media/${id}`,
      exports: `${immutableId}/${operation}.zip`,
      eventdeadletters: await deadLetter(),
    };
    // An event fits into its row, and so do a text and a callback.
    const unwritten = [eventRowStores.bodies.name, textStores.bodies.name, callbackStores.bodies.name];
    const written = lifecycleRules.filter(({ container }) => !unwritten.includes(container));
    for (const { container } of written) {
      const store = stores.find(({ name }) => name === container);
      const name = names[container as keyof typeof names];
      const createdOn = store && (await running.app.storage.blobs(store).properties(name))?.createdOn;
      expect(createdOn, container).toBeGreaterThanOrEqual(Math.floor(made));
      expect(createdOn, container).toBeLessThanOrEqual(running.app.clock.now());
    }
  });
});

describe('The lifecycle rules of the emulator', () => {
  it('remove a blob a day late when no sweep does, and not an hour earlier', async () => {
    const id = await record();
    await runBlobLifecycle((await later(47)).app);
    expect(await stored(id)).toBe(2);
    await runBlobLifecycle((await later(49)).app);
    expect(await stored(id)).toBe(0);
  });

  it('find nothing to do where the sweep has been', async () => {
    const id = await record();
    const { app } = await later(24.1);
    await app.sweep();
    expect(await stored(id)).toBe(0);
  });
});
