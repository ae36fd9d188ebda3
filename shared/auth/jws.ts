// Signed statements: JWS compact (RFC 7515), ES256 or RS256, as the key has it. The type in the header says what a
// statement is, so that one kind never passes as another (RFC 8725, section 3.11).
import { type KeyObject, sign, verify } from 'node:crypto';
import { algorithmOf } from './public-jwk.js';
import type { SigningKeys } from './signing-keys.js';

export function signJws(keys: Pick<SigningKeys, 'current'>, type: string, payload: object): string {
  const { kid, alg, privateKey } = keys.current;
  const signed = `${encodeSegment({ alg, kid, typ: type })}.${encodeSegment(payload)}`;
  // The encoding says nothing to RSA, whose padding is that of PKCS #1, version 1.5, unless another is asked for.
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

/**
 * The payload of a statement of this very type, signed with one of the keys; undefined for anything else.
 *
 * @param publicKeys by `kid`
 */
export function verifyJws(jws: string, type: string, publicKeys: ReadonlyMap<string, KeyObject>): unknown {
  const [header, payload, signature, more] = jws.split('.', 4);
  if (header === undefined || payload === undefined || signature === undefined || more !== undefined) {
    return undefined;
  }
  const publicKey = keyFor(decodeSegment(header), type, publicKeys);
  if (publicKey === undefined) {
    return undefined;
  }
  const signatureBytes = Buffer.from(signature, 'base64url');
  // Decoding is lenient; only the one canonical spelling of a signature is accepted.
  if (signatureBytes.length !== signatureLength(publicKey) || signatureBytes.toString('base64url') !== signature) {
    return undefined;
  }
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signatureBytes)) {
    return undefined;
  }
  return decodeSegment(payload);
}

function signatureLength({ asymmetricKeyDetails }: KeyObject): number {
  const { modulusLength } = asymmetricKeyDetails ?? {};
  return modulusLength === undefined ? 64 : Math.ceil(modulusLength / 8);
}

/** A known key, by its own algorithm: the statement never chooses it; extensions (`crit`) are not understood. */
function keyFor(header: unknown, type: string, keys: ReadonlyMap<string, KeyObject>): KeyObject | undefined {
  if (typeof header !== 'object' || header === null) {
    return undefined;
  }
  const { alg, kid, typ, crit } = header as Record<string, unknown>;
  if (typ !== type || typeof kid !== 'string' || crit !== undefined) {
    return undefined;
  }
  const key = keys.get(kid);
  return key !== undefined && algorithmOf(key) === alg ? key : undefined;
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
