// Who somebody is, by their raw id.
import { parseIdentifier, type PersonalIdentifier } from '../data-map/index.js';

/** undefined for a Teams user or an application: nobody whom the data map knows. */
export function personOf(rawId: string): PersonalIdentifier | undefined {
  const found = rawId.startsWith('8:') || rawId.startsWith('4:') ? parseIdentifier(rawId) : undefined;
  return found?.kind === 'identity' || found?.kind === 'phoneNumber' ? found : undefined;
}

export function rawIdOf(identifier: PersonalIdentifier): string | undefined {
  if (identifier.kind === 'identity') {
    return identifier.rawId;
  }
  return identifier.kind === 'phoneNumber' ? `4:${identifier.e164}` : undefined;
}

/** In E.164; undefined for anybody else. */
export function numberOf(rawId: string): string | undefined {
  return /^4:\+[1-9]\d{4,14}$/.test(rawId) ? rawId.slice(2) : undefined;
}
