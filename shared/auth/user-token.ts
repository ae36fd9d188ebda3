// User access tokens: ES256 JWTs with the claims that ACS tokens show, plus what revocation needs.
// Clients read only `exp`; ACS says that the format is no part of its contract.
import { hash, type KeyObject, sign, verify } from 'node:crypto';
import { Fault } from '../api/fault.js';
import { faults } from '../api/faults.js';
import { BoundedCache } from './bounded-cache.js';
import type { SigningKeys } from './signing-keys.js';
import {
  readTokenPayload,
  type UserTokenClaims,
  type VerifiedUserToken,
  writeTokenPayload,
} from './user-token-claims.js';

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
  const { kid, privateKey } = signer.keys.current;
  const header = encodeSegment({ alg: 'ES256', kid, typ: 'JWT' });
  const payload = encodeSegment(writeTokenPayload(options, signer.issuer, issuedAt, expiresAt));
  const signed = `${header}.${payload}`;
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return { token: `${signed}.${signature.toString('base64url')}`, expiresOn: expiresAt * 1000 };
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
    if (token.length > maxTokenBytes) throw new Fault(faults.unauthorized);
    const cacheKey = hash('sha256', token, 'base64');
    const cached = this.#verified.get(cacheKey);
    const claims = cached ?? this.#verifySigned(token);
    if (claims === undefined) throw new Fault(faults.unauthorized);
    // Also for a cached token: time goes on, and the emulator's clock may be moved back.
    if (claims.expiresOn <= now || claims.issuedAt > now + maxAheadMs) {
      this.#verified.delete(cacheKey);
      throw new Fault(faults.unauthorized);
    }
    if (cached === undefined) this.#verified.set(cacheKey, claims);
    return claims;
  }

  /** Forgets every verified token, e.g. before the clock is moved. */
  clear(): void {
    this.#verified.clear();
  }

  #verifySigned(token: string): VerifiedUserToken | undefined {
    const [header, payload, signature, more] = token.split('.', 4);
    if (header === undefined || payload === undefined || signature === undefined || more !== undefined)
      return undefined;
    const publicKey = this.#publicKeyFor(decodeSegment(header));
    if (publicKey === undefined) return undefined;
    const signatureBytes = Buffer.from(signature, 'base64url');
    // Decoding is lenient; only the one canonical spelling of a signature is accepted.
    if (signatureBytes.length !== 64 || signatureBytes.toString('base64url') !== signature) return undefined;
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signatureBytes)) return undefined;
    const claims = readTokenPayload(decodeSegment(payload), this.#issuer);
    if (claims === undefined) return undefined;
    // A longer life would outlast the revocation log.
    return claims.expiresOn - claims.issuedAt > maxTokenMinutes * 60_000 ? undefined : claims;
  }

  /** Only ES256 by a known key: the token never chooses the algorithm, and extensions (`crit`) are not understood. */
  #publicKeyFor(header: unknown): KeyObject | undefined {
    if (typeof header !== 'object' || header === null) return undefined;
    const { alg, kid, crit } = header as Record<string, unknown>;
    if (alg !== 'ES256' || typeof kid !== 'string' || crit !== undefined) return undefined;
    return this.#publicKeys.get(kid);
  }
}

function encodeSegment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decodeSegment(segment: string): unknown {
  try {
    return JSON.parse(Buffer.from(segment, 'base64url').toString());
  } catch {
    return undefined;
  }
}
