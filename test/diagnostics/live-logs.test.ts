// What live chat writes to its log: who has connected, and how much of which thread was told; nothing that was said.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiagnosticsCapability } from '../../functions/diagnostics/capability.js';
import { logSegments } from '../../shared/diagnostics/index.js';
import { accepted, createThread, send } from '../app/chat-calls.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';
import { type LiveGeography, startLiveGeography } from '../realtime/live-geography.js';
import { scanStorage } from '../scan/scan-storage.js';

type Row = Readonly<Record<string, string | number>>;

let live: LiveGeography;
let app: TestProcess;
let anna: TestUser;
let bert: TestUser;

beforeAll(async () => {
  live = await startLiveGeography();
  app = await live.geography.start();
  [anna, bert] = [await app.newUser(), await app.newUser()];
  const body = { categories: ['LiveChatOperational'], retentionDays: 30, identifiers: 'raw' };
  accepted(await app.call('diagnostics-set-settings', { body }));
});
afterAll(() => live?.stop());

async function rows(): Promise<readonly Row[]> {
  await (app.app.capabilities.find(({ name }) => name === 'diagnostics') as DiagnosticsCapability).flush();
  const body = { table: 'DomicileLiveChat', since: '2020-01-01T00:00:00Z', where: {} };
  return accepted(await app.call<{ value: Row[] }>('diagnostics-query-logs', { body })).value;
}

async function rowOf(name: string): Promise<Row> {
  const find = async () => (await rows()).find((row) => row['OperationName'] === name);
  await expect.poll(find).toBeDefined();
  return (await find()) as Row;
}

describe('The log of live chat', () => {
  it('tells who has connected, what was told of which thread, and that the connection was closed', async () => {
    const connected = await live.connect(app, bert);
    const chatThreadId = await createThread(app, anna, [bert]);
    const delivered = await rowOf('NoticesDelivered');
    await connected.say(`3:::{"id":1,"status":404,"headers":{},"body":""}`);
    await connected.close();
    const [opened, unread, closed] = [
      await rowOf('ConnectionOpened'),
      await rowOf('NoticesUnread'),
      await rowOf('ConnectionClosed'),
    ];
    expect(await rows()).toHaveLength(4);
    expect(opened).toEqual({
      TimeGenerated: expect.any(String),
      Category: 'LiveChatOperational',
      OperationName: 'ConnectionOpened',
      Level: 'Informational',
      Transport: 'WebSocket',
      ConnectionId: expect.any(String),
      UserId: bert.id,
    });
    expect(delivered).toMatchObject({ ChatThreadId: chatThreadId, Notices: 1, Recipients: 1 });
    expect(delivered).not.toHaveProperty('UserId');
    expect(unread).toMatchObject({ Level: 'Warning', Notices: 1, ConnectionId: opened['ConnectionId'] });
    expect(closed).toMatchObject({ ConnectionId: opened['ConnectionId'] });
  });

  it('tells of a connection that was refused because its tokens were revoked', async () => {
    const connected = await live.connect(app, bert);
    await app.call('identity-revoke-tokens', { params: { id: bert.id } });
    await connected.say('5:1+::{"name":"ping"}');
    expect(await rowOf('ConnectionRefused')).toMatchObject({ Level: 'Warning', Transport: 'WebSocket' });
  });

  it('has nothing of what was said', async () => {
    const mark = 'said-2f81c0';
    const cy = await app.newUser();
    await live.connect(app, cy);
    const chatThreadId = await createThread(app, anna, [cy]);
    await send(app, anna, chatThreadId, mark);
    const isTold = async () => (await rows()).filter((row) => row['ChatThreadId'] === chatThreadId).length;
    await expect.poll(isTold).toBe(2);
    const { hits } = await scanStorage(live.geography.connectionString, [mark]);
    expect(hits.map(({ store }) => store)).not.toContain(logSegments.name);
    expect(hits).not.toEqual([]);
  });
});
