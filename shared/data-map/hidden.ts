// Who is hidden: deleted, while the erasure has yet to reach all that was kept. Every read asks this one question, and shows
// what the erasure will leave.
import type { PersonalIdentifier } from './data-store.js';

/**
 * Whether nothing of somebody is shown any more. It is answered from memory, which every request brings up to date: at
 * once in the process that answered the deletion, within two seconds in any other.
 */
export type IsHidden = (identifier: PersonalIdentifier) => boolean;

/** The same for identities, each looked up once; for one answer, because it does not hear of later deletions. */
export function hiddenIdentities(isHidden: IsHidden): (rawId: string) => boolean {
  const known = new Map<string, boolean>();
  return (rawId) => {
    let found = known.get(rawId);
    if (found === undefined) {
      found = isHidden({ kind: 'identity', rawId });
      known.set(rawId, found);
    }
    return found;
  };
}
