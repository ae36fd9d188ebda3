import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accepted, createThread, invitation, pages, send } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { byKind, CostTable } from './cost-table.js';
import { measureErasures } from './erasure-costs.js';
import { measureIdentities } from './identity-costs.js';
import { measureJobs } from './job-costs.js';
import { measureResidencyRecord } from './residency-costs.js';
import { spread } from './spread-users.js';
import { measureExplanation, measureRecordedFile } from './retention-costs.js';
import { measureSuppressions } from './suppression-costs.js';

const table = new CostTable();

let geography: TestGeography;
let app: TestProcess;
/** Round and round the buckets of the user index, so that what they cost is the same in every run. */
let people: TestUser[];
let anna: TestUser;
let bert: TestUser;

beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  people = spread(await Promise.all(Array.from({ length: 320 }, () => app.newUser()))).slice(0, 200);
  [anna, bert] = people as [TestUser, TestUser];
});
afterAll(() => geography?.stop());

/** Another process, which knows the resource and the revoked tokens, but no thread. */
async function coldProcess(): Promise<TestProcess> {
  const process = await geography.start();
  await process.call('chat-list-threads', { user: await process.newUser() });
  return process;
}

async function ok(answer: ReturnType<TestProcess['call']>): Promise<void> {
  accepted(await answer);
}

