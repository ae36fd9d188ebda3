// Changing topic, metadata or retention policy of a thread: one entry in its log, whatever is changed.
import { hiddenIdentities } from '../data-map/index.js';
import { lookBeforeAppending, memberState, requireMember } from './access.js';
import { scheduleExpiry, withSchedule } from './expire-thread.js';
import { changeColumns, topicColumns } from './log-entry.js';
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
  await lookBeforeAppending(parts, thread, access);
  // The new pointer comes before the new state; the old one finds, when its time comes, that it is not due.
  const { retention } = change;
  const policy = retention && { retention, retentionSince: parts.clock.now() };
  if (policy !== undefined) {
    const { createdOn } = await memberState(parts, thread, access);
    await scheduleExpiry(parts, thread.key, { createdOn, ...policy });
  }
  // What is replaced is kept nowhere, in the archives of those who wrote it and of those who read it neither.
  let replaced: readonly string[] | undefined;
  const whose = async () => replaced ?? authorsReplaced(await memberState(parts, thread, access), change);
  const append = () =>
    parts.threads.append(thread.key, {
      deadline,
      propose: (state, sequence) => {
        requireMember(parts, state, thread, access);
        replaced = authorsReplaced(state, change);
        const metadata =
          change.metadata === undefined ? undefined : patchMetadata(state.metadata ?? {}, change.metadata);
        requireSmallMetadata(metadata);
        const author = access.caller.rawId;
        const isGone = hiddenIdentities(parts.isHidden);
        // Whoever sends again what it is already does not become its author; unless nobody is shown it any more.
        const isRenamed = change.topic !== undefined && (change.topic !== state.topic || isGone(state.topicBy));
        const isKnown = (key: string, value: string) => {
          const by = state.metadataBy?.[key];
          return state.metadata?.[key] === value && by !== undefined && !isGone(by);
        };
        const next: ThreadState = {
          ...state,
          ...(isRenamed && { topic: change.topic, topicBy: author, topicSince: sequence }),
          ...(change.metadata !== undefined && {
            metadata,
            metadataBy: authorsOf(change.metadata, author, state.metadataBy, isKnown),
          }),
          ...policy,
        };
        const columns = isRenamed ? topicColumns(next.topic, author) : changeColumns(author);
        return { columns, state: withSchedule(next) };
      },
    });
  const words = { within: thread.key, whose };
  await onThread(() => parts.copies.changing(access.resource.immutableId, words, append));
}

/** Who wrote what is there no more after the change. */
function authorsReplaced(state: ThreadState, { topic, metadata }: ThreadChange): readonly string[] {
  const isReplaced = (key: string) =>
    metadata === null ||
    (metadata !== undefined && Object.hasOwn(metadata, key) && metadata[key] !== state.metadata?.[key]);
  const authors = Object.entries(state.metadataBy ?? {}).flatMap(([key, author]) => (isReplaced(key) ? author : []));
  return [...new Set(topic === undefined || topic === state.topic ? authors : [state.topicBy, ...authors])];
}
