import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { callApp, composeOn, type TestUser } from '../app/call-app.js';
import { addUser, workJobs } from '../privacy/composed-app.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { type Plantation, plantThreads } from './plant-threads.js';

const few = { threads: 50, messagesPerThread: 40, charactersPerMessage: 1_000 };
const many = { threads: 500, messagesPerThread: 40, charactersPerMessage: 1_000 };
const messagesOf = ({ threads, messagesPerThread }: Plantation) => threads * messagesPerThread;
/** With the entry in each thread that says that the person takes part, and the part itself. */
const entriesOf = (plantation: Plantation) => messagesOf(plantation) + 2 * plantation.threads;
/** By how much more the process may grow for many than for few, MB. */
const mostGrowth = 20;
const mb = 1_048_576;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let azurite: Azurite;
let owner: TestUser;

beforeAll(async () => {
  azurite = await startAzurite();
  const app = await composeOn(azurite.connectionString);
  await app.provision();
  owner = await addUser(app);
  await app.storage.close();
});
afterAll(() => azurite?.stop());

async function plant(size: Plantation): Promise<TestUser> {
  const app = await composeOn(azurite.connectionString);
  const author = await addUser(app);
  await plantThreads(app, owner, author, size);
  await app.storage.close();
  return author;
}

/** What the process needed at most to erase somebody with a receipt, MB; and the receipt's count of what was in threads. */
async function erase(
  app: ComposedApp,
  { id }: TestUser,
): Promise<{ growth: number; entries: number; seconds: number }> {
  const { body: operation } = await callApp(app, 'privacy-erase', { body: { identifiers: [id] } });
  await workJobs(app);
  app.clock.setOffset(app.clock.offsetMs + 61_000);
  collectGarbage();
  const before = process.memoryUsage().rss;
  let most = before;
  // Collected now and then, so that what counts is what the erasure needs, not how late V8 collects.
  const collecting = setInterval(collectGarbage, 500);
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  const began = performance.now();
  let status = 'running';
  let result: { receipt: string } | undefined;
  for (let slices = 0; status === 'running' && slices < 100; slices++) {
    await app.jobs.work(operation.id);
    ({ status, result } = (
      await callApp(app, 'privacy-get-operation', { params: { operationId: operation.id } })
    ).body);
  }
  clearInterval(watch);
  clearInterval(collecting);
  const seconds = (performance.now() - began) / 1000;
  const payload = JSON.parse(String(Buffer.from(String(result?.receipt.split('.')[1]), 'base64url')));
  const stores: { store: string; items: number }[] = payload.stores;
  const entries = stores.find(({ store }) => store === 'chatthreads')?.items ?? 0;
  return { growth: (most - before) / mb, entries, seconds };
}

it(`Erasing ${messagesOf(many)} messages takes no more memory than erasing ${messagesOf(few)}, but for ${mostGrowth} MB`, async () => {
  const [warmUp, some, all] = [await plant(few), await plant(few), await plant(many)];
  const app = await composeOn(azurite.connectionString);
  await erase(app, warmUp);
  const small = await erase(app, some);
  const large = await erase(app, all);
  const inWords = ({ growth, entries, seconds }: typeof small) =>
    `${entries} entries in ${seconds.toFixed(1)} s with ${growth.toFixed(1)} MB`;
  console.log(`Erased ${inWords(small)}, then ${inWords(large)}.`);
  expect(small.entries).toBe(entriesOf(few));
  expect(large.entries).toBe(entriesOf(many));
  expect(large.growth).toBeLessThan(small.growth + mostGrowth);
  await app.storage.close();
});
