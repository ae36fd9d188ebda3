// Rewrites entries of a thread, which nobody sees as a change of messages: they stay where they are in the list. Like every
// change it takes numbers of the thread.
import type { Rewriting } from '../storage/index.js';
import { lifecycleOf } from './lifecycle.js';
import { internalColumns } from './log-entry.js';
import type { ChatParts } from './parts.js';

const timeoutMs = 10_000;

/** @throws {StorageStale} when one was changed since it was read; those before it may be rewritten */
export async function rewriteEntries(
  { threads, clock }: ChatParts,
  threadKey: string,
  changes: readonly Rewriting[],
): Promise<void> {
  await threads.rewrite(threadKey, changes, {
    columns: internalColumns('rewritten'),
    deadline: clock.monotonic() + timeoutMs,
    isClosed: (state) => lifecycleOf(state, clock.now()).stage === 'deleted',
  });
}
