// Whose data is identified, exported and erased: a resource's; or what management keeps of all resources of a subscription
// in this geography, for whoever may manage them.
import { formatIdentifier, type PersonalIdentifier, type Walk } from '../data-map/index.js';
import type { Resource } from '../geography/index.js';
import type { Clock } from '../time/clock.js';
import type { PersonStore } from './person-store.js';

export interface PrivacyScope extends Pick<Resource, 'immutableId' | 'name' | 'geography'> {
  /** In lower case; then it is the immutable id too, under which operations, archives and receipts lie. */
  readonly subscriptionId?: string;
}

export interface WalkParts {
  readonly clock: Clock;
  readonly persons: Pick<PersonStore, 'findByIdentifier'>;
}

/** @param meant ids of the persons that are meant, where that is known */
export function walkOf(
  { clock, persons }: WalkParts,
  { immutableId, subscriptionId }: Pick<PrivacyScope, 'immutableId' | 'subscriptionId'>,
  meant?: readonly string[],
): Walk {
  /** Looked up once a walk. */
  const shared = new Map<string, Promise<boolean>>();
  const isShared = async (identifier: PersonalIdentifier) => {
    const linked = await persons.findByIdentifier(immutableId, identifier);
    return linked.some((personId) => meant?.includes(personId) === false);
  };
  return {
    resourceId: immutableId,
    ...(subscriptionId !== undefined && { subscriptionId }),
    persons: meant,
    // An identity is one person's, and goes as a whole.
    isShared: async (identifier) => {
      if (meant === undefined || identifier.kind === 'identity') {
        return false;
      }
      const text = formatIdentifier(identifier);
      const known = shared.get(text) ?? isShared(identifier);
      shared.set(text, known);
      return known;
    },
    now: clock.now(),
    realNow: clock.realNow(),
  };
}
