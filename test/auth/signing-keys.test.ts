import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  createSigningKeys,
  deriveSigningKey,
  readRetiredKeys,
  readSigningKey,
  wellKnownMasterSecret,
} from '../../shared/auth/index.js';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
const retired = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
const jwk = (key: (typeof retired)[0]) => key.export({ format: 'jwk' });
const publicPem = (key: (typeof retired)[0]) => key.export({ type: 'spki', format: 'pem' }).toString();
const exported = (keys: typeof retired) => keys.map(publicPem);

describe('the token signing key', () => {
  it('is read from PEM and from base64 DER on one line', () => {
    expect(readSigningKey(`\n${pem}\n`).equals(pair.privateKey)).toBe(true);
    expect(readSigningKey(der).equals(pair.privateKey)).toBe(true);
  });

  it('must be readable, on P-256, and is never quoted', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    const ed25519 = generateKeyPairSync('ed25519').privateKey;
    const read = (key: typeof rsa) => () => readSigningKey(key.export({ type: 'pkcs8', format: 'pem' }).toString());
    expect(read(rsa)).toThrow('The token signing key is of type rsa with 2048 bits. ES256 needs');
    expect(read(ed25519)).toThrow('of type ed25519');
    expect(read(p384)).toThrow('of curve secp384r1');
    for (const text of ['', 'hush-hush', publicPem(pair.publicKey), pem.replace('MI', 'AA')]) {
      expect(() => readSigningKey(text)).toThrow(/^The token signing key cannot be read\. Configure an unencrypted/);
    }
  });

  it('derived from a master secret stays the same for ever and differs by secret', () => {
    const derived = deriveSigningKey(Buffer.from(wellKnownMasterSecret, 'base64'));
    expect(derived.equals(deriveSigningKey(Buffer.from(wellKnownMasterSecret, 'base64')))).toBe(true);
    expect(createSigningKeys(derived).current.kid).toBe('0tsKz703oxLpadV3u5rckeuC-MkLpki3YHDXTRpe40Q');
    for (let seed = 0; seed < 20; seed++) {
      const key = deriveSigningKey(Buffer.alloc(32, seed));
      expect(createPublicKey(key).export({ format: 'jwk' })).toMatchObject({ kty: 'EC', crv: 'P-256' });
      expect(key.equals(derived)).toBe(false);
    }
  });
});

describe('retired keys', () => {
  it('are read from PEM blocks, one JWK, a list of JWKs, or a JWKS document', () => {
    const expected = exported(retired);
    const jwks = retired.map(jwk);
    expect(exported(readRetiredKeys(retired.map(publicPem).join('\n')))).toEqual(expected);
    expect(exported(readRetiredKeys(JSON.stringify(jwks[0])))).toEqual(expected.slice(0, 1));
    expect(exported(readRetiredKeys(JSON.stringify(jwks)))).toEqual(expected);
    expect(exported(readRetiredKeys(JSON.stringify({ keys: jwks })))).toEqual(expected);
    expect(readRetiredKeys(' ')).toEqual([]);
  });

  it('that cannot be used are named by their number', () => {
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
    expect(() => readRetiredKeys(JSON.stringify([jwk(retired[0] ?? p384), jwk(p384)]))).toThrow(
      'Retired token key 2 is of curve secp384r1',
    );
    expect(() => readRetiredKeys(JSON.stringify([null]))).toThrow('Retired token key 1 cannot be read');
    expect(() => readRetiredKeys('-----BEGIN CERTIFICATE-----')).toThrow('Retired token key 1 cannot be read');
    expect(() => readRetiredKeys('not json')).toThrow('The retired token keys cannot be read');
  });
});

describe('the JWKS document', () => {
  it('lists the current key first, then the retired ones, each once and public only', async () => {
    const keys = createSigningKeys(pair.privateKey, [...retired, pair.publicKey]);
    const listed = keys.jwks().keys;
    expect(listed.map((entry) => ('x' in entry ? entry.x : ''))).toEqual(
      [pair.publicKey, ...retired].map((key) => jwk(key).x),
    );
    for (const entry of listed) {
      expect(Object.keys(entry).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
      expect(entry.kid).toBe(await calculateJwkThumbprint({ ...entry }));
      expect(keys.publicKeys.get(entry.kid)?.type).toBe('public');
    }
    expect(keys.current.kid).toBe(listed[0]?.kid);
    expect(keys.publicKeys.size).toBe(3);
  });
});
