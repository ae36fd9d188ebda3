// Logs of requests: what stands in them and what never does, how people are called in them, and how they go.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DiagnosticsCapability } from '../../functions/diagnostics/capability.js';
import { logKeys, logSegments } from '../../shared/diagnostics/index.js';
import { maxWaitingRows } from '../../shared/diagnostics/log-limits.js';
import { accepted, createThread, invitation, send } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';

const day = 24 * 60 * 60_000;
type Row = Readonly<Record<string, string | number>>;

let geography: TestGeography;
let process: TestProcess;
beforeAll(async () => {
  geography = await startGeography();
  process = await geography.start();
});
afterEach(async () => {
  process.app.clock.setOffset(0);
  process.app.dropCaches();
  await set({ categories: 'none' });
});
afterAll(() => geography?.stop());

const diagnostics = ({ app }: TestProcess) =>
  app.capabilities.find(({ name }) => name === 'diagnostics') as DiagnosticsCapability;
const flush = () => diagnostics(process).flush();

async function set(more: object): Promise<void> {
  const body = { categories: 'all', retentionDays: 30, identifiers: 'raw', ...more };
  accepted(await process.call('diagnostics-set-settings', { body }));
}

async function query(table: string, where: Readonly<Record<string, string>> = {}): Promise<readonly Row[]> {
  await flush();
  const body = { table, since: '2020-01-01T00:00:00Z', where };
  return accepted(await process.call<{ value: Row[] }>('diagnostics-query-logs', { body })).value;
}

const chat = 'ACSChatIncomingOperations';
const auth = 'ACSAuthIncomingOperations';
const mail = ['ACSEmailSendMailOperational', 'ACSEmailStatusUpdateOperational', 'ACSEmailUserEngagementOperational'];
const live = 'DomicileLiveChat';
const texts = 'ACSSMSIncomingOperations';
const rooms = 'ACSRoomsIncomingOperations';
const calling = 'ACSCallAutomationIncomingOperations';
const looking = (user: TestUser) => process.call('chat-list-threads', { user });
const itemsOf = async (user: TestUser) => {
  const body = { identifiers: [user.id] };
  const { stores } = accepted(
    await process.call<{ stores: { store: string; items: number }[] }>('privacy-identify', { body }),
  );
  return Object.fromEntries(stores.filter(({ items }) => items > 0).map(({ store, items }) => [store, items]));
};
async function erase(user: TestUser): Promise<Readonly<Record<string, number>>> {
  const { id } = accepted(await process.call<{ id: string }>('privacy-erase', { body: { identifiers: [user.id] } }));
  for (let round = 0; round < 10; round++) {
    process.app.clock.setOffset(process.app.clock.offsetMs + 60_000);
    process.app.dropCaches();
    await process.app.jobs.work(id);
    const { body } = await process.call<{ status: string; result?: { receipt: string } }>('privacy-get-operation', {
      params: { operationId: id },
    });
    if (body.status === 'succeeded') {
      const payload = Buffer.from(String(body.result?.receipt).split('.')[1] ?? '', 'base64url');
      const { stores } = JSON.parse(String(payload)) as { stores: { store: string; items: number }[] };
      return Object.fromEntries(stores.map(({ store, items }) => [store, items]));
    }
  }
  throw new Error('The erasure does not end.');
}
const lyingIn = async (mark: string) => {
  const { hits } = await scanStorage(geography.connectionString, [mark]);
  return [...new Set(hits.map(({ store }) => store))];
};

