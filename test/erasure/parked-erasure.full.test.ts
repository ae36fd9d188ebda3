// An erasure that fails again and again, on the way that a message takes in Azure: repeated, parked, told of, and ended
// when its cause is gone.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { chatThreads } from '../../shared/chat/index.js';
import { type Columns, type Row, shardOf } from '../../shared/storage/index.js';
import { callApp, composeOn, type TestUser } from '../app/call-app.js';
import type { HostProcess } from '../emulator/host/host-process.js';
import { addThread, addUser, say } from '../privacy/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { createMarkFinder } from '../scan/mark-finder.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { startApp, triesBeforeParking } from './app-process.js';

const minuteMs = 60_000;
const mark = `mark-${randomBytes(6).toString('hex')}`;

let azurite: Azurite;
let app: ComposedApp;
let anna: TestUser;
let bert: TestUser;
/** Output of every process. */
const logs: string[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  app = await composeOn(azurite.connectionString);
  await app.provision();
  [anna, bert] = [await addUser(app), await addUser(app)];
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
});

/** A process of the app whose product time is ahead by so many minutes. */
async function withProcess<Result>(minutes: number, use: (host: HostProcess) => Promise<Result>): Promise<Result> {
  const host = await startApp(azurite.connectionString, minutes);
  try {
    return await use(host);
  } finally {
    logs.push(...host.logs, ...host.output);
    await host.stop();
  }
}

async function healthOf({ port }: HostProcess) {
  const answer = await fetch(`http://localhost:${port}/health`);
  return { status: answer.status, body: (await answer.json()) as { parkedSince?: string } };
}

const parkedGauges = async (host: HostProcess) =>
  ((await host.call('records')) as [string, number][]).filter(([name]) => name === 'domicile.jobs.parked');

it('An erasure that keeps failing is parked and told of, and comes to its end once its cause is gone', async () => {
  const thread = await addThread(app, [bert, anna]);
  await say(app, thread.id, anna, mark);
  await callApp(app, 'identity-delete', { params: { id: anna.id } });
  const table = app.storage.table(chatThreads, shardOf(chatThreads, thread.key));
  const { etag: _etag, ...state } = (await table.get<Columns>(thread.key, '0')) ?? { etag: '' };
  await table.upsert({ ...state, state: `{"damaged ${mark}` } as Row, 'replace');

  await withProcess(0, async (host) => {
    await host.call('drain');
    expect(await healthOf(host)).toMatchObject({ status: 200, body: { status: 'healthy', parkedJobs: 0 } });
  });

  const since = await withProcess(2, async (host) => {
    await host.call('run', 'sweep');
    await host.call('drain');
    const { status, body } = await healthOf(host);
    expect({ status, body }).toMatchObject({ status: 503, body: { status: 'unhealthy', parkedJobs: 1 } });
    expect(await parkedGauges(host)).toContainEqual(['domicile.jobs.parked', 1]);
    const failures = host.logs.filter((line) => line.includes('work-job: the invocation failed'));
    expect(failures).toHaveLength(triesBeforeParking);
    expect(host.logs.filter((line) => line.startsWith('error') && line.includes('is parked'))).toHaveLength(1);
    return String(body.parkedSince);
  });

  // Tried again, in vain: since when it is parked is remembered. The messages stay hidden for as long as it takes.
  await withProcess(30 * 60, async (host) => {
    await host.call('run', 'sweep');
    await host.call('drain');
    expect((await healthOf(host)).body).toMatchObject({ parkedJobs: 1, parkedSince: since });
    const later = await composeOn(azurite.connectionString, { clockOffsetMs: 54 * 60 * minuteMs });
    const token = await callApp(later, 'identity-issue-token', { params: { id: anna.id }, body: { scopes: ['chat'] } });
    expect(token.status).toBe(401);
    await later.storage.close();
  });

  await table.upsert(state as Row, 'replace');
  await withProcess(30 * 60 + 10, async (host) => {
    await host.call('run', 'sweep');
    await host.call('drain');
    expect(await healthOf(host)).toMatchObject({ status: 200, body: { status: 'healthy', parkedJobs: 0 } });
    expect((await parkedGauges(host)).at(-1)).toEqual(['domicile.jobs.parked', 0]);
  });
  expect((await scanStorage(azurite.connectionString, [mark, anna.id])).hits).toEqual([]);

  const finder = createMarkFinder([mark, anna.id.slice(-36), thread.key]);
  finder.start('log', 'lines').write(logs.join('\n'));
  expect(logs.length).toBeGreaterThan(triesBeforeParking);
  expect(finder.hits).toEqual([]);
});