describe('What chat costs in storage', () => {
  it('creates a thread with one transaction, and one a bucket of the user index', async () => {
    const create = (participants: readonly TestUser[], headers = {}) =>
      ok(
        app.call('chat-create-thread', {
          user: anna,
          headers,
          body: { topic: 'Tea', participants: participants.map((user) => invitation(user)) },
        }),
      );
    const operation = 'create a thread';
    await table.measure(
      app,
      { operation, condition: '2 participants', exactly: { update: 2, transaction: 1 }, formula: '1 + B(n)' },
      () => create([bert]),
    );
    await table.measure(
      app,
      { operation, condition: '200 participants', exactly: { transaction: 17 }, formula: '1 + B(n)' },
      () => create(people),
    );
    const headers = { 'repeatability-request-id': '5d3bb7f4-0000-4000-8000-000000000001' };
    await create([bert], headers);
    await table.measure(
      app,
      {
        operation,
        condition: 'repeated, 2 participants',
        exactly: { update: 2, transaction: 1, get: 1 },
        formula: '2 + B(n)',
      },
      () => create([bert], headers),
    );
  });

  it('sends with one insert and no read', async () => {
    const thread = await createThread(app, anna, [bert]);
    await send(app, anna, thread, 'warms up');
    const operation = 'send a message';
    await table.measure(
      app,
      { operation, condition: 'warm, alone', exactly: { insert: 1 }, formula: '1/k, k sent at once, at most 100' },
      () => send(app, bert, thread, 'Hello'),
    );
    const cold = await coldProcess();
    await table.measure(
      cold,
      { operation, condition: 'cold, alone', exactly: { query: 1, insert: 1 }, formula: '1 + 1/k' },
      () => send(cold, bert, thread, 'Hello'),
    );
    await table.measure(
      app,
      { operation, condition: 'warm, after a lost race', exactly: { insert: 2, query: 1 }, formula: '2 + 1/k' },
      () => send(app, bert, thread, 'Hello'),
    );
  });

  it('sends 128 at once for at most 0.035 transactions a message', async () => {
    const senders = people.slice(0, 128);
    const thread = await createThread(app, anna, senders);
    await send(app, anna, thread, 'warms up');
    const before = app.app.counter.snapshot();
    await Promise.all(
      senders.map(async (sender) => {
        for (let n = 0; n < 10; n++) {
          await send(app, sender, thread, 'Hello');
        }
      }),
    );
    const { insert = 0, transaction = 0, ...others } = byKind(app.app.counter.since(before));
    expect(others).toEqual({});
    expect((insert + transaction) / 1280).toBeLessThanOrEqual(0.035);
    table.add(
      { operation: 'send a message', condition: 'warm, 128 senders one after the other', formula: '1/k' },
      'at most 0.035',
      'insert, transaction',
    );
  });

  it('reads a page with one query, and a message with two reads at once', async () => {
    const thread = await createThread(app, anna, [bert]);
    const messageId = await send(app, anna, thread, 'Hello');
    const params = { chatThreadId: thread };
    const list = pages(app, 'chat-list-messages', anna, params, { maxPageSize: 2 });
    const operation = 'list messages';
    await table.measure(app, { operation, condition: 'first page', exactly: { query: 1 }, formula: '1' }, () =>
      list.next(),
    );
    await table.measure(
      app,
      { operation, condition: 'later page', exactly: { query: 1, get: 1 }, formula: '2 in parallel' },
      () => list.next(),
    );
    await table.measure(
      app,
      { operation: 'get a message', condition: 'always', exactly: { get: 2 }, formula: '2 in parallel' },
      () => ok(app.call('chat-get-message', { user: bert, params: { ...params, chatMessageId: messageId } })),
    );
    const body = { rawId: bert.id };
    accepted(await app.call('chat-remove-participant', { user: anna, params, body }));
    await table.measure(
      app,
      { operation, condition: 'first page, former member', exactly: { query: 1, get: 1 }, formula: '2' },
      () => pages(app, 'chat-list-messages', bert, params).next(),
    );
    await send(app, anna, thread, 'Afterwards');
    await table.measure(
      app,
      {
        operation,
        condition: 'first page, former member, with newer entries',
        exactly: { query: 2, get: 2 },
        formula: '4',
      },
      () => pages(app, 'chat-list-messages', bert, params).next(),
    );
  });

  it('lists threads with one query and one more a thread', async () => {
    const user = await app.newUser();
    for (let n = 0; n < 3; n++) {
      await createThread(app, user);
    }
    await table.measure(
      app,
      { operation: 'list threads', condition: '3 listed', exactly: { query: 4 }, formula: '1 + one a thread' },
      () => ok(app.call('chat-list-threads', { user })),
    );
  });

  it('changes a thread and its participants with one transaction in the thread', async () => {
    const thread = await createThread(app, anna, [bert]);
    await send(app, anna, thread, 'warms up');
    const params = { chatThreadId: thread };
    const as = (user: TestUser, body?: object) => ({ user, params, body });
    const read = { exactly: { get: 1 }, condition: 'always', formula: '1' };
    await table.measure(app, { operation: 'get a thread', ...read }, () => ok(app.call('chat-get-thread', as(bert))));
    await table.measure(app, { operation: 'list participants', ...read }, () =>
      ok(app.call('chat-list-participants', as(bert))),
    );
    await table.measure(
      app,
      { operation: 'change a thread', condition: 'warm', exactly: { transaction: 1 }, formula: '1' },
      () => ok(app.call('chat-update-thread', as(anna, { topic: 'Coffee', metadata: { a: 'b' } }))),
    );
    const [cara, dora] = people.slice(2) as [TestUser, TestUser];
    const add = (...users: TestUser[]) =>
      ok(app.call('chat-add-participants', as(anna, { participants: users.map((user) => invitation(user)) })));
    const operation = 'add participants';
    await table.measure(
      app,
      { operation, condition: 'warm, 1', exactly: { update: 1, transaction: 1 }, formula: '1 + B(n)' },
      () => add(cara),
    );
    await table.measure(
      app,
      { operation, condition: 'warm, 160', exactly: { transaction: 17 }, formula: '1 + B(n)' },
      () => add(...people.slice(0, 160)),
    );
    await table.measure(
      app,
      { operation: 'remove a participant', condition: 'warm', exactly: { transaction: 1, update: 1 }, formula: '2' },
      () => ok(app.call('chat-remove-participant', as(anna, { rawId: dora.id }))),
    );
    await table.measure(
      app,
      {
        operation,
        condition: 'warm, 1, after somebody was removed',
        exactly: { get: 1, update: 1, transaction: 1 },
        formula: '1 + B(n) + n',
      },
      () => add(dora),
    );
    await table.measure(
      app,
      { operation: 'delete a thread', condition: 'warm', exactly: { update: 1, transaction: 1 }, formula: '2' },
      () => ok(app.call('chat-delete-thread', as(anna))),
    );
  });

  it('amends a message with one write while the state is at most two seconds old', async () => {
    const thread = await createThread(app, anna, [bert]);
    const old = await send(app, anna, thread, 'The 201st, and more than a minute old');
    app.app.clock.setOffset(app.app.clock.offsetMs + 61_000);
    for (let n = 0; n < 4; n++) {
      await Promise.all(Array.from({ length: 50 }, () => send(app, anna, thread, 'Hello')));
    }
    const recent = await Promise.all(Array.from({ length: 4 }, () => send(app, anna, thread, 'Recent')));
    const params = (chatMessageId: string) => ({ chatThreadId: thread, chatMessageId });
    const edit = (id: string | undefined, body: object = { content: 'Edited' }) =>
      ok(app.call('chat-update-message', { user: anna, params: params(id ?? ''), body }));
    const remove = (id: string | undefined) =>
      ok(app.call('chat-delete-message', { user: anna, params: params(id ?? '') }));
    const typing = () => ok(app.call('chat-send-typing-notice', { user: anna, params: { chatThreadId: thread } }));
    const receipt = (chatMessageId: string | undefined) => () =>
      ok(
        app.call('chat-send-read-receipt', {
          user: bert,
          params: { chatThreadId: thread },
          body: { chatMessageId },
        }),
      );
    const one = { update: 1 };
    const two = { get: 1, update: 1 };
    const formulas: Readonly<Record<string, string>> = {
      'edit a message': '1; 1 more when not fresh; 1 more for an older one or for metadata',
      'delete a message': '1; 1 more when not fresh; 1 more for an older one',
      'send a typing notice': '0; 1 more when not fresh',
      'send a read receipt': '2; 1 more when not fresh; 1 less when it says nothing new',
    };
    const measure = (operation: string, condition: string, exactly: Record<string, number>, run: () => Promise<void>) =>
      table.measure(app, { operation, condition, exactly, formula: formulas[operation] ?? '' }, run);
    await send(app, anna, thread, 'makes the state fresh');
    await measure('edit a message', 'fresh, among the newest 200', one, () => edit(recent[0]));
    await measure('edit a message', 'fresh, an older one', two, () => edit(old));
    await measure('edit a message', 'fresh, its metadata', two, () => edit(recent[0], { metadata: { a: 'b' } }));
    await measure('delete a message', 'fresh, among the newest 200', one, () => remove(recent[1]));
    await measure('send a typing notice', 'fresh', {}, typing);
    await measure('send a read receipt', 'fresh', { get: 1, insert: 1 }, receipt(recent[0]));
    await wait(2_100);
    await measure('edit a message', 'not fresh, among the newest 200', two, () => edit(recent[0]));
    await measure('edit a message', 'not fresh, an older one', { get: 2, update: 1 }, () => edit(old));
    await measure('delete a message', 'not fresh, among the newest 200', two, () => remove(recent[2]));
    await measure('delete a message', 'not fresh, an older one', { get: 2, update: 1 }, () => remove(old));
    await measure('send a typing notice', 'not fresh', { get: 1 }, typing);
    await measure('send a read receipt', 'not fresh', { get: 2, update: 1 }, receipt(recent[3]));
    const list = { user: anna, params: { chatThreadId: thread } };
    await table.measure(
      app,
      {
        operation: 'list read receipts',
        condition: 'always',
        exactly: { get: 1, query: 1 },
        formula: '2 in parallel',
      },
      () => ok(app.call('chat-list-read-receipts', list)),
    );
  });

  it('keeps an image in a blob and a row', async () => {
    const thread = await createThread(app, anna, [bert]);
    await send(app, anna, thread, 'makes the state fresh');
    const headers = { 'content-type': 'image/png', 'image-filename': 'tea.png' };
    const params = { chatThreadId: thread };
    let imageId = '';
    await table.measure(
      app,
      {
        operation: 'upload an image',
        condition: 'fresh, up to 4 MiB',
        exactly: { 'blob-write': 2, update: 1 },
        formula: '2 + one a 4 MiB',
      },
      async () => {
        const body = Buffer.from('not really an image');
        ({ id: imageId } = accepted(
          await app.call<{ id: string }>('chat-upload-image', { user: anna, params, headers, body }),
        ));
      },
    );
    const image = { ...params, imageId, imageViewType: 'original' };
    await table.measure(
      app,
      { operation: 'view an image', condition: 'always', exactly: { get: 2, 'blob-read': 1 }, formula: '3' },
      () => ok(app.call('chat-view-image', { user: bert, params: image })),
    );
    await table.measure(
      app,
      {
        operation: 'delete an image',
        condition: 'always',
        exactly: { get: 2, 'blob-delete': 1, delete: 1 },
        formula: '4',
      },
      () => ok(app.call('chat-delete-image', { user: anna, params: image })),
    );
  });

  it('purges a thread of 5,000 entries with 50 transactions for the log', async () => {
    const process = await geography.start();
    const members = people.slice(0, 40);
    const thread = await createThread(process, anna, members);
    const params = { chatThreadId: thread };
    const receipt = { chatMessageId: await send(process, anna, thread, 'The first of 4,995') };
    const left = { rawId: people[39]?.id };
    for (let sent = 1; sent < 4_995; sent += 222) {
      await Promise.all(
        Array.from({ length: 222 }, (_, n) => sent + n < 4_995 && send(process, anna, thread, 'Hello')),
      );
    }
    await ok(process.call('chat-send-read-receipt', { user: anna, params, body: receipt }));
    await ok(process.call('chat-remove-participant', { user: anna, params, body: left }));
    await ok(process.call('chat-update-thread', { user: anna, params, body: { metadata: { a: 'b' } } }));
    const sweep = async () => {
      process.app.dropCaches();
      process.app.clock.setOffset(process.app.clock.offsetMs + 120_000);
      await process.app.sweep();
    };
    await sweep();
    await table.measure(
      process,
      { operation: 'sweep', condition: 'nothing is due', exactly: { query: 16 }, formula: '16' },
      sweep,
    );
    const { body } = await process.call<{ value: { sequenceId: string }[] }>('chat-list-messages', {
      user: anna,
      params,
    });
    // 2 of the creation, 4,995 messages, 1 removal; behind it one that is never listed, and the deletion to come.
    expect(body.value[0]?.sequenceId).toBe('4998');
    await ok(process.call('chat-delete-thread', { user: anna, params }));
    await table.measure(
      process,
      {
        operation: 'sweep',
        condition: 'a deleted thread with 5,000 entries, 40 participants and former ones',
        exactly: {
          query: 16 + 1 + 3,
          get: 1,
          insert: 1,
          'blob-list': 1,
          transaction: 16 + 50 + 1 + 1,
          delete: 1 + 1,
        },
        formula:
          'in all 16, and 4 a bucket in which something is due; a thread 6 + B(n) + L/100 + R/100 (L entries, R other rows, each rounded up) + two an image',
      },
      sweep,
    );
  });
});

describe('What retention costs in storage', () => {
  it('explains a thread with one read', async () => {
    await measureExplanation(table, app, await createThread(app, anna));
  });

  it('keeps a recorded file in two blobs and an entry of the due index', async () => {
    await measureRecordedFile(table, await geography.start());
  });
});

describe('What the rest costs in storage', () => {
  it('counts what lies where page by page', () => measureResidencyRecord(table));
  it('finds a job with one read, and looks where version 0.1.0 kept them while there may be some', () =>
    measureJobs(table, geography));
  it('keeps an identity in one row', () => measureIdentities(table, app));
  it('finds a suppressed address with one read', async () => measureSuppressions(table, await geography.start()));
});

describe('What an erasure costs in storage', () => {
  it('follows a formula of its messages and threads', () => measureErasures(table, geography));
});

describe('The page about storage costs', () => {
  it('says what was counted', () => table.comparePage());
});
