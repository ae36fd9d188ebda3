// User access tokens: ES256 JWTs with the claims that ACS tokens show, plus what revocation needs.
// Clients read only `exp`; ACS says that the format is no part of its contract.
import { hash, type KeyObject } from 'node:crypto';
import { Fault, faults } from '../http/index.js';
import { BoundedCache } from './bounded-cache.js';
import { signJws, verifyJws } from './jws.js';
import type { SigningKeys } from './signing-keys.js';
import {
  readTokenPayload,
  type UserTokenClaims,
  type VerifiedUserToken,
  writeTokenPayload,
} from './user-token-claims.js';

/** The `typ` of the header: nothing else that is signed with the same key passes as a user token. */
const tokenType = 'JWT';

/** The longest life of a token; the revocation log keeps its entries for longer than this. */
const maxTokenMinutes = 1440;

const maxTokenBytes = 8 * 1024;
const maxCachedTokens = 10_000;
/** Servers' clocks differ a little; a token issued further in the future than this is refused. */
const maxAheadMs = 60_000;

export interface TokenSigner {
  readonly issuer: string;
  readonly keys: Pick<SigningKeys, 'current'>;
}

/**
 * @param options.now product time, milliseconds
 * @param options.expiresInMinutes at most 1,440; the caller has checked the operation's own limits
 * @returns the token and when it expires, product time in milliseconds
 */
export function issueUserToken(
  signer: TokenSigner,
  options: UserTokenClaims & { readonly now: number; readonly expiresInMinutes: number },
): { token: string; expiresOn: number } {
  if (!(options.expiresInMinutes > 0 && options.expiresInMinutes <= maxTokenMinutes)) {
    throw new RangeError(`A user token lives more than 0 and at most ${maxTokenMinutes} minutes.`);
  }
  const issuedAt = Math.floor(options.now / 1000);
  const expiresAt = issuedAt + Math.floor(options.expiresInMinutes * 60);
  const payload = writeTokenPayload(options, signer.issuer, issuedAt, expiresAt);
  return { token: signJws(signer.keys, tokenType, payload), expiresOn: expiresAt * 1000 };
}

/**
 * Verifies user tokens, and remembers the verified ones by their hash until they expire.
 *
 * It knows nothing of revocation: the caller compares `identityGeneration` and `keyGeneration` with what is in force.
 */
export class TokenVerifier {
  readonly #issuer: string;
  readonly #publicKeys: ReadonlyMap<string, KeyObject>;
  readonly #verified = new BoundedCache<VerifiedUserToken>(maxCachedTokens);

  constructor(options: { readonly issuer: string; readonly keys: Pick<SigningKeys, 'publicKeys'> }) {
    this.#issuer = options.issuer;
    this.#publicKeys = options.keys.publicKeys;
  }

  /**
   * @param now product time, milliseconds
   * @throws {Fault} 401 `Unauthorized`, always with the same text
   */
  verify(token: string, now: number): VerifiedUserToken {
    if (token.length > maxTokenBytes) {
      throw new Fault(faults.unauthorized);
    }
    const cacheKey = hash('sha256', token, 'base64');
    const cached = this.#verified.get(cacheKey);
    const claims = cached ?? this.#verifySigned(token);
    if (claims === undefined) {
      throw new Fault(faults.unauthorized);
    }
    // Also for a cached token: time goes on, and the emulator's clock may be moved back.
    if (claims.expiresOn <= now || claims.issuedAt > now + maxAheadMs) {
      this.#verified.delete(cacheKey);
      throw new Fault(faults.unauthorized);
    }
    if (cached === undefined) {
      this.#verified.set(cacheKey, claims);
    }
    return claims;
  }

  /** Forgets every verified token, e.g. before the clock is moved. */
  clear(): void {
    this.#verified.clear();
  }

  #verifySigned(token: string): VerifiedUserToken | undefined {
    const claims = readTokenPayload(verifyJws(token, tokenType, this.#publicKeys), this.#issuer);
    if (claims === undefined) {
      return undefined;
    }
    // A longer life would outlast the revocation log.
    return claims.expiresOn - claims.issuedAt > maxTokenMinutes * 60_000 ? undefined : claims;
  }
}
