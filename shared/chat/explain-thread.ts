// Tells an operator how long a thread is kept: its policy and where it stands, without topic, people or content.
import { type Explanation, sweptWithinMs } from '../data-map/index.js';
import { LogNotFound } from '../storage/index.js';
import { lifecycleOf } from './lifecycle.js';
import type { ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { restoreWindowMs } from './retention.js';
import { askedThread, isIdOf } from './thread-id.js';

/** undefined when the resource has no such thread (any more) */
export async function explainThread(
  { threads }: Pick<ChatParts, 'threads'>,
  resourceId: string,
  threadId: string,
): Promise<Explanation | undefined> {
  const thread = askedThread(resourceId, threadId);
  if (thread === undefined) {
    return undefined;
  }
  try {
    const state = await threads.state(thread.key, 0);
    return isIdOf(state, thread) ? explain(state) : undefined;
  } catch (error) {
    if (error instanceof LogNotFound) {
      return undefined;
    }
    throw error;
  }
}

function explain(state: ThreadState): Explanation {
  const { createdOn, retention, retentionSince = createdOn, expired } = state;
  // At its end: when that comes by itself, it is told beforehand.
  const end = lifecycleOf(state, Number.POSITIVE_INFINITY);
  if (end.stage === 'deleted') {
    return {
      policy: 'The thread is deleted for good.',
      since: end.on,
      invisibleFrom: expired?.on ?? end.on,
      goneBy: end.on + sweptWithinMs,
    };
  }
  if (retention?.kind !== 'threadCreationDate' || end.stage !== 'expired') {
    return { policy: 'The thread has no time: it is kept until it is deleted.', since: retentionSince };
  }
  const expiresOn = end.on;
  const restorableUntil = expiresOn + restoreWindowMs;
  return {
    policy: `The thread expires ${retention.deleteThreadAfterDays} days after its creation.`,
    since: retentionSince,
    expiresOn,
    invisibleFrom: expiresOn,
    goneBy: restorableUntil + sweptWithinMs,
    restorableUntil,
  };
}
