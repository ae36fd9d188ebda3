// The key pair that signs user access tokens (ES256), and the public keys that verify them, retired ones included.
import { createECDH, createPrivateKey, createPublicKey, hash, type JsonWebKey, type KeyObject } from 'node:crypto';
import { deriveBytes } from './keyed-hash.js';

/** Order of P-256 (SEC 2, section 2.4.2): private keys are 1 to one less. */
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A public key as it stands in the JWKS document. */
export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

export interface SigningKeys {
  /** Signs new tokens. */
  readonly current: { readonly kid: string; readonly privateKey: KeyObject };
  /** Verifies tokens, by `kid`: the current key and the retired ones. */
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
  /** The document of the JWKS route (RFC 7517); public keys only. */
  jwks(): { readonly keys: readonly PublicJwk[] };
}

export function createSigningKeys(privateKey: KeyObject, retired: readonly KeyObject[] = []): SigningKeys {
  const current = publicJwk(createPublicKey(privateKey));
  const jwks = new Map([[current.kid, current]]);
  for (const key of retired) {
    const jwk = publicJwk(key);
    jwks.set(jwk.kid, jwk);
  }
  return {
    current: { kid: current.kid, privateKey },
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
export function readSigningKey(text: string, name = 'The token signing key'): KeyObject {
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
  requireP256(key, name);
  return key;
}

/**
 * Reads the public keys of retired signing keys from configuration: PEM blocks one after another, a JWK, a list of
 * JWKs, or a JWKS document. An empty text is none.
 *
 * @throws {Error} that says which key is not usable
 */
export function readRetiredKeys(text: string): KeyObject[] {
  const trimmed = text.trim();
  if (trimmed === '') {
    return [];
  }
  const keys = trimmed.startsWith('-----') ? pemBlocks(trimmed) : jwkList(trimmed);
  return keys.map((key, index) => {
    const name = `Retired token key ${index + 1}`;
    let publicKey: KeyObject;
    try {
      publicKey = typeof key === 'string' ? createPublicKey(key) : createPublicKey({ key, format: 'jwk' });
    } catch {
      throw new Error(`${name} cannot be read. Configure a public key as PEM or as JWK.`);
    }
    requireP256(publicKey, name);
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

function publicJwk(key: KeyObject): PublicJwk {
  const { x, y } = key.export({ format: 'jwk' });
  if (x === undefined || y === undefined) {
    throw new Error('A token key has no public point.');
  }
  // RFC 7638: the required members in lexicographic order.
  const kid = hash('sha256', JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }), 'base64url');
  return { kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' };
}

function byKid(jwks: readonly PublicJwk[]): ReadonlyMap<string, KeyObject> {
  return new Map(jwks.map((jwk) => [jwk.kid, importPublicJwk(jwk)]));
}

function importPublicJwk({ kty, crv, x, y }: PublicJwk): KeyObject {
  return createPublicKey({ format: 'jwk', key: { kty, crv, x, y } });
}

function requireP256(key: KeyObject, name: string): void {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === 'ec' && curve === 'prime256v1') {
    return;
  }
  const found = curve ? `curve ${curve}` : `type ${key.asymmetricKeyType}`;
  throw new Error(`${name} is of ${found}. ES256 needs an elliptic curve key on P-256 (prime256v1).`);
}

function pemBlocks(text: string): string[] {
  return text.match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g) ?? [text];
}

function jwkList(text: string): JsonWebKey[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error(
      'The retired token keys cannot be read. Configure PEM blocks, a JWK, a list of JWKs or a JWKS document.',
    );
  }
  const keys = isJwks(parsed) ? parsed.keys : parsed;
  return (Array.isArray(keys) ? keys : [keys]) as JsonWebKey[];
}

function isJwks(value: unknown): value is { keys: unknown } {
  // Not `in`: arrays inherit a method of that name.
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'keys');
}
