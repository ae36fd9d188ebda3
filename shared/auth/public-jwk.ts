// Public keys as a JWKS document lists them (RFC 7517), and the algorithm that goes with each: a key is for one only.
import { createPublicKey, hash, type KeyObject } from 'node:crypto';

export type SignatureAlgorithm = 'ES256' | 'RS256';

export interface EcPublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

export interface RsaPublicJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

export type PublicJwk = EcPublicJwk | RsaPublicJwk;

// Shorter ones are not safe (RFC 7518, section 3.3), longer ones only slow.
const minRsaBits = 2048;
const maxRsaBits = 4096;

/** The one algorithm that a key is used with; undefined for keys that are not used here. */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | undefined {
  const { namedCurve, modulusLength = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') {
    return 'ES256';
  }
  const isRsa = key.asymmetricKeyType === 'rsa' && publicExponent === 65_537n;
  return isRsa && modulusLength >= minRsaBits && modulusLength <= maxRsaBits ? 'RS256' : undefined;
}

/** @throws {Error} that says what the key is instead */
export function requireAlgorithm(key: KeyObject, algorithm: SignatureAlgorithm, name: string): void {
  if (algorithmOf(key) === algorithm) {
    return;
  }
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const length = modulusLength === undefined ? '' : ` with ${modulusLength} bits`;
  const found = namedCurve === undefined ? `type ${key.asymmetricKeyType}${length}` : `curve ${namedCurve}`;
  const needed = {
    ES256: 'an elliptic curve key on P-256 (prime256v1)',
    RS256: `an RSA key of ${minRsaBits} to ${maxRsaBits} bits with the exponent 65537`,
  }[algorithm];
  throw new Error(`${name} is of ${found}. ${algorithm} needs ${needed}.`);
}

/** @param key a public key, of a kind that {@link algorithmOf} knows */
export function publicJwk(key: KeyObject): PublicJwk {
  const { kty, x, y, n, e } = key.export({ format: 'jwk' });
  if (kty === 'EC' && x !== undefined && y !== undefined) {
    return { kty, crv: 'P-256', x, y, kid: thumbprint({ crv: 'P-256', kty, x, y }), alg: 'ES256', use: 'sig' };
  }
  if (kty === 'RSA' && n !== undefined && e !== undefined) {
    return { kty, n, e, kid: thumbprint({ e, kty, n }), alg: 'RS256', use: 'sig' };
  }
  throw new Error('A signing key is neither on an elliptic curve nor RSA.');
}

/** The bare public key, whatever it was made from. */
export function importPublicJwk(jwk: PublicJwk): KeyObject {
  const { kty } = jwk;
  const key = kty === 'EC' ? { kty, crv: jwk.crv, x: jwk.x, y: jwk.y } : { kty, n: jwk.n, e: jwk.e };
  return createPublicKey({ format: 'jwk', key });
}

/** RFC 7638: the required members in lexicographic order. */
function thumbprint(required: object): string {
  return hash('sha256', JSON.stringify(required), 'base64url');
}
