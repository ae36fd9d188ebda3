// What another process still lets in, for the two seconds in which it may not have heard that somebody was deleted.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobQueue } from '../../shared/jobs/index.js';
import { accepted, createThread, invitation, listAll, send } from '../app/chat-calls.js';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { declaredWriters, lateWriters } from './late-writers.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

it('Every late writer that a store declares has a case in late-writers.ts, which is put to work in the full run', () => {
  const names = declaredWriters().map(({ store, writer }) => `${store}: ${writer}`);
  expect(names.length).toBeGreaterThan(4);
  expect(Object.keys(lateWriters).sort()).toEqual(names.sort());
});

it('What another process lets in after an identity was deleted is erased with the rest, and then nothing is let in', async () => {
  const [here, there] = [await geography.start(), await geography.start()];
  const [anna, bert] = [await here.newUser(), await here.newUser()];
  const mark = `mark${randomBytes(6).toString('hex')}`;
  const chatThreadId = await createThread(there, bert, [anna]);
  const empty = await createThread(there, bert);
  const params = { chatThreadId };
  const headers = { 'content-type': 'image/png', 'image-filename': `${mark}.png` };
  const chatMessageId = await send(there, anna, chatThreadId, mark);
  await there.call('chat-list-threads', { user: anna });

  accepted(await here.call('identity-delete', { params: { id: anna.id } }));
  const [message] = await here.app.storage.queue(jobQueue).receive(1, 60);
  const jobId = message?.text ?? '';
  await here.app.jobs.work(jobId);
  const letIn = async () => {
    const body = { topic: mark, participants: [invitation(bert)] };
    // All at once: there is little time.
    const answers = await Promise.all([
      there.call('chat-send-read-receipt', { user: anna, params, body: { chatMessageId } }),
      there.call('chat-send-message', { user: anna, params, body: { content: mark } }),
      there.call('chat-upload-image', { user: anna, params, headers, body: Buffer.from(mark) }),
      there.call('chat-create-thread', { user: anna, body }),
      there.call('chat-add-participants', {
        user: bert,
        params: { chatThreadId: empty },
        body: { participants: [invitation(anna, { displayName: mark })] },
      }),
    ]);
    return answers.map(({ status, body: answer }) =>
      (answer as { invalidParticipants?: object } | undefined)?.invalidParticipants ? 'invalid' : status,
    );
  };
  expect(await letIn()).toEqual([200, 201, 201, 201, 201]);

  for (const { app } of [here, there]) {
    app.clock.setOffset(61_000);
    app.dropCaches();
  }
  await here.app.jobs.work(jobId);
  expect(await letIn()).toEqual([401, 401, 401, 401, 'invalid']);
  const { hits, scanned } = await scanStorage(geography.connectionString, [mark, anna.id, anna.id.slice(-36)]);
  expect(hits).toEqual([]);
  expect(scanned.rows).toBeGreaterThan(5);
});

it('What a deleted identity has sent is shown to nobody from the answer on, images and receipts included', async () => {
  const here = await geography.start();
  const [anna, bert] = [await here.newUser(), await here.newUser()];
  const chatThreadId = await createThread(here, bert, [anna]);
  const params = { chatThreadId };
  const headers = { 'content-type': 'image/png', 'image-filename': 'cat.png' };
  const chatMessageId = await send(here, anna, chatThreadId, 'hello');
  await here.call('chat-send-read-receipt', { user: anna, params, body: { chatMessageId } });
  const body = Buffer.from('an image');
  const uploaded = await here.call<{ id: string }>('chat-upload-image', { user: anna, params, headers, body });
  const imageId = accepted(uploaded).id;
  const seen = async () => {
    const image = { ...params, imageId, imageViewType: 'original' };
    return {
      message: (await here.call('chat-get-message', { user: bert, params: { ...params, chatMessageId } })).status,
      image: (await here.call('chat-view-image', { user: bert, params: image })).status,
      receipts: (await listAll(here, 'chat-list-read-receipts', bert, params)).length,
      participants: (await listAll(here, 'chat-list-participants', bert, params)).length,
    };
  };
  expect(await seen()).toEqual({ message: 200, image: 200, receipts: 1, participants: 2 });
  accepted(await here.call('identity-delete', { params: { id: anna.id } }));
  expect(await seen()).toEqual({ message: 404, image: 404, receipts: 0, participants: 1 });
});
