import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import * as fc from 'fast-check';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../shared/http/fault.js';
import { createSigningKeys, issueUserToken, TokenVerifier } from '../../shared/auth/index.js';

const issuer = 'https://europe.example.org';
const now = Date.UTC(2026, 10, 23, 5, 38, 19, 250);
const seconds = Math.floor(now / 1000);
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const retired = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keys = createSigningKeys(privateKey, [retired.publicKey]);
const { kid } = keys.current;

const resourceId = '1b2c3d4e-0000-4000-8000-000000000001';
const claims = {
  rawId: `8:acs:${resourceId}_00000011-9f42-4aef-88f7-08482200b423`,
  scopes: new Set(['chat', 'voip.join'] as const),
  resourceId,
  resourceLocation: 'europe',
  identityGeneration: 2,
  key: { slot: 'secondary', generation: 5 },
} as const;
const issue = (expiresInMinutes = 60) => issueUserToken({ issuer, keys }, { ...claims, now, expiresInMinutes });
const verifier = () => new TokenVerifier({ issuer, keys });

function isRefused(token: string, at = now, by = verifier()): boolean {
  try {
    by.verify(token, at);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    expect((error as Fault).entry).toMatchObject({ status: 401, code: 'Unauthorized' });
    expect((error as Fault).extras).toEqual({});
    return true;
  }
}

