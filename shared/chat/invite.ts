// Who can be invited into a thread: identities of the same resource.
import { Fault } from '../http/index.js';
import type { Resource } from '../geography/index.js';
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
export async function checkInvitations(
  parts: Pick<ChatParts, 'standingOf' | 'isHidden'>,
  resource: Resource,
  invitations: readonly Invitation[],
): Promise<{ valid: readonly Invitation[]; invalid: readonly InvalidParticipant[] }> {
  if (invitations.length > maxParticipantsPerCall) {
    throw new Fault(chatFaults.tooManyParticipants);
  }
  const valid = new Map<string, Invitation>();
  const invalid: InvalidParticipant[] = [];
  for (const invitation of invitations) {
    const { rawId } = invitation;
    requireSmallMetadata(invitation.metadata);
    const standing = await parts.standingOf(resource, rawId);
    if (standing === 'foreign') {
      invalid.push({ rawId, reason: 'notAllowed' });
    } else if (standing === 'ours' && !parts.isHidden({ kind: 'identity', rawId })) {
      valid.set(rawId, invitation);
    } else {
      invalid.push({ rawId, reason: 'notFound' });
    }
  }
  return { valid: [...valid.values()], invalid };
}
