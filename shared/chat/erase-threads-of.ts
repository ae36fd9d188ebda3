// Erases the threads of a resource that is deleted: closes each, so that nothing can be appended any more, and removes
// its rows as soon as no process can hold an old cache of it. Threads are found by their states, shard after shard,
// because one whose users are all erased is in no index.
import type { EraseStep } from '../data-map/index.js';
import { LogNotFound, statePage } from '../storage/index.js';
import { closeThread } from './delete-thread.js';
import { chatFaults } from './faults.js';
import { lifecycleOf } from './lifecycle.js';
import type { ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { purgeThread } from './purge-thread.js';
import { Fault } from '../http/index.js';

const closeTimeoutMs = 10_000;

/** @param cursor `{shard}` or `{shard} {continuation}` */
export async function eraseThreadsOf(parts: ChatParts, resourceId: string, cursor = '0'): Promise<EraseStep> {
  const space = cursor.indexOf(' ');
  const shard = Number(space < 0 ? cursor : cursor.slice(0, space));
  const { threads } = parts.tables;
  const table = threads.at(shard);
  const page = await statePage<ThreadState>(table, space < 0 ? undefined : cursor.slice(space + 1));
  let erased = 0;
  for (const { partition: threadKey, state } of page.states) {
    if (state.resourceId !== resourceId) {
      continue;
    }
    if (lifecycleOf(state, parts.clock.now()).stage !== 'deleted') {
      await close(parts, threadKey);
    } else if (!(await purgeThread(parts, threadKey))) {
      continue;
    }
    erased += 1;
  }
  if (page.continuation !== undefined) {
    return { erased, cursor: `${shard} ${page.continuation}` };
  }
  return shard + 1 < threads.shards ? { erased, cursor: String(shard + 1) } : { erased };
}

async function close(parts: ChatParts, threadKey: string): Promise<void> {
  try {
    await closeThread(parts, threadKey, parts.clock.monotonic() + closeTimeoutMs, (state) => {
      if (lifecycleOf(state, parts.clock.now()).stage === 'deleted') {
        throw new Fault(chatFaults.threadGone);
      }
    });
  } catch (error) {
    // Deleted, or even purged, by somebody else meanwhile.
    const isGone = error instanceof LogNotFound || (error instanceof Fault && error.entry === chatFaults.threadGone);
    if (!isGone) {
      throw error;
    }
  }
}
