// A thread without certain people: what their erasure leaves of it, and all that anybody is shown while that is under way.
// What goes is what they wrote, and what is written about them, whoever wrote it.
import { erasedRawId } from '../identity/index.js';
import { type Columns, readLongText, writeLongText } from '../storage/index.js';
import type { GivenName, Member, Metadata, NamedParticipant, ThreadState } from './model.js';

export type IsGone = (rawId: string) => boolean;

/** undefined when nothing of them is in the state. */
export function stateWithout(state: ThreadState, isGone: IsGone): ThreadState | undefined {
  const members = membersWithout(state.members, isGone);
  const formerNames = state.formerNames?.filter(({ id, namedBy }) => !isGone(id) && !isBy(namedBy, isGone));
  const isOneForgotten = (formerNames?.length ?? 0) < (state.formerNames?.length ?? 0);
  const metadata = Object.entries(state.metadata ?? {}).filter(([key]) => !isBy(state.metadataBy?.[key], isGone));
  const metadataBy = Object.entries(state.metadataBy ?? {}).filter(([, author]) => !isGone(author));
  const isCreator = isGone(state.createdBy);
  const isTopicAuthor = isGone(state.topicBy);
  const isDeleter = isBy(state.deleted?.by, isGone);
  const isInMetadata = metadataBy.length < Object.keys(state.metadataBy ?? {}).length;
  const isInText = isCreator || isTopicAuthor || isDeleter || isInMetadata;
  if (members === state.members && !isOneForgotten && !isInText) {
    return undefined;
  }
  const placeholder = erasedRawId(state.resourceId);
  return {
    ...state,
    members,
    ...(formerNames !== undefined && { formerNames }),
    ...(isCreator && { createdBy: placeholder }),
    ...(isDeleter && state.deleted && { deleted: { on: state.deleted.on, sequence: state.deleted.sequence } }),
    ...(isTopicAuthor && { topic: '', topicBy: placeholder }),
    ...(isInMetadata && {
      metadata: Object.fromEntries(metadata) as Metadata,
      metadataBy: Object.fromEntries(metadataBy),
    }),
  };
}

/** The same array when nothing of them is in it. */
function membersWithout(members: readonly Member[], isGone: IsGone): readonly Member[] {
  let isChanged = false;
  const kept: Member[] = [];
  for (const member of members) {
    if (isGone(member.id)) {
      isChanged = true;
      continue;
    }
    let next = member;
    if (isBy(member.namedBy, isGone)) {
      next = nameless(next);
    }
    if (isBy(member.notedBy, isGone)) {
      const { metadata: _metadata, notedBy: _notedBy, ...rest } = next;
      next = rest;
    }
    isChanged ||= next !== member;
    kept.push(next);
  }
  return isChanged ? kept : members;
}

export function nameless<Named extends GivenName>(named: Named): Omit<Named, 'displayName' | 'namedBy' | 'namedSince'> {
  const { displayName: _displayName, namedBy: _namedBy, namedSince: _namedSince, ...rest } = named;
  return rest;
}

function isBy(author: string | undefined, isGone: IsGone): boolean {
  return author !== undefined && isGone(author);
}

/**
 * An entry of the log as it is to be; undefined when nothing of them is in it.
 *
 * @param placeholder stands where an erased person stood
 */
export function columnsWithout(columns: Columns, isGone: IsGone, placeholder: string): Columns | undefined {
  const { sender } = columns;
  if (typeof sender === 'string') {
    return isGone(sender) ? { kind: 'erased' } : undefined;
  }
  const isInitiator = typeof columns['initiator'] === 'string' && isGone(columns['initiator']);
  const initiator = isInitiator ? placeholder : String(columns['initiator'] ?? '');
  const kind = String(columns['kind']);
  if (kind === 'topicUpdated') {
    return isInitiator ? { kind, topic: '', initiator } : undefined;
  }
  if (kind === 'threadChanged') {
    return isInitiator ? { kind } : undefined;
  }
  const text = readLongText(columns, 'participants');
  if (text === undefined) {
    return undefined;
  }
  const participants = JSON.parse(text) as NamedParticipant[];
  const others = participants.filter(({ id }) => !isGone(id));
  if (others.length === participants.length && !isInitiator) {
    return undefined;
  }
  if (others.length === 0) {
    return { kind: 'erased' };
  }
  // Earlier builds wrote names into entries: those of who is added are the words of who added them.
  const left = isInitiator && kind === 'participantAdded' ? others.map(nameless) : others;
  const changed: Record<string, string> = { kind, initiator };
  writeLongText(changed, 'participants', JSON.stringify(left));
  return changed;
}
