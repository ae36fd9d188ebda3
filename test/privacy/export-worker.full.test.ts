import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { createCallInterceptor } from '../../shared/storage/index.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { callApp, composeOn } from '../app/call-app.js';
import {
  addThread,
  addUser,
  fetchExport,
  keptExports,
  pausedWorker,
  say,
  startExport,
  watchExport,
  workJobs,
} from './composed-app.js';
import { unzip } from './unzip.js';

const dayMs = 24 * 3_600_000;

let azurite: Azurite;
let app: ComposedApp;

beforeAll(async () => {
  azurite = await startAzurite();
  app = await composeOn(azurite.connectionString, { hearingMs: 0 });
  await app.provision();
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
});

async function twoPeople() {
  const [anna, bert] = [await addUser(app), await addUser(app)];
  const thread = await addThread(app, [anna, bert]);
  await say(app, thread.id, anna, 'from Anna');
  await say(app, thread.id, bert, 'from Bert');
  return { anna, bert };
}

/** A whole erasure; in the middle the identity is buried, and its erasure has yet to begin. */
async function erase(rawId: string, inTheMiddle: () => Promise<void>): Promise<void> {
  await callApp(app, 'identity-delete', { params: { id: rawId } });
  await workJobs(app);
  await inTheMiddle();
  app.clock.setOffset(app.clock.offsetMs + 61_000);
  await app.sweep();
  await workJobs(app);
}

/** Nothing at all, or an archive that was made without any word of Bert. */
async function expectNothingOf(operationId: string, word: string): Promise<'failed' | 'succeeded'> {
  const { status, error } = await watchExport(app, operationId);
  const { status: fetched, content } = await fetchExport(app, operationId);
  if (status === 'failed') {
    expect([error.code, fetched]).toEqual(['Erased', 404]);
    expect((await keptExports(app)).filter((each) => each.endsWith('.zip'))).toEqual([]);
  } else {
    expect([status, fetched]).toEqual(['succeeded', 200]);
    expect([...(await unzip(content)).values()].map(String).join()).not.toContain(word);
  }
  return status;
}

describe('Erasing somebody while an export with words of theirs is under way', () => {
  const calls = [4, 10, 16, 24, 30];
  const moments = calls.flatMap((call) => (['middle', 'end'] as const).map((goesOn) => [call, goesOn] as const));
  it.each(moments)(
    'leaves none of them when it comes at storage call %i, which goes on at its %s',
    async (chosen, goesOn) => {
      const { anna, bert } = await twoPeople();
      const id = await startExport(app, anna.id);
      const worker = await pausedWorker(app, azurite.connectionString, id, (number) => number === chosen);
      await erase(bert.id, async () => {
        if (goesOn === 'middle') {
          await worker.finish();
        }
      });
      if (goesOn === 'end') {
        await worker.finish();
      }
      // What was put off because of it.
      for (let tries = 0; tries < 2; tries++) {
        app.clock.setOffset(app.clock.offsetMs + 6 * 60_000);
        await app.sweep();
        await workJobs(app);
      }
      await expectNothingOf(id, 'from Bert');
      app.clock.setOffset(app.clock.offsetMs + 25 * 3_600_000);
      await app.sweep();
      expect(await keptExports(app)).toEqual([]);
    },
  );

  it('leaves none of them when its worker had died in the middle of writing', async () => {
    const { anna, bert } = await twoPeople();
    const id = await startExport(app, anna.id);
    const interceptor = createCallInterceptor((_, { store, kind }) =>
      store === 'exports' && kind === 'blob-write' ? 'stopAfter' : 'pass',
    );
    const doomed = await composeOn(azurite.connectionString, {
      clockOffsetMs: app.clock.offsetMs,
      hearingMs: 0,
      observers: [interceptor.observe],
    });
    await Promise.race([doomed.jobs.work(id), interceptor.stopped]);
    await doomed.storage.close();
    await erase(bert.id, async () => undefined);
    expect(await expectNothingOf(id, 'from Bert')).toBe('failed');
    // The next worker finds that nobody waits for it any more.
    await app.jobs.work(id);
    expect(await keptExports(app)).toEqual([]);
  });
});

describe('Two workers at one export', () => {
  it('leave one archive, the one that its operation tells of', async () => {
    const { anna } = await twoPeople();
    const id = await startExport(app, anna.id);
    const slow = await pausedWorker(
      app,
      azurite.connectionString,
      id,
      (_, { store, kind }) => store === 'exports' && kind === 'blob-write',
    );
    // Another time, so that the two archives differ.
    app.clock.setOffset(app.clock.offsetMs + 5_000);
    await app.jobs.work(id);
    const { result } = await watchExport(app, id);
    await slow.finish();
    const { content } = await fetchExport(app, id);
    expect(createHash('sha256').update(content).digest('hex')).toBe(result.sha256);
    expect((await watchExport(app, id)).result).toEqual(result);
  });
});

describe('An archive', () => {
  it('does not outlive a thread in it that its retention policy deletes', async () => {
    const anna = await addUser(app);
    const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays: 30 };
    await addThread(app, [anna], { retentionPolicy });
    const endsOn = app.clock.now() + 30 * dayMs;
    app.clock.setOffset(app.clock.offsetMs + 29.5 * dayMs);
    const id = await startExport(app, anna.id);
    await app.jobs.work(id);
    const { result } = await watchExport(app, id);
    expect(Math.abs(Date.parse(result.expiresOn) - endsOn)).toBeLessThan(10_000);
  });
});

describe('A key from which the right is withheld', () => {
  it('neither starts nor watches nor fetches an export', async () => {
    const withheld = await composeOn(azurite.connectionString, { privacyKeys: 'secondary' });
    const exporting = withheld.operations.filter(({ name }) => /export|privacy-get-(subscription-)?op/.test(name));
    const names = (isOfKeys: boolean) =>
      exporting.filter(({ auth }) => (auth.kind === 'accessKey') === isOfKeys).map(({ name }) => name);
    expect([names(true).length, names(false).length]).toEqual([4, 3]);
    const params = { personId: 'p', operationId: 'o', subscriptionId: crypto.randomUUID(), location: 'europe' };
    for (const name of names(true)) {
      expect((await callApp(withheld, name, { params })).status).toBe(403);
    }
    // No key opens what is for whoever may manage.
    for (const name of names(false)) {
      expect((await callApp(withheld, name, { params })).status).toBe(401);
    }
    await withheld.storage.close();
  });
});
