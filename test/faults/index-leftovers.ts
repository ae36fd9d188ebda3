// Breaks every storage call of operations that write to the index of users, in scenes of their own; then everything is
// deleted, and nothing may be left that leads to it.
import { setTimeout as wait } from 'node:timers/promises';
import { chatThreads, chatUserIndex } from '../../shared/chat/index.js';
import { createCallInterceptor, physicalNames } from '../../shared/storage/index.js';
import { accepted, listAll } from '../app/chat-calls.js';
import type { TestGeography, TestProcess, TestUser } from '../app/composed-app.js';
import type { ChatScene } from './chat-view.js';
import type { Fate, FaultCase } from './fault-matrix.js';

const minuteMs = 60_000;
const maxCalls = 40;

/** @returns how many calls were broken */
export async function breakEveryCall(
  geography: TestGeography,
  healthy: TestProcess,
  faultCase: FaultCase<ChatScene>,
  fates: readonly Fate[],
): Promise<number> {
  let broken = 0;
  for (const fate of fates) {
    for (let chosen = 1; chosen <= maxCalls; chosen++) {
      const scene = await faultCase.prepare(healthy);
      let calls = 0;
      let isArmed = false;
      const interceptor = createCallInterceptor(() => (isArmed && ++calls === chosen ? fate : 'pass'));
      const process = await geography.start({ observers: [interceptor.observe] });
      await process.call('chat-list-threads', { user: scene.people.bert });
      isArmed = true;
      await Promise.race([faultCase.run(process, scene), interceptor.stopped]);
      await process.close();
      await deleteAll(healthy, Object.values(scene.people));
      if (calls < chosen) {
        break;
      }
      broken += 1;
    }
  }
  return broken;
}

async function deleteAll(process: TestProcess, people: readonly TestUser[]): Promise<void> {
  for (const user of people) {
    for (const { id } of await listAll<{ id: string }>(process, 'chat-list-threads', user, {})) {
      const { status } = await process.call('chat-delete-thread', { user, params: { chatThreadId: id } });
      // Former members see it listed, and may not.
      if (status !== 403) {
        accepted({ status, headers: {}, body: undefined, text: '' });
      }
    }
  }
}

/** Everything that leads to a thread, or is one, once all is swept that is due within half an hour. */
export async function leftovers(geography: TestGeography): Promise<string[]> {
  const judge = await geography.start();
  for (const minutes of [10, 20, 30]) {
    judge.app.clock.setOffset(minutes * minuteMs);
    judge.app.dropCaches();
    for (let tries = 0; tries < 50 && (tries === 0 || (await judge.app.overdueMs()) > 0); tries++) {
      await judge.app.sweep();
      await wait(5);
    }
  }
  const left: string[] = [];
  for (const store of [chatThreads, chatUserIndex]) {
    for (const [shard] of physicalNames(store).entries()) {
      const { rows } = await judge.app.storage.table(store, shard).scan({ select: [] });
      left.push(...rows.map(({ partitionKey, rowKey }) => `${store.name} ${partitionKey} ${rowKey}`));
    }
  }
  await judge.close();
  return left;
}
