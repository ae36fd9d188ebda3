import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { type CallFate, createCallInterceptor } from '../../shared/storage/index.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { callApp, composeOn, type TestUser } from '../app/call-app.js';
import {
  addImage,
  addThread,
  addUser,
  fetchExport,
  keptExports,
  say,
  startExport,
  watchExport,
} from './composed-app.js';
import { unzip } from './unzip.js';

let azurite: Azurite;
let app: ComposedApp;
let anna: TestUser;

beforeAll(async () => {
  azurite = await startAzurite();
  app = await composeOn(azurite.connectionString);
  await app.provision();
  anna = await addUser(app);
  const bert = await addUser(app);
  const thread = await addThread(app, [anna, bert]);
  await say(app, thread.id, anna, 'from Anna');
  await say(app, thread.id, bert, 'from Bert');
  await addImage(app, thread.key, anna.id, 'image', randomBytes(1_000));
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
});

/** Works on a job in an app of its own that is stopped at call `stopAt`; how many calls it came to. */
async function workStopped(jobId: string, stopAt: number, fate: CallFate): Promise<number> {
  const interceptor = createCallInterceptor((call) => (call === stopAt ? fate : 'pass'));
  const doomed = await composeOn(azurite.connectionString, { hearingMs: 0, observers: [interceptor.observe] });
  await Promise.race([doomed.jobs.work(jobId), interceptor.stopped]);
  await doomed.storage.close();
  return interceptor.calls;
}

/** What the archive says of chat; the archive itself has to be what its operation says. */
async function exportedChat(operationId: string): Promise<string[]> {
  const { status, result } = await watchExport(app, operationId);
  expect(status).toBe('succeeded');
  const { content } = await fetchExport(app, operationId);
  expect(content.length).toBe(result.sizeBytes);
  expect(createHash('sha256').update(content).digest('hex')).toBe(result.sha256);
  return [...(await unzip(content))].filter(([name]) => name.startsWith('records/chat')).map(String);
}

describe('An export whose worker is stopped', () => {
  it('at any storage call is finished by the next worker, as if nothing had been', async () => {
    const undisturbed = await startExport(app, anna.id);
    const calls = await workStopped(undisturbed, Number.POSITIVE_INFINITY, 'pass');
    const expected = await exportedChat(undisturbed);
    expect(expected.join()).toContain('from Bert');
    let stops = 0;
    for (const fate of ['stopBefore', 'stopAfter'] as const) {
      for (let call = 1; call <= calls; call++) {
        const id = await startExport(app, anna.id);
        stops += (await workStopped(id, call, fate)) === call ? 1 : 0;
        await app.jobs.work(id);
        expect(await exportedChat(id)).toEqual(expected);
        // The archive, and two rows each for the two people and the thread.
        expect((await keptExports(app)).filter((each) => each.includes(id)).length).toBe(1 + 2 * 3);
      }
    }
    console.log(`An export was stopped at each of its ${calls} storage calls, ${stops} times in all.`);
    expect(stops).toBe(2 * calls);
    // Each stands in the audit trail once as asked for, and once as done.
    const audit = await callApp(app, 'privacy-list-audit', { query: { maxPageSize: 1000 } });
    const done = audit.body.value.filter(({ counts }: { counts?: object }) => counts !== undefined);
    expect(done).toHaveLength(2 * calls + 1);
    app.clock.setOffset(25 * 3_600_000);
    await app.sweep();
    expect(await keptExports(app)).toEqual([]);
  });
});
