import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accepted, createThread, invitation, pages, send } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { byKind, CostTable } from './cost-table.js';
import { measureChanges, measureChangesAmong } from './change-costs.js';
import { measureErasures } from './erasure-costs.js';
import { measureIdentities } from './identity-costs.js';
import { measureImages } from './image-costs.js';
import { measureIndexChecks } from './index-check-costs.js';
import { measureJobs } from './job-costs.js';
import { measureListing } from './listing-costs.js';
import { measureMails } from './mail-costs.js';
import { measureLive } from './live-costs.js';
import { measureNumbers } from './number-costs.js';
import { measureResidencyRecord } from './residency-costs.js';
import { measureRooms } from './room-costs.js';
import { spread } from './spread-users.js';
import { measureExplanation, measureRecordedFile } from './retention-costs.js';
import { measureSuppressions } from './suppression-costs.js';
import { measureCalls } from './call-costs.js';
import { measureTexts } from './text-costs.js';

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
  // From now on its rows of the user index are announced.
  await createThread(app, anna, [bert]);
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
      { operation, condition: '2 participants', exactly: { transaction: 3 }, formula: '1 + B(n)' },
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
        exactly: { transaction: 3, get: 1 },
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
      { operation: 'get a message', condition: 'not remembered', exactly: { get: 2 }, formula: '2 in parallel' },
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

  it('reads a message that has moved where it lies, and the newest row alone of what is remembered', async () => {
    await measureListing(table, app, await coldProcess(), anna);
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
      { operation, condition: 'warm, 1', exactly: { transaction: 2 }, formula: '1 + B(n)' },
      () => add(cara),
    );
    await table.measure(
      app,
      { operation, condition: 'warm, 160', exactly: { transaction: 17 }, formula: '1 + B(n)' },
      () => add(...people.slice(0, 160)),
    );
    await table.measure(
      app,
      { operation: 'remove a participant', condition: 'warm', exactly: { transaction: 2 }, formula: '2' },
      () => ok(app.call('chat-remove-participant', as(anna, { rawId: dora.id }))),
    );
    await table.measure(
      app,
      {
        operation,
        condition: 'warm, 1, after somebody was removed',
        exactly: { get: 1, transaction: 2 },
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

  it('changes a message with one transaction, and a read when it is not remembered', async () => {
    await measureChanges(table, app, anna, bert);
    await measureChangesAmong(table, app, await coldProcess(), anna);
  });

  it('keeps an image in a blob and a row', async () => {
    const thread = await createThread(app, anna, [bert]);
    await send(app, anna, thread, 'makes the state fresh');
    await measureImages(table, app, { sender: anna, reader: bert, thread });
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
    // Past the checks of the user index.
    process.app.clock.setOffset(20 * 60_000);
    await sweep();
    await table.measure(
      process,
      {
        operation: 'sweep',
        condition: 'nothing is due',
        exactly: { query: 16, 'blob-list': 1 },
        formula: '17: one looks for dead letters',
      },
      sweep,
    );
    await measureIndexChecks(table, process, () => createThread(process, anna, [bert]), sweep);
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
          'blob-list': 1 + 1,
          transaction: 16 + 50 + 1 + 1,
          delete: 1 + 1,
        },
        formula:
          'in all 17, and 4 a bucket in which something is due; a thread 6 + B(n) + L/100 + R/100 (L entries, R other rows, each rounded up) + two an image',
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
  it('sends a mail', () => measureMails(table));
  it('sends a text', () => measureTexts(table));
  it('has a call', () => measureCalls(table));

  it('looks for phone numbers, buys and releases them', () => measureNumbers(table));
  it('makes rooms, changes and deletes them', () => measureRooms(table));
  it('finds a suppressed address with one read', async () => measureSuppressions(table, await geography.start()));
});

describe('What live chat costs in storage', () => {
  it('is nothing where nobody is online', () => measureLive(table));
});

describe('What an erasure costs in storage', () => {
  it('follows a formula of its messages and threads', () => measureErasures(table, geography));
});

describe('The page about storage costs', () => {
  it('says what was counted', () => table.comparePage());
});
