// Who is named in a thread without taking part, people of other kinds, and threads that are still being brought here: found,
// counted, erased, and seen by nobody who may not.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indexRowsOf } from './index-rows.js';
import { chatThreads, chatUserIndex } from '../../shared/chat/index.js';
import type { BoundStore, ExportItem, PersonalIdentifier } from '../../shared/data-map/index.js';
import { countPage, newStoreCursor, type StoreCursor } from '../../shared/residency/count-page.js';
import { type Columns, logKeys, type Row, shardOf, type Stored } from '../../shared/storage/index.js';
import { accepted, createThread, invitation, listAll, send } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { chatPartsOn } from './chat-parts.js';
import { type ForeignThread, placeForeign } from './foreign-threads.js';

let geography: TestGeography;
let app: TestProcess;
let anna: TestUser;
let bert: TestUser;
let resourceId: string;
beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  [anna, bert] = await Promise.all([app.newUser(), app.newUser()]);
  resourceId = (await app.app.defaultResource()).immutableId;
});
afterAll(() => geography?.stop());

const newThread = (): ForeignThread => ({
  id: `19:${randomUUID().replaceAll('-', '')}@thread.v2`,
  messageIds: ['1700000000001', '1700000000002', '1700000000003'],
});
const teamsUser = () => `8:orgid:${randomUUID()}`;
const identity = (rawId: string): PersonalIdentifier => ({ kind: 'identity', rawId });
const walk = () => ({ resourceId, now: app.app.clock.now(), realNow: app.app.clock.realNow() });
const store = (name: string) => app.app.stores.find((each) => each.store.name === name);

async function erase(rawId: string): Promise<void> {
  for (const name of [chatThreads.name, chatUserIndex.name]) {
    let cursor: string | undefined;
    do {
      ({ cursor } = (await store(name)?.erase(identity(rawId), walk(), cursor)) ?? {});
    } while (cursor !== undefined);
  }
}

async function exported(rawId: string): Promise<ExportItem['record'][]> {
  const records: ExportItem['record'][] = [];
  const options = { includesReceived: true, readsFrom: async () => undefined };
  for await (const { record } of store(chatThreads.name)?.exportItems(identity(rawId), walk(), options) ?? []) {
    records.push(record);
  }
  return records;
}

const indexRows = (rawId: string) => indexRowsOf(app, rawId);

async function textOf(key: string): Promise<string> {
  const table = app.app.storage.table(chatThreads, shardOf(chatThreads, key));
  const rows: unknown[] = [];
  for await (const row of table.rows<Columns>({ partition: key })) {
    rows.push(row);
  }
  return JSON.stringify(rows);
}

describe('Who is named in a thread and never took part', () => {
  it('is found, gets what they did handed out and nothing else, and is erased', async () => {
    const initiator = teamsUser();
    const thread = newThread();
    const key = await placeForeign(app, thread, [anna, bert], { initiator, createdBy: initiator });
    expect((await store(chatThreads.name)?.locate(identity(initiator), walk()))?.items).toBe(2);
    const records = await exported(initiator);
    expect(records.map(({ type, threadId }) => [type, threadId])).toEqual([
      ['thread', thread.id],
      ['participantAdded', thread.id],
    ]);
    expect(records[0]).toMatchObject({ createdByYou: true, isParticipant: false });
    expect(JSON.stringify(records)).not.toMatch(/Tea|brought along/);
    await erase(initiator);
    expect(await textOf(key)).not.toContain(initiator);
    expect(await indexRows(initiator)).toEqual([]);
    expect(await listAll(app, 'chat-list-messages', bert, { chatThreadId: thread.id })).toHaveLength(3);
  });

  it('goes from the index with the thread', async () => {
    const initiator = teamsUser();
    const thread = newThread();
    await placeForeign(app, thread, [anna], { initiator });
    expect(await indexRows(initiator)).toHaveLength(1);
    accepted(await app.call('chat-delete-thread', { user: anna, params: { chatThreadId: thread.id } }));
    app.app.clock.setOffset(app.app.clock.offsetMs + 120_000);
    await app.app.sweep();
    expect(await indexRows(initiator)).toEqual([]);
  });

  it('does not see the thread before being added, and does afterwards', async () => {
    const cleo = await app.newUser();
    const thread = newThread();
    await placeForeign(app, thread, [anna], { initiator: cleo.id });
    const params = { chatThreadId: thread.id };
    expect(await listAll(app, 'chat-list-threads', cleo, {})).toEqual([]);
    expect((await app.call('chat-get-thread', { user: cleo, params })).status).toBe(403);
    const body = { participants: [invitation(cleo)] };
    accepted(await app.call('chat-add-participants', { user: anna, params, body }));
    expect(await listAll(app, 'chat-list-threads', cleo, {})).toHaveLength(1);
  });
});

