// Logs where the geography has a log workspace: rows leave for it and nothing else does.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { logSegments } from '../../shared/diagnostics/index.js';
import { maxWaitingRows } from '../../shared/diagnostics/log-limits.js';
import { accepted, createThread, invitation, send } from '../app/chat-calls.js';
import {
  app,
  chat,
  columnsOfTables,
  day,
  diagnostics,
  erase,
  flush,
  health,
  identify,
  logTables,
  looking,
  minute,
  monitor,
  set,
  start,
  stop,
} from './workspace-world.js';

describe('Where nobody may purge the workspace', () => {
  beforeAll(() => start({}));
  afterAll(stop);
  afterEach(() => {
    monitor.answerRows(undefined);
    monitor.forget();
  });

  it('rows go there and nowhere else, and people have pseudonyms, also where the owner had wanted them raw', async () => {
    expect((await set({ identifiers: 'raw' })).status).toBe(400);
    accepted(await set({}));
    const anna = await app.newUser();
    const threadId = await createThread(app, anna);
    await flush();
    const row = monitor.rows(chat).find(({ OperationName }) => OperationName === 'CreateChatThread');
    const { immutableId } = await app.app.defaultResource();
    expect(row).toMatchObject({ ResourceId: immutableId, LogCategory: 'ChatOperational', ChatThreadId: threadId });
    expect(row?.['UserId']).toMatch(/^p:[\w-]{24}$/);
    expect(monitor.uploads.every(({ authorization }) => authorization === 'Bearer secret')).toBe(true);
    // A setting from before the workspace was there.
    const { table } = logTables().find(({ table: each }) => each.name === chat) as ReturnType<typeof logTables>[number];
    const raw = { categories: 'all', retentionDays: 30, identifiers: 'raw' } as const;
    diagnostics().write({ immutableId, logs: raw }, table, app.app.clock.now(), { UserId: anna.id });
    await flush();
    expect(monitor.rows(chat).at(-1)?.['UserId']).toBe(row?.['UserId']);
    const { names } = await app.app.storage.blobs(logSegments).list('');
    expect(names).toEqual([]);
  });

  it('nothing leaves that anybody wrote, and no column that is not declared', async () => {
    const mark = `written${randomBytes(6).toString('hex')}`;
    const [anna, bert] = [await app.newUser(), await app.newUser()];
    const made = { topic: mark, metadata: { a: mark }, participants: [invitation(bert, { displayName: mark })] };
    const { body } = await app.call<{ chatThread: { id: string } }>('chat-create-thread', { user: anna, body: made });
    const chatThreadId = body.chatThread.id;
    await send(app, anna, chatThreadId, mark, { senderDisplayName: mark });
    await app.call('chat-get-message', { user: anna, params: { chatThreadId, chatMessageId: mark } });
    await app.call('identity-issue-token', { params: { id: mark }, body: { scopes: [mark] } });
    await flush();
    const sent = monitor.rows();
    expect(sent.length).toBeGreaterThan(4);
    expect(JSON.stringify(monitor.uploads)).not.toContain(mark);
    expect(JSON.stringify(monitor.uploads)).not.toContain(anna.id.slice(-36));
    const allowed = new Set([...columnsOfTables(), 'ResourceId', 'LogCategory']);
    allowed.delete('Category');
    expect([...new Set(sent.flatMap((row) => Object.keys(row)))].filter((name) => !allowed.has(name))).toEqual([]);
  });

  it('a person is said to be there, since when and until when, and is nobody once erased', async () => {
    const anna = await app.newUser();
    await looking(anna);
    await flush();
    const before = app.app.clock.now();
    const found = (await identify(anna)).find(({ store }) => store === 'logworkspace');
    expect(found).toMatchObject({ items: 1 });
    expect(Date.parse(found?.since ?? '')).toBeLessThanOrEqual(before);
    expect(Math.abs(Date.parse(found?.keptUntil ?? '') - before - 30 * day)).toBeLessThan(minute);
    const receipt = await erase(anna);
    expect(receipt.stores).toEqual(expect.arrayContaining([{ store: 'logworkspace', items: 1 }]));
    expect(receipt.notErased.map(({ store }) => store)).not.toContain('logworkspace');
    expect(await identify(anna)).toEqual([]);
    expect(monitor.purges).toEqual([]);
  });

  it('what is not taken is dropped and counted, in bounded memory, and no request fails', async () => {
    const anna = await app.newUser();
    await flush();
    let refuse = (_status: number): void => undefined;
    const refused = new Promise<number>((resolve) => {
      refuse = resolve;
    });
    monitor.answerRows(() => refused);
    const operation = app.app.operations.find(({ name }) => name === 'chat-list-threads');
    const { immutableId } = await app.app.defaultResource();
    const resource = { immutableId, logs: { categories: 'all', retentionDays: 1, identifiers: 'pseudonymous' } };
    const seen = { operation, resource, params: {}, status: 200, at: app.app.clock.now(), durationMs: 1, origin: '' };
    const more = (count: number) => {
      for (let n = 0; n < count; n++) {
        diagnostics().note({ ...seen, requestId: String(n) } as never);
      }
    };
    // What is being written counts: a workspace that is slow must not fill the memory with what comes after.
    more(maxWaitingRows);
    const written = flush();
    more(maxWaitingRows);
    expect((await health()).facts['droppedLogRows']).toBe(maxWaitingRows);
    expect((await looking(anna)).status).toBe(200);
    refuse(400);
    await written;
    await flush();
    expect((await health()).facts['droppedLogRows']).toBe(2 * maxWaitingRows + 1);
    expect((await health()).isHealthy).toBe(true);
    monitor.answerRows(undefined);
    await looking(anna);
    await flush();
    expect(monitor.rows(chat)).toHaveLength(1);
  });
});