describe('The logs of a resource', () => {
  it('are empty until its owner wants them, and cost nothing', async () => {
    const anna = await process.newUser();
    await looking(anna);
    const before = process.app.counter.snapshot();
    await looking(anna);
    await flush();
    const used = Object.keys(process.app.counter.since(before)).filter((call) => call.startsWith('log'));
    expect([used, await query(chat)]).toEqual([[], []]);
    expect(accepted(await process.call('diagnostics-get-settings'))).toEqual({
      categories: 'none',
      retentionDays: 30,
      identifiers: 'raw',
    });
  });

  it('tell of each request what ACS’s tell, and are found by its columns', async () => {
    await set({});
    const anna = await process.newUser();
    const chatThreadId = await createThread(process, anna);
    const id = await send(process, anna, chatThreadId, 'Hello');
    await process.call('chat-get-message', { user: anna, params: { chatThreadId, chatMessageId: '4711' } });
    const rows = await query(chat, { UserId: anna.id });
    expect(rows.map(({ OperationName, ResultSignature }) => [OperationName, ResultSignature])).toEqual([
      ['CreateChatThread', '201'],
      ['SendChatMessage', '201'],
      ['GetChatMessage', '404'],
    ]);
    expect(rows[1]).toEqual({
      TimeGenerated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      Category: 'ChatOperational',
      CorrelationId: expect.stringMatching(/^[\da-f-]{36}$/),
      OperationName: 'SendChatMessage',
      OperationVersion: '2025-03-15',
      DurationMs: expect.any(Number),
      Level: 'Informational',
      ResultSignature: '201',
      ResultType: 'Succeeded',
      URI: 'https://contoso.europe.example/chat/threads/{chatThreadId}/messages',
      ChatThreadId: chatThreadId,
      ChatMessageId: Number(id),
      UserId: anna.id,
    });
    expect(rows[2]).toMatchObject({ Level: 'Warning', ResultType: 'Failed' });
    expect(await query(auth, { Identity: anna.id })).toMatchObject([{ OperationName: 'Create', Scopes: ['chat'] }]);
    expect(await query(chat, { ResultSignature: '404' })).toMatchObject([{ ChatThreadId: chatThreadId }]);
    const unknown = { table: chat, since: '2020-01-01T00:00:00Z', where: { Password: 'x' } };
    expect((await process.call('diagnostics-query-logs', { body: unknown })).status).toBe(400);
  });

  it('hold nothing that anybody wrote, whatever is written wherever', async () => {
    const mark = `written${randomBytes(6).toString('hex')}`;
    await set({});
    const [anna, bert] = [await process.newUser(), await process.newUser()];
    const made = { topic: mark, metadata: { a: mark }, participants: [invitation(bert, { displayName: mark })] };
    const { body } = await process.call<{ chatThread: { id: string } }>('chat-create-thread', {
      user: anna,
      body: made,
      headers: { 'user-agent': `azsdk-js-chat/1.0 ${mark}`, 'x-ms-client-request-id': mark },
    });
    const params = { chatThreadId: body.chatThread.id };
    await send(process, anna, params.chatThreadId, mark, { senderDisplayName: mark, metadata: { a: mark } });
    await process.call('chat-get-message', { user: anna, params: { ...params, chatMessageId: mark } });
    await process.call('chat-get-thread', { user: anna, params: { chatThreadId: mark } });
    await process.call('identity-delete', { params: { id: `${mark}@example.com` } });
    await process.call('identity-issue-token', { params: { id: mark }, body: { scopes: [mark] } });
    expect(await query(chat)).not.toEqual([]);
    expect(await query(auth)).not.toEqual([]);
    expect(await lyingIn(mark)).not.toContain(logSegments.name);
    expect(await lyingIn(anna.id.slice(-36))).toContain(logSegments.name);
    const sdk = (await query(chat)).find(({ SdkType }) => SdkType !== undefined);
    expect(sdk?.['SdkType']).toBe('azsdk-js-chat/1.0');
  });

  it('have no more columns than their tables declare', async () => {
    const tables = process.app.capabilities.flatMap(({ logs = [] }) => logs.map(({ table }) => table));
    expect(tables.map(({ name }) => name).toSorted()).toEqual([auth, calling, chat, ...mail, rooms, texts, live]);
    for (const table of tables) {
      for (const row of await query(table.name)) {
        expect(Object.keys(row).filter((name) => !(name in table.columns))).toEqual([]);
      }
    }
    // Whoever adds a column says here that it is diagnostic data, and nothing else.
    expect([...new Set(tables.flatMap(({ columns }) => Object.keys(columns)))].toSorted()).toEqual([
      'AddedRoomParticipantsCount',
      'AttachmentsCount',
      'BccRecipientsCount',
      'CallConnectionId',
      'Category',
      'CcRecipientsCount',
      'ChatMessageId',
      'ChatThreadId',
      'ConnectionId',
      'CorrelationId',
      'DeliveryAttempts',
      'DeliveryStatus',
      'DurationMs',
      'EngagementType',
      'EnhancedSmtpStatusCode',
      'Identity',
      'IncomingMessageLength',
      'IsHardBounce',
      'Level',
      'Location',
      'MessageId',
      'Method',
      'Notices',
      'NumberType',
      'OperationName',
      'OperationVersion',
      'OutgoingMessageLength',
      'PhoneNumber',
      'PstnDialOutEnabled',
      'RecipientId',
      'Recipients',
      'RemovedRoomParticipantsCount',
      'ResultSignature',
      'ResultType',
      'RoomId',
      'RoomLifespan',
      'RoomParticipantsAttendee',
      'RoomParticipantsConsumer',
      'RoomParticipantsCount',
      'RoomParticipantsPresenter',
      'Scopes',
      'SdkType',
      'SenderDomain',
      'Size',
      'SmtpStatusCode',
      'TimeGenerated',
      'ToRecipientsCount',
      'Transport',
      'URI',
      'UniqueRecipientsCount',
      'UpsertedRoomParticipantsCount',
      'UserId',
    ]);
  });

  it('go a day at a time when their days are over, and are not read any more from then on', async () => {
    await set({ retentionDays: 2 });
    const anna = await process.newUser();
    await looking(anna);
    expect(await query(chat, { UserId: anna.id })).toHaveLength(1);
    process.app.clock.setOffset(2 * day - 60_000);
    expect(await query(chat, { UserId: anna.id })).toHaveLength(1);
    process.app.clock.setOffset(2 * day + 60 * 60_000);
    expect(await query(chat, { UserId: anna.id })).toEqual([]);
    process.app.dropCaches();
    await process.app.sweep();
    const { names } = await process.app.storage.blobs(logSegments).list('');
    for (const name of names) {
      expect(Number(name.split('/')[1])).toBeGreaterThan(process.app.clock.now());
    }
  });

  it('of an hour that is over are joined, each row once, without whom was erased meanwhile', async () => {
    const { immutableId } = await process.app.defaultResource();
    await set({});
    const [anna, bert] = [await process.newUser(), await process.newUser()];
    for (const user of [anna, bert, anna, bert]) {
      await looking(user);
      await flush();
    }
    const hour = 60 * 60_000;
    const pieces = async () =>
      (await process.app.storage.blobs(logSegments).list(`${immutableId}/`)).names.filter((name) =>
        name.includes(chat),
      );
    const before = await query(chat);
    expect((await pieces()).length).toBeGreaterThan(3);
    accepted(await process.call('identity-delete', { params: { id: anna.id } }));
    process.app.clock.setOffset(hour + 11 * 60_000);
    process.app.dropCaches();
    await process.app.sweep();
    expect((await pieces()).length).toBeLessThan(3);
    const after = await query(chat);
    expect(after.filter(({ UserId }) => UserId === bert.id)).toHaveLength(2);
    expect(after).toEqual(before.filter(({ UserId }) => UserId !== anna.id));
    expect(await lyingIn(anna.id.slice(-36))).not.toContain(logSegments.name);
  });

  it('lose what does not fit into memory, and not the process', async () => {
    await set({ categories: ['ChatOperational'] });
    const anna = await process.newUser();
    await looking(anna);
    await flush();
    const before = (await query(chat)).length;
    const log = process.app.capabilities
      .flatMap(({ logs = [] }) => logs)
      .find((each) => 'service' in each && each.service === 'chat');
    const operation = process.app.operations.find(({ name }) => name === 'chat-list-threads');
    const { immutableId } = await process.app.defaultResource();
    const resource = { immutableId, logs: { categories: 'all', retentionDays: 1, identifiers: 'raw' } };
    const seen = {
      operation,
      resource,
      params: {},
      status: 200,
      at: process.app.clock.now(),
      durationMs: 1,
      origin: '',
    };
    for (let n = 0; n < maxWaitingRows + 10; n++) {
      diagnostics(process).note({ ...seen, requestId: String(n) } as never);
    }
    await flush();
    const names = (await process.app.storage.blobs(logSegments).list(`${immutableId}/`)).names;
    expect(log).toBeDefined();
    expect(before).toBeGreaterThan(0);
    const { rows } = await countRows(names);
    expect(rows).toBeGreaterThanOrEqual(maxWaitingRows);
    expect(rows).toBeLessThan(maxWaitingRows + before + 10);
  });
  it('are joined without losing one, also of tables where several have one correlation id, or none', async () => {
    const { immutableId } = await process.app.defaultResource();
    const logs = { categories: 'all', retentionDays: 30, identifiers: 'raw' } as const;
    const tables = process.app.capabilities.flatMap(({ logs: each = [] }) => each.map(({ table }) => table));
    const at = process.app.clock.now();
    for (let piece = 0; piece < 2; piece++) {
      for (const table of tables) {
        for (let n = 0; n < 5; n++) {
          const row = { CorrelationId: 'one for all', OperationName: `${piece}.${n}` };
          diagnostics(process).write({ immutableId, logs }, table, at, row);
        }
      }
      await flush();
    }
    const counts = () => Promise.all(tables.map(async ({ name }) => (await query(name)).length));
    const before = await counts();
    expect(Math.min(...before)).toBeGreaterThanOrEqual(10);
    process.app.clock.setOffset(71 * 60_000);
    process.app.dropCaches();
    await process.app.sweep();
    expect(await counts()).toEqual(before);
  });
});