describe('A thread that is still being brought here', () => {
  it('is read and written by nobody, given to its people on request, and opened by its state alone', async () => {
    const thread = newThread();
    const key = await placeForeign(app, thread, [anna, bert], { moving: { since: app.app.clock.now() } });
    const params = { chatThreadId: thread.id };
    const refused = await app.call('chat-get-thread', { user: anna, params });
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect((await app.call('chat-send-message', { user: anna, params, body: { content: 'x' } })).status).toBe(503);
    expect((await app.call('chat-get-thread', { user: await app.newUser(), params })).status).toBe(403);
    const listed = await listAll<{ id: string }>(app, 'chat-list-threads', bert, {});
    expect(listed.map(({ id }) => id)).not.toContain(thread.id);
    const threads = (await exported(bert.id)).filter(({ type }) => type === 'thread');
    expect(threads.map(({ threadId }) => threadId)).toContain(thread.id);
    await chatPartsOn(app).threads.append(key, {
      deadline: Number.POSITIVE_INFINITY,
      propose: ({ moving: _moving, ...state }) => ({ columns: { kind: 'threadChanged' }, state }),
    });
    app.app.dropCaches();
    expect((await app.call('chat-get-thread', { user: anna, params })).status).toBe(200);
  });
});

async function countOf(name: string): Promise<{ own: number; foreign: unknown }> {
  const bound = store(name);
  const isOurs = async (id: string) => id === resourceId;
  for (let cursor: StoreCursor = newStoreCursor(name); ; ) {
    const step = await countPage(app.app.storage, bound as BoundStore, cursor, isOurs);
    if ('count' in step) {
      return { own: step.count.resources[resourceId] ?? 0, foreign: step.count.foreign };
    }
    cursor = step.next;
  }
}

describe('Whose a row is', () => {
  it('is told by the row itself, whoever it is about and whatever its ids look like', async () => {
    const before = await countOf(chatUserIndex.name);
    await placeForeign(app, newThread(), [anna], { initiator: teamsUser() });
    const { own, foreign } = await countOf(chatUserIndex.name);
    // A row each, with the check that was written with it.
    expect({ own, foreign }).toEqual({ own: before.own + 4, foreign: 0 });
    expect((await countOf(chatThreads.name)).foreign).toBe(0);
  });

  it('is told as before of rows that the build before wrote, and the next write adds it', async () => {
    const threadId = await createThread(app, anna, [bert]);
    const key = threadId.slice(3, 39);
    const threads = app.app.storage.table(chatThreads, shardOf(chatThreads, key));
    const index = app.app.storage.table(chatUserIndex, shardOf(chatUserIndex, anna.id));
    const places = [
      [threads, key, logKeys.stateKey],
      [index, 'users', `${anna.id}!${key}`],
    ] as const;
    const counts = async () => [await countOf(chatThreads.name), await countOf(chatUserIndex.name)];
    const before = await counts();
    for (const [table, partition, rowKey] of places) {
      const { resource, etag, ...older } = (await table.get<Columns>(partition, rowKey)) as Stored<Columns>;
      expect(resource).toBe(resourceId);
      await table.update(older as Row, etag, 'replace');
    }
    expect(await counts()).toEqual(before);
    app.app.dropCaches();
    await send(app, anna, threadId, 'Hello');
    const params = { chatThreadId: threadId };
    accepted(await app.call('chat-remove-participant', { user: bert, params, body: { rawId: anna.id } }));
    for (const [table, partition, rowKey] of places) {
      expect((await table.get<Columns>(partition, rowKey))?.['resource']).toBe(resourceId);
    }
  });

  it('is what the deletion of a resource goes by', async () => {
    const other = randomUUID();
    const [theirs, ours] = [teamsUser(), teamsUser()];
    const users = chatPartsOn(app).users;
    await users.add([theirs], { key: 'k'.repeat(36), resource: other }, 0);
    await users.add([ours], { key: 'l'.repeat(36), resource: resourceId }, 0);
    let cursor: string | undefined;
    do {
      ({ cursor } = (await store(chatUserIndex.name)?.eraseResource({ ...walk(), resourceId: other }, cursor)) ?? {});
    } while (cursor !== undefined);
    expect(await indexRows(theirs)).toEqual([]);
    expect(await indexRows(ours)).toHaveLength(1);
  });
});