/** A token by jose with these claims in place of the right ones; undefined leaves one out. */
function forge(changed: Record<string, unknown> = {}, header: object = {}, key: KeyObject | Uint8Array = privateKey) {
  const payload = { ...decodeJwt(issue().token), ...changed };
  return new SignJWT(JSON.parse(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT', ...header })
    .sign(key);
}

describe('a user token', () => {
  it('verifies with jose against the JWKS document and carries the claims of ACS', async () => {
    const { token, expiresOn } = issue(90);
    const options = { issuer, algorithms: ['ES256'], currentDate: new Date(now) };
    const { payload, protectedHeader } = await jwtVerify(
      token,
      createLocalJWKSet({ keys: [...keys.jwks().keys] }),
      options,
    );
    expect(protectedHeader).toEqual({ alg: 'ES256', kid, typ: 'JWT' });
    expect(payload).toEqual({
      iss: issuer,
      skypeid: claims.rawId.slice(2),
      scp: 1792,
      csi: String(seconds),
      iat: seconds,
      exp: seconds + 90 * 60,
      rgn: 'europe',
      acsScope: 'chat,voip.join',
      resourceId,
      resourceLocation: 'europe',
      gen: 2,
      key: 'secondary',
      keyGen: 5,
    });
    expect(expiresOn).toBe((seconds + 90 * 60) * 1000);
  });

  it('verifies to what was issued, the second time from the cache', () => {
    const subject = verifier();
    const { token, expiresOn } = issue();
    const verified = subject.verify(token, now);
    expect(verified).toEqual({ ...claims, issuedAt: seconds * 1000, expiresOn });
    expect(subject.verify(token, now + 1)).toBe(verified);
    subject.clear();
    expect(subject.verify(token, now)).not.toBe(verified);
  });

  it('is valid until it expires, also when it is in the cache', () => {
    const subject = verifier();
    const { token, expiresOn } = issue();
    expect(isRefused(token, expiresOn - 1, subject)).toBe(false);
    expect(isRefused(token, expiresOn, subject)).toBe(true);
    expect(isRefused(token, expiresOn, verifier())).toBe(true);
  });

  it('is refused when it was issued more than a minute in the future, also from the cache', () => {
    const subject = verifier();
    const { token } = issue();
    expect(isRefused(token, seconds * 1000 - 60_000, subject)).toBe(false);
    expect(isRefused(token, seconds * 1000 - 60_001, subject)).toBe(true);
  });

  it('is not issued for longer than the revocation log remembers, nor accepted', async () => {
    expect(issue(1440).expiresOn).toBe(seconds * 1000 + 86_400_000);
    expect(() => issue(1441)).toThrow(RangeError);
    expect(() => issue(0)).toThrow(RangeError);
    expect(() => issue(Number.NaN)).toThrow(RangeError);
    expect(isRefused(await forge({ exp: seconds + 86_400 }))).toBe(false);
    expect(isRefused(await forge({ exp: seconds + 86_401 }))).toBe(true);
  });

  it('of a retired key is accepted, of a forgotten one refused', async () => {
    const retiredKid = createSigningKeys(retired.privateKey).current.kid;
    expect(isRefused(await forge({}, { kid: retiredKid }, retired.privateKey))).toBe(false);
    const onlyCurrent = new TokenVerifier({ issuer, keys: createSigningKeys(privateKey) });
    expect(isRefused(await forge({}, { kid: retiredKid }, retired.privateKey), now, onlyCurrent)).toBe(true);
  });
});

describe('a forged token', () => {
  it('is the only thing that these tests refuse: jose makes an acceptable one the same way', async () => {
    expect(isRefused(await forge())).toBe(false);
  });

  it('without a signature is refused', () => {
    const unsecured = new UnsecuredJWT(decodeJwt(issue().token)).encode();
    expect(isRefused(unsecured)).toBe(true);
    const header = Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url');
    expect(isRefused(`${header}.${issue().token.split('.')[1]}.`)).toBe(true);
    expect(isRefused(issue().token.split('.').slice(0, 2).join('.'))).toBe(true);
    expect(isRefused(`${issue().token.split('.').slice(0, 2).join('.')}.`)).toBe(true);
  });

  it('with the public key as HMAC secret is refused', async () => {
    const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }));
    const der = publicKey.export({ type: 'spki', format: 'der' });
    for (const secret of [pem, der]) {
      expect(isRefused(await forge({}, { alg: 'HS256' }, secret))).toBe(true);
    }
  });

  it('with another key, another kid, no kid, or another algorithm is refused', async () => {
    expect(isRefused(await forge({}, {}, stranger.privateKey))).toBe(true);
    expect(
      isRefused(await forge({}, { kid: createSigningKeys(stranger.privateKey).current.kid }, stranger.privateKey)),
    ).toBe(true);
    expect(isRefused(await forge({}, { kid: undefined }))).toBe(true);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(isRefused(await forge({}, { alg: 'RS256' }, rsa.privateKey))).toBe(true);
  });

  it.each([
    ['that names another algorithm than it is signed with', { alg: 'none', kid, typ: 'JWT' }],
    ['that names none', { kid, typ: 'JWT' }],
    ['with an extension that must be understood', { alg: 'ES256', kid, typ: 'JWT', crit: ['exp'] }],
    ['of a receipt', { alg: 'ES256', kid, typ: 'erasure-receipt+jwt' }],
    ['of no type', { alg: 'ES256', kid }],
  ])('with a header %s is refused, even with our own signature', (_, header) => {
    const [, payload = ''] = issue().token.split('.');
    const signed = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}`;
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    expect(isRefused(`${signed}.${signature.toString('base64url')}`)).toBe(true);
  });

  it('with a signature in DER is refused', () => {
    const [header, payload] = issue().token.split('.');
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), privateKey).toString('base64url');
    expect(isRefused(`${header}.${payload}.${signature}`)).toBe(true);
  });

  it.each(['iss', 'skypeid', 'iat', 'exp', 'acsScope', 'resourceId', 'resourceLocation', 'gen', 'key', 'keyGen'])(
    'without the claim %s is refused',
    async (name) => {
      expect(isRefused(await forge({ [name]: undefined }))).toBe(true);
      expect(isRefused(await forge({ [name]: null }))).toBe(true);
      expect(isRefused(await forge({ [name]: [] }))).toBe(true);
    },
  );

  it.each<[string, unknown]>([
    ['iss', 'https://germany.example.org'],
    ['exp', seconds + 0.5],
    ['iat', -1],
    ['gen', '2'],
    ['key', 'tertiary'],
    ['acsScope', 'chat,admin'],
  ])('with the claim %s = %j is refused', async (name, value) => {
    expect(isRefused(await forge({ [name]: value }))).toBe(true);
  });

  it('that is not a JWT, or too long, is refused', async () => {
    const { token } = issue();
    for (const text of ['', '.', '..', '...', 'abc', `${token}.x`, `${token}.`, ` ${token}`, 'bnVsbA.bnVsbA.bnVsbA']) {
      expect(isRefused(text), text).toBe(true);
    }
    expect(isRefused(await forge({ padding: 'x'.repeat(5000) }))).toBe(false);
    expect(isRefused(await forge({ padding: 'x'.repeat(6000) }))).toBe(true);
  });

  it('by changing any one character is refused, while the right one is in the cache', () => {
    const subject = verifier();
    const { token } = issue();
    subject.verify(token, now);
    const character = fc.constantFrom(...'ABYZabyz0189-_.= ');
    fc.assert(
      fc.property(fc.nat(token.length - 1), character, (at, to) => {
        fc.pre(token[at] !== to);
        expect(isRefused(token.slice(0, at) + to + token.slice(at + 1), now, subject)).toBe(true);
      }),
      { numRuns: 300 },
    );
    const last = token.at(-1) ?? '';
    for (const to of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      if (to !== last) {
        expect(isRefused(token.slice(0, -1) + to)).toBe(true);
      }
    }
  });

  it('names no header but those that were issued', () => {
    expect(decodeProtectedHeader(issue().token)).toEqual({ alg: 'ES256', kid, typ: 'JWT' });
  });
});
