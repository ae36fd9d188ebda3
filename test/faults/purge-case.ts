// The sweep that removes a deleted thread, as a case for the fault matrix: in the end nothing of the thread is stored.
import { chatImages, chatThreads, chatUserIndex } from '../../shared/chat/index.js';
import { dueIndexStore, physicalNames } from '../../shared/storage/index.js';
import { accepted } from '../app/chat-calls.js';
import type { TestProcess } from '../app/composed-app.js';
import { caraLeft } from './chat-cases.js';
import type { ChatScene } from './chat-view.js';
import type { FaultCase } from './fault-matrix.js';

export const purgeCase: FaultCase<ChatScene> = {
  operation: 'sweep',
  prepare: async (healthy) => {
    // Each scene announces its own look at the index: judges, whose clocks are ahead, have taken what others announced.
    healthy.app.dropCaches();
    const scene = await caraLeft(healthy);
    const params = { chatThreadId: scene.threadId ?? '' };
    accepted(await healthy.call('chat-delete-thread', { user: scene.people.anna, params }));
    return scene;
  },
  run: async ({ app }) => {
    app.clock.setOffset(app.clock.offsetMs + 120_000);
    app.dropCaches();
    const status = await app.sweep().then(
      () => 204,
      () => 500,
    );
    return { status, headers: {}, body: undefined, text: '' };
  },
  view: async (judge, { threadId = '' }) => ({ stored: await storedOf(judge, threadId.slice(3, 39)) }),
};

/** How many rows and blobs have the thread's key in their names. */
async function storedOf({ app: { storage } }: TestProcess, key: string): Promise<number> {
  let stored = (await storage.blobs(chatImages).list(key)).names.length;
  for (const store of [chatThreads, chatUserIndex, dueIndexStore]) {
    const shards = store.shards === undefined ? [undefined] : physicalNames(store).map((_, shard) => shard);
    const pages = await Promise.all(shards.map((shard) => storage.table(store, shard).scan({ select: [] })));
    for (const { rows } of pages) {
      stored += rows.filter(({ partitionKey, rowKey }) => `${partitionKey} ${rowKey}`.includes(key)).length;
    }
  }
  return stored;
}
