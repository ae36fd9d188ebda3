// Tells an operator how long a thread is kept: its policy and where it stands, without topic, people or content.
import { type Explanation, sweptWithinMs } from '../data-map/index.js';
import { LogNotFound } from '../storage/index.js';
import type { ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { restoreWindowMs, runsOutOn } from './retention.js';
import { parseThreadId } from './thread-id.js';

/** undefined when the resource has no such thread (any more) */
export async function explainThread(
  { threads }: Pick<ChatParts, 'threads'>,
  resourceId: string,
  threadId: string,
): Promise<Explanation | undefined> {
  const thread = parseThreadId(threadId);
  if (thread === undefined) {
    return undefined;
  }
  try {
    const state = await threads.state(thread.key, 0);
    const isThisThread = state.resourceId === resourceId && state.createdOn === thread.createdOn;
    return isThisThread ? explain(state) : undefined;
  } catch (error) {
    if (error instanceof LogNotFound) {
      return undefined;
    }
    throw error;
  }
}

function explain(state: ThreadState): Explanation {
  const { createdOn, retention, retentionSince = createdOn, expired, deleted } = state;
  if (deleted !== undefined) {
    return {
      policy: 'The thread is deleted for good.',
      since: deleted.on,
      invisibleFrom: expired?.on ?? deleted.on,
      goneBy: deleted.on + sweptWithinMs,
    };
  }
  // What a sweep has marked stays expired, whatever the clock says afterwards.
  const expiresOn = expired?.on ?? runsOutOn(state);
  if (retention?.kind !== 'threadCreationDate' || expiresOn === undefined) {
    return { policy: 'The thread has no time: it is kept until it is deleted.', since: retentionSince };
  }
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
