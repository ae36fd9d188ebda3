// Changing topic, metadata or retention policy of a thread: one entry in its log, whatever is changed.
import { memberState, requireMember } from './access.js';
import { scheduleExpiry, withSchedule } from './expire-thread.js';
import { internalColumns, topicColumns } from './log-entry.js';
import type { RetentionPolicy, ThreadState } from './model.js';
import { type ChatParts, onThread, requireThread, type ThreadAccess } from './parts.js';
import { authorsOf, type MetadataPatch, patchMetadata, requireSmallMetadata } from './thread-metadata.js';

export interface ThreadChange {
  readonly topic?: string | undefined;
  /** Keys are set, or removed by null; the others stay. null removes them all. */
  readonly metadata?: MetadataPatch | undefined;
  readonly retention?: RetentionPolicy | undefined;
}

/** @param deadline monotonic time, ms */
export async function updateThread(
  parts: ChatParts,
  access: ThreadAccess,
  change: ThreadChange,
  deadline: number,
): Promise<void> {
  const thread = requireThread(access);
  // The new pointer comes before the new state; the old one finds, when its time comes, that it is not due.
  const { retention } = change;
  const policy = retention && { retention, retentionSince: parts.clock.now() };
  if (policy !== undefined) {
    const { createdOn } = await memberState(parts, thread, access);
    await scheduleExpiry(parts, thread.key, { createdOn, ...policy });
  }
  await onThread(() =>
    parts.threads.append(thread.key, {
      deadline,
      propose: (state, sequence) => {
        requireMember(parts, state, thread, access);
        const metadata =
          change.metadata === undefined ? undefined : patchMetadata(state.metadata ?? {}, change.metadata);
        requireSmallMetadata(metadata);
        const author = access.caller.rawId;
        const isRenamed = change.topic !== undefined && change.topic !== state.topic;
        const next: ThreadState = {
          ...state,
          ...(change.topic !== undefined && { topic: change.topic, topicBy: author }),
          ...(isRenamed && { topicSince: sequence }),
          ...(change.metadata !== undefined && {
            metadata,
            metadataBy: authorsOf(change.metadata, author, state.metadataBy),
          }),
          ...policy,
        };
        const columns = isRenamed ? topicColumns(next.topic, author) : internalColumns('threadChanged');
        return { columns, state: withSchedule(next) };
      },
    }),
  );
}
