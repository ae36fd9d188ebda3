// What a user access token says, and how its claims are written on the wire and read.
// Names of ACS: skypeid, scp, csi, iat, exp, rgn, acsScope, resourceId, resourceLocation. Ours: iss, gen, key, keyGen.
import { type KeySlot, type TokenScope, tokenScopes } from './caller.js';

/** What a user token says. */
export interface UserTokenClaims {
  /** Raw id, `8:acs:{resource guid}_{user part}`. */
  readonly rawId: string;
  readonly scopes: ReadonlySet<TokenScope>;
  /** Immutable id of the resource. */
  readonly resourceId: string;
  /** Geography of the resource. */
  readonly resourceLocation: string;
  /** Raised by each revocation of the identity's tokens; lower ones are refused. */
  readonly identityGeneration: number;
  /** The access key that issued the token, if one did: regenerating the key ends its tokens. */
  readonly key?: { readonly slot: KeySlot; readonly generation: number };
}

export interface VerifiedUserToken extends UserTokenClaims {
  /** Product time, milliseconds. */
  readonly issuedAt: number;
  /** Product time, milliseconds. */
  readonly expiresOn: number;
}

/** ACS tokens for chat and calling show this bit mask; its meaning is private and nothing reads it here. */
const observedScp = 1792;
const rawIdPrefix = '8:';

/** @param issuedAt and `expiresAt`: product time, whole seconds */
export function writeTokenPayload(
  claims: UserTokenClaims,
  issuer: string,
  issuedAt: number,
  expiresAt: number,
): Record<string, string | number> {
  if (!claims.rawId.startsWith(rawIdPrefix)) {
    throw new Error('A raw id of a communication user starts with "8:".');
  }
  return {
    iss: issuer,
    skypeid: claims.rawId.slice(rawIdPrefix.length),
    scp: observedScp,
    csi: String(issuedAt),
    iat: issuedAt,
    exp: expiresAt,
    rgn: claims.resourceLocation,
    acsScope: [...claims.scopes].join(','),
    resourceId: claims.resourceId,
    resourceLocation: claims.resourceLocation,
    gen: claims.identityGeneration,
    ...(claims.key !== undefined && { key: claims.key.slot, keyGen: claims.key.generation }),
  };
}

/** The claims of a payload whose signature was verified; undefined when one is missing or of another kind. */
export function readTokenPayload(payload: unknown, issuer: string): VerifiedUserToken | undefined {
  if (typeof payload !== 'object' || payload === null) {
    return undefined;
  }
  const { iss, skypeid, iat, exp, acsScope, resourceId, resourceLocation, gen, key, keyGen } = payload as Record<
    string,
    unknown
  >;
  if (iss !== issuer) {
    return undefined;
  }
  if (!isText(skypeid) || !isText(acsScope) || !isText(resourceId) || !isText(resourceLocation)) {
    return undefined;
  }
  if (!isCount(iat) || !isCount(exp) || !isCount(gen)) {
    return undefined;
  }
  const issuingKey = readKey(key, keyGen);
  if (issuingKey === undefined) {
    return undefined;
  }
  const scopes = acsScope.split(',');
  if (!scopes.every(isTokenScope)) {
    return undefined;
  }
  return Object.freeze({
    rawId: rawIdPrefix + skypeid,
    scopes: new Set(scopes),
    resourceId,
    resourceLocation,
    identityGeneration: gen,
    ...issuingKey,
    issuedAt: iat * 1000,
    expiresOn: exp * 1000,
  });
}

/** Both claims or neither; undefined when they are something else. */
function readKey(slot: unknown, generation: unknown): Pick<UserTokenClaims, 'key'> | undefined {
  if (slot === undefined && generation === undefined) {
    return {};
  }
  if ((slot !== 'primary' && slot !== 'secondary') || !isCount(generation)) {
    return undefined;
  }
  return { key: { slot, generation } };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTokenScope(text: string): text is TokenScope {
  return (tokenScopes as readonly string[]).includes(text);
}
