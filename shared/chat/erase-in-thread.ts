// Erases one identity from one thread: membership, what it wrote, and every trace in messages of the system. The log
// stays dense: an erased message leaves an empty row. May be stopped anywhere and repeated.
import { erasedRawId } from '../identity/index.js';
import {
  type Columns,
  LogNotFound,
  longTextColumns,
  readLongText,
  StorageStale,
  writeLongText,
} from '../storage/index.js';
import { formerPrefix } from './access.js';
import { closeThread } from './delete-thread.js';
import { lifecycleOf } from './lifecycle.js';
import { internalColumns } from './log-entry.js';
import { withStatedId } from './message-id.js';
import { namedPrefix } from './named-people.js';
import type { Metadata, NamedParticipant, ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { receiptPrefix } from './read-receipts.js';

/** Rows of a log that one step looks at. */
const rowsPerStep = 1_000;
const appendTimeoutMs = 10_000;
const maxTries = 5;

/** Nothing of the identity is in the state: no entry has to be appended. */
class NothingToChange extends Error {}

/**
 * One step.
 *
 * @param before only entries older than this are looked at; undefined in the first step
 * @returns entries that were emptied or changed, and where the next step goes on
 */
export async function eraseInThread(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
  before: number | undefined,
): Promise<{ erased: number; before?: number }> {
  for (let tries = 1; ; tries++) {
    try {
      return await eraseStep(parts, threadKey, rawId, before);
    } catch (error) {
      if (error instanceof LogNotFound) {
        return { erased: 0 };
      }
      // Another erasure, or an edit, at the same moment: the same step again sees what it left.
      if (!(error instanceof StorageStale) || tries === maxTries) {
        throw error;
      }
    }
  }
}

async function eraseStep(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
  before: number | undefined,
): Promise<{ erased: number; before?: number }> {
  if (before === undefined) {
    await eraseFromState(parts, threadKey, rawId);
  }
  const { state, entries, hasMore } = await parts.threads.page(threadKey, rowsPerStep - 1, before);
  const placeholder = erasedRawId(state.resourceId);
  const changes = entries.flatMap((entry) => {
    const columns = withoutIdentity(entry.columns, rawId, placeholder);
    return columns === undefined ? [] : [{ ...entry, columns: withStatedId(columns, entry.columns) }];
  });
  await parts.threads.rewrite(threadKey, changes);
  const oldest = entries.at(-1)?.sequence;
  if (hasMore && oldest !== undefined) {
    return { erased: changes.length, before: oldest };
  }
  await parts.threads.removeBeside(threadKey, `${receiptPrefix}${rawId}`);
  await parts.threads.removeBeside(threadKey, `${formerPrefix}${rawId}`);
  if (state.namesOthers) {
    await parts.threads.removeBeside(threadKey, `${namedPrefix}${rawId}`);
  }
  await closeIfDeserted(parts, threadKey, state);
  return { erased: changes.length };
}

async function eraseFromState(parts: ChatParts, threadKey: string, rawId: string): Promise<void> {
  try {
    await parts.threads.append(threadKey, {
      deadline: parts.clock.monotonic() + appendTimeoutMs,
      propose: (state) => {
        const next = stateWithout(state, rawId);
        if (next === undefined) {
          throw new NothingToChange();
        }
        return { columns: internalColumns('threadChanged'), state: next };
      },
    });
  } catch (error) {
    if (!(error instanceof NothingToChange)) {
      throw error;
    }
  }
}

/** undefined when nothing of the identity is in it. */
function stateWithout(state: ThreadState, rawId: string): ThreadState | undefined {
  const members = state.members.filter(({ id }) => id !== rawId);
  const metadata = Object.entries(state.metadata ?? {}).filter(([key]) => state.metadataBy?.[key] !== rawId);
  const metadataBy = Object.entries(state.metadataBy ?? {}).filter(([, author]) => author !== rawId);
  const isCreator = state.createdBy === rawId;
  const isTopicAuthor = state.topicBy === rawId;
  const isInMetadata = metadataBy.length < Object.keys(state.metadataBy ?? {}).length;
  if (members.length === state.members.length && !isCreator && !isTopicAuthor && !isInMetadata) {
    return undefined;
  }
  const placeholder = erasedRawId(state.resourceId);
  return {
    ...state,
    members,
    ...(isCreator && { createdBy: placeholder }),
    ...(isTopicAuthor && { topic: '', topicBy: placeholder }),
    ...(isInMetadata && {
      metadata: Object.fromEntries(metadata) as Metadata,
      metadataBy: Object.fromEntries(metadataBy),
    }),
  };
}

/** Whether an erasure of the identity changes the entry. */
export function isAbout(columns: Columns, rawId: string): boolean {
  return withoutIdentity(columns, rawId, '') !== undefined;
}

/** What of an entry {@link isAbout} looks at. */
export const aboutColumns = ['kind', 'sender', 'initiator', ...longTextColumns('participants')];

/** The row as it is to be; undefined when nothing of the identity is in it. */
function withoutIdentity(columns: Columns, rawId: string, placeholder: string): Columns | undefined {
  if (columns['sender'] === rawId) {
    return { kind: 'erased' };
  }
  const isInitiator = columns['initiator'] === rawId;
  const initiator = isInitiator ? placeholder : String(columns['initiator'] ?? '');
  const kind = String(columns['kind']);
  if (kind === 'topicUpdated') {
    return isInitiator ? { kind, topic: '', initiator } : undefined;
  }
  const text = readLongText(columns, 'participants');
  if (text === undefined) {
    return undefined;
  }
  const participants = JSON.parse(text) as NamedParticipant[];
  const others = participants.filter(({ id }) => id !== rawId);
  if (others.length === participants.length && !isInitiator) {
    return undefined;
  }
  if (others.length === 0) {
    return { kind: 'erased' };
  }
  const changed: Record<string, string> = { kind, initiator };
  writeLongText(changed, 'participants', JSON.stringify(others));
  return changed;
}

/** A thread in which no member and no former member lives any more is of no use to anybody. */
async function closeIfDeserted(parts: ChatParts, threadKey: string, state: ThreadState): Promise<void> {
  const { stage } = lifecycleOf(state, parts.clock.now());
  // Of a thread that is being brought here the members may be still to come.
  if (state.members.length > 0 || stage === 'deleted' || stage === 'moving') {
    return;
  }
  const former = await parts.threads.listBeside(threadKey, formerPrefix);
  if (former.length > 0) {
    return;
  }
  await closeThread(parts, threadKey, parts.clock.monotonic() + appendTimeoutMs, () => undefined);
}
