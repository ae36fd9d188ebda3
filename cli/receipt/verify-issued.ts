// Whether something was signed by the geography in whose name it speaks.
import { verifyJws } from '../../shared/auth/jws.js';
import { type GeographySlug, isGeographySlug } from '../../shared/geography/catalogue.js';
import { issuerOfGeography } from '../../shared/geography/issuer.js';
import type { GeographyKeys } from './public-keys.js';

/** What everything says that a geography signs. */
export interface IssuedClaims {
  readonly iss: string;
  readonly geography: GeographySlug;
}

/**
 * Who says to have made it is read first, and only the keys of that geography count: so that none speaks for another.
 *
 * @param type of the statement
 * @returns what it says, or what is wrong with it, as the end of a sentence
 */
export function verifyIssued<Claims extends IssuedClaims>(
  jws: string,
  type: string,
  keys: GeographyKeys,
): Claims | string {
  const { iss, geography } = unverifiedPayload(jws);
  if (typeof geography !== 'string' || !isGeographySlug(geography) || iss !== issuerOfGeography(geography)) {
    return 'it does not say which geography made it';
  }
  const own = keys.get(geography);
  if (own === undefined) {
    return `it speaks for ${geography}, and no keys of that were given. Each geography has keys of its own: give --jwks for every one`;
  }
  // Whoever has the key is trusted with the form of what it signs.
  const claims = verifyJws(jws, type, own) as Claims | undefined;
  return claims ?? `none of the keys of ${geography} signed it, or it was changed afterwards`;
}

function unverifiedPayload(jws: string): Readonly<Record<string, unknown>> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(jws.split('.', 3)[1] ?? '', 'base64url').toString());
    return typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