async function countRows(names: readonly string[]) {
  let rows = 0;
  for (const name of names) {
    const found = await process.app.storage.blobs(logSegments).download(name);
    for await (const chunk of found?.content ?? []) {
      rows += String(chunk).split('\n').length - 1;
    }
  }
  return { rows };
}

describe('A person in logs', () => {
  it('stands there raw where that is wanted, and is found, and taken out without anybody else', async () => {
    await set({});
    const [anna, bert] = [await process.newUser(), await process.newUser()];
    await looking(anna);
    await looking(bert);
    await flush();
    expect(await itemsOf(anna)).toMatchObject({ logsegments: 2 });
    const erased = await erase(anna);
    expect(erased['logsegments']).toBeGreaterThanOrEqual(2);
    expect(await lyingIn(anna.id.slice(-36))).toEqual([]);
    expect(await query(chat, { UserId: bert.id })).toHaveLength(1);
  });

  it('has a pseudonym otherwise, by which their id finds them until they are erased, and nobody afterwards', async () => {
    await set({ identifiers: 'pseudonymous' });
    const [anna, bert] = [await process.newUser(), await process.newUser()];
    await looking(anna);
    await looking(anna);
    await looking(bert);
    const rows = await query(chat, { UserId: anna.id });
    expect(rows).toHaveLength(2);
    const pseudonym = String(rows[0]?.['UserId']);
    expect(pseudonym).toMatch(/^p:[\w-]{24}$/);
    expect(rows[1]?.['UserId']).toBe(pseudonym);
    expect(await lyingIn(anna.id.slice(-36))).not.toContain(logSegments.name);
    expect(await itemsOf(anna)).toMatchObject({ logsegments: 3, logkeys: 1 });
    const erased = await erase(anna);
    expect([erased['logsegments'], erased['logkeys']]).toEqual([3, 1]);
    expect(await itemsOf(anna)).toEqual({});
    expect(await query(chat, { UserId: anna.id })).toEqual([]);
    // What was done is still told, about nobody.
    expect(await query(chat, { UserId: pseudonym })).toHaveLength(2);
    expect((await process.app.storage.table(logKeys).scan()).rows).toHaveLength(1);
    expect(await query(chat, { UserId: bert.id })).toHaveLength(1);
  });

  it('is not written of any more when they were deleted meanwhile', async () => {
    await set({});
    const anna = await process.newUser();
    await looking(anna);
    accepted(await process.call('identity-delete', { params: { id: anna.id } }));
    await flush();
    const stores = await lyingIn(anna.id.slice(-36));
    expect(stores).not.toContain(logSegments.name);
  });
});
