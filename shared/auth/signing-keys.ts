// Key pairs that sign, and the public keys that verify, retired ones included: ES256 for tokens and receipts, RS256 where
// receivers insist on it.
import { createECDH, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { deriveBytes } from './keyed-hash.js';
import { importPublicJwk, type PublicJwk, publicJwk, requireAlgorithm, type SignatureAlgorithm } from './public-jwk.js';

/** Order of P-256 (SEC 2, section 2.4.2): private keys are 1 to one less. */
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface SigningKeys {
  /** Signs what is new. */
  readonly current: { readonly kid: string; readonly alg: SignatureAlgorithm; readonly privateKey: KeyObject };
  /** Verify, by `kid`: the current key and the retired ones. */
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
  /** The document of the JWKS route (RFC 7517); public keys only. */
  jwks(): { readonly keys: readonly PublicJwk[] };
}

/** @param retired public keys, for the same algorithm */
export function createSigningKeys(privateKey: KeyObject, retired: readonly KeyObject[] = []): SigningKeys {
  const current = publicJwk(createPublicKey(privateKey));
  const jwks = new Map([[current.kid, current]]);
  for (const key of retired) {
    const jwk = publicJwk(key);
    jwks.set(jwk.kid, jwk);
  }
  return {
    current: { kid: current.kid, alg: current.alg, privateKey },
    publicKeys: byKid([...jwks.values()]),
    jwks: () => ({ keys: [...jwks.values()] }),
  };
}

/** Public keys by `kid`, as {@link SigningKeys.publicKeys}, for somebody who verifies only. */
export function publicKeysByKid(keys: readonly KeyObject[]): ReadonlyMap<string, KeyObject> {
  return byKid(keys.map(publicJwk));
}

/**
 * Reads a private key from configuration: a PKCS #8 PEM, or the same key's DER as base64 on one line.
 *
 * @param name how errors call it
 * @throws {Error} that never quotes the text
 */
export function readSigningKey(
  text: string,
  name = 'The token signing key',
  algorithm: SignatureAlgorithm = 'ES256',
): KeyObject {
  const trimmed = text.trim();
  let key: KeyObject;
  try {
    key = trimmed.startsWith('-----')
      ? createPrivateKey(trimmed)
      : createPrivateKey({ key: Buffer.from(trimmed, 'base64'), format: 'der', type: 'pkcs8' });
  } catch {
    throw new Error(
      `${name} cannot be read. Configure an unencrypted PKCS #8 private key, as PEM or as base64 DER on one line.`,
    );
  }
  requireAlgorithm(key, algorithm, name);
  return key;
}

/**
 * Reads the public keys of retired signing keys from configuration: PEM blocks one after another, a JWK, a list of
 * JWKs, or a JWKS document. An empty text is none.
 *
 * @param name how errors call each of them
 * @throws {Error} that says which key is not usable
 */
export function readRetiredKeys(
  text: string,
  name = 'Retired token key',
  algorithm: SignatureAlgorithm = 'ES256',
): KeyObject[] {
  const trimmed = text.trim();
  if (trimmed === '') {
    return [];
  }
  const keys = trimmed.startsWith('-----') ? pemBlocks(trimmed) : jwkList(trimmed, name);
  return keys.map((key, index) => {
    const which = `${name} ${index + 1}`;
    let publicKey: KeyObject;
    try {
      publicKey = typeof key === 'string' ? createPublicKey(key) : createPublicKey({ key, format: 'jwk' });
    } catch {
      throw new Error(`${which} cannot be read. Configure a public key as PEM or as JWK.`);
    }
    requireAlgorithm(publicKey, algorithm, which);
    return publicKey;
  });
}

/**
 * The same key for the same master secret, for the emulator: nothing to configure, and tokens outlive a restart.
 *
 * @param purpose each has a key of its own
 */
export function deriveSigningKey(masterSecret: Buffer, purpose = 'token-signing-key'): KeyObject {
  // 48 bytes leave no measurable bias after the remainder (FIPS 186-5, A.2.1).
  const seed = BigInt(`0x${deriveBytes(masterSecret, 48, purpose).toString('hex')}`);
  const secret = Buffer.from(((seed % (p256Order - 1n)) + 1n).toString(16).padStart(64, '0'), 'hex');
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(secret);
  const point = ecdh.getPublicKey();
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: secret.toString('base64url'),
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
}

function byKid(jwks: readonly PublicJwk[]): ReadonlyMap<string, KeyObject> {
  return new Map(jwks.map((jwk) => [jwk.kid, importPublicJwk(jwk)]));
}

function pemBlocks(text: string): string[] {
  return text.match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g) ?? [text];
}

function jwkList(text: string, name: string): JsonWebKey[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error(
      `The ${name.toLowerCase()}s cannot be read. Configure PEM blocks, a JWK, a list of JWKs or a JWKS document.`,
    );
  }
  const keys = isJwks(parsed) ? parsed.keys : parsed;
  return (Array.isArray(keys) ? keys : [keys]) as JsonWebKey[];
}

function isJwks(value: unknown): value is { keys: unknown } {
  // Not `in`: arrays inherit a method of that name.
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'keys');
}
