// Who can be invited into a thread: identities of the same resource. The tag in the id tells, without a read.
import { Fault } from '../api/index.js';
import { isIssuedBy, parseUserRawId, tagKeyOf } from '../identity/index.js';
import type { Resource } from '../resources/index.js';
import { chatFaults } from './faults.js';
import { maxParticipantsPerCall } from './limits.js';
import type { Metadata } from './model.js';
import type { ChatParts } from './parts.js';
import { requireSmallMetadata } from './thread-metadata.js';

export interface Invitation {
  readonly rawId: string;
  readonly displayName?: string | undefined;
  /** Product ms from which the history is shared; undefined for the default of the operation. */
  readonly shareHistoryTime?: number | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface InvalidParticipant {
  readonly rawId: string;
  readonly reason: 'notFound' | 'notAllowed';
}

/**
 * Sorts out who cannot take part, the deleted among them; who is named twice counts once, as named last.
 *
 * @throws {Fault} 400 when there are too many, or somebody's metadata is too large
 */
export function checkInvitations(
  parts: Pick<ChatParts, 'keys' | 'isBuried'>,
  resource: Resource,
  invitations: readonly Invitation[],
): { valid: readonly Invitation[]; invalid: readonly InvalidParticipant[] } {
  if (invitations.length > maxParticipantsPerCall) throw new Fault(chatFaults.tooManyParticipants);
  const tagKey = tagKeyOf(parts.keys, resource);
  const valid = new Map<string, Invitation>();
  const invalid: InvalidParticipant[] = [];
  for (const invitation of invitations) {
    const { rawId } = invitation;
    requireSmallMetadata(invitation.metadata);
    const id = parseUserRawId(rawId);
    if (id === undefined || id.resourceId !== resource.immutableId) invalid.push({ rawId, reason: 'notAllowed' });
    else if (isIssuedBy(tagKey, resource.immutableId, id) && !parts.isBuried(rawId)) valid.set(rawId, invitation);
    else invalid.push({ rawId, reason: 'notFound' });
  }
  return { valid: [...valid.values()], invalid };
}
