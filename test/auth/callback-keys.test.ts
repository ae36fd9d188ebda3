// The RS256 key beside the ES256 one: where it comes from, what it signs, and that nobody mistakes one for the other.
import { checkPrimeSync, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  CallbackKeys,
  createSigningKeys,
  deriveRsaKey,
  deriveSigningKey,
  readRetiredKeys,
  readSigningKey,
  signJws,
  verifyJws,
  wellKnownMasterSecret,
} from '../../shared/auth/index.js';
import { Fault } from '../../shared/http/index.js';
import { readConfig } from '../../functions/config.js';

const masterSecret = Buffer.from(wellKnownMasterSecret, 'base64');
const derived = deriveRsaKey(masterSecret, 'callback-signing-key');
const ec = deriveSigningKey(masterSecret);
const made = (bits = 2048, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength: bits, publicExponent });
const pemOf = (key: ReturnType<typeof made>['privateKey']) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = (key: ReturnType<typeof made>['publicKey']) => key.export({ type: 'spki', format: 'pem' }).toString();
const claims = { iss: 'us', aud: 'them', exp: 4_102_444_800 };

describe('an RSA key that is derived', () => {
  it('stays the same for ever, and differs by secret and by purpose', () => {
    expect(createSigningKeys(derived).current.kid).toBe('LrRXgMwCeaPqvI9V5Y5UxDzJjVL-vD5XnwZUa7HY6GA');
    const others = [
      deriveRsaKey(Buffer.alloc(32, 1), 'callback-signing-key'),
      deriveRsaKey(Buffer.alloc(32, 1), 'another'),
    ];
    expect(new Set([derived, ...others].map((key) => createSigningKeys(key).current.kid)).size).toBe(3);
  });

  it('is a sound key of 2,048 bits: the parts fit together, and the primes are prime and far apart', () => {
    for (const key of [derived, deriveRsaKey(Buffer.alloc(32, 6), 'callback-signing-key')]) {
      expect(key.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65_537n });
      const jwk = key.export({ format: 'jwk' });
      const number = (text = '') => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);
      const [n, e, d, p, q] = [jwk.n, jwk.e, jwk.d, jwk.p, jwk.q].map(number) as [
        bigint,
        bigint,
        bigint,
        bigint,
        bigint,
      ];
      expect(p * q).toBe(n);
      expect(checkPrimeSync(p, { checks: 64 }) && checkPrimeSync(q, { checks: 64 })).toBe(true);
      expect((e * d) % (p - 1n)).toBe(1n);
      expect((e * d) % (q - 1n)).toBe(1n);
      // FIPS 186-5, A.1.3: |p - q| > 2^(nlen/2 - 100), and d > 2^(nlen/2).
      expect((p > q ? p - q : q - p) > 2n ** 924n).toBe(true);
      expect(d > 2n ** 1024n).toBe(true);
      expect(number(jwk.dp)).toBe(d % (p - 1n));
      expect(number(jwk.dq)).toBe(d % (q - 1n));
      expect((number(jwk.qi) * q) % p).toBe(1n);
    }
  });
});

describe('a statement signed with RS256', () => {
  const keys = createSigningKeys(derived, [made().publicKey]);
  const signed = signJws(keys, 'JWT', claims);

  it('is what receivers take who pin RS256 and find the key by the JWKS document', async () => {
    const options = { issuer: 'us', audience: 'them', algorithms: ['RS256'] };
    const { protectedHeader } = await jwtVerify(signed, createLocalJWKSet({ keys: [...keys.jwks().keys] }), options);
    expect(protectedHeader).toEqual({ alg: 'RS256', kid: keys.current.kid, typ: 'JWT' });
  });

  it('is verified here too, by the key that it names', async () => {
    expect(verifyJws(signed, 'JWT', keys.publicKeys)).toEqual(claims);
    const byJose = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: keys.current.kid, typ: 'JWT' })
      .sign(derived);
    expect(byJose).toBe(signed);
    expect(verifyJws(signed, 'another', keys.publicKeys)).toBeUndefined();
  });

  it('is refused when anything of it is changed, and under the key of another', () => {
    const [header = '', payload = '', signature = ''] = signed.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9);
    const other = createSigningKeys(made().privateKey);
    const forged = signJws({ current: { ...other.current, kid: keys.current.kid } }, 'JWT', claims);
    for (const wrong of [
      `${header}.${payload}.${bytes.toString('base64url')}`,
      `${header}.${Buffer.from('{}').toString('base64url')}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}.${signature}=`,
      `${header}.${payload}.AAAA${signature}`,
      forged,
    ]) {
      expect(verifyJws(wrong, 'JWT', keys.publicKeys)).toBeUndefined();
    }
  });

  it('does not choose its algorithm: a key is good for its own only', async () => {
    const both = new Map([...keys.publicKeys, ...createSigningKeys(ec).publicKeys]);
    const ecKid = createSigningKeys(ec).current.kid;
    const sign = (alg: string, kid: string, key: typeof derived | Uint8Array) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(key);
    expect(verifyJws(await sign('ES256', ecKid, ec), 'JWT', both)).toEqual(claims);
    const publicKey = Buffer.from(publicPem(createPublicKey(derived)));
    for (const [alg, kid, key] of [
      ['RS256', ecKid, derived],
      ['ES256', keys.current.kid, ec],
      ['RS512', keys.current.kid, derived],
      ['PS256', keys.current.kid, derived],
      ['HS256', keys.current.kid, publicKey],
    ] as const) {
      expect(verifyJws(await sign(alg, kid, key), 'JWT', both), alg).toBeUndefined();
    }
    const lying = signJws({ current: { ...keys.current, alg: 'ES256' } }, 'JWT', claims);
    expect(verifyJws(lying, 'JWT', both)).toBeUndefined();
  });
});

describe('the callback key', () => {
  it('stands in a JWKS document with what receivers look for, retired ones behind it', async () => {
    const retired = made().publicKey;
    const listed = new CallbackKeys(() => derived, [retired]).get().jwks().keys;
    expect(listed).toHaveLength(2);
    for (const entry of listed) {
      expect(Object.keys(entry).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
      expect(entry).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig', e: 'AQAB' });
      expect(entry.kid).toBe(await calculateJwkThumbprint({ ...entry }));
    }
    expect(listed[1]).toMatchObject({ n: retired.export({ format: 'jwk' }).n });
  });

  it('is made when it is first used, once, and not before', () => {
    let times = 0;
    const keys = new CallbackKeys(() => {
      times += 1;
      return derived;
    });
    expect(times).toBe(0);
    expect(keys.get()).toBe(keys.get());
    expect(times).toBe(1);
  });

  it('that is missing is a clear fault, each time it is used', () => {
    const keys = new CallbackKeys(undefined);
    for (let n = 0; n < 2; n += 1) {
      expect(() => keys.get()).toThrow(Fault);
      expect(() => keys.get()).toThrow('sets DOMICILE_CALLBACK_KEY to an RSA private key');
    }
  });
});

describe('the settings of the callback key', () => {
  const deployed = {
    DOMICILE_GEOGRAPHY: 'europe',
    DOMICILE_MASTER_SECRET: Buffer.alloc(32, 7).toString('base64'),
    DOMICILE_DEFAULT_RESOURCE: 'contoso',
    DOMICILE_TOKEN_KEY: pemOf(deriveSigningKey(Buffer.alloc(32, 7))),
    AzureWebJobsStorage: [
      'AccountName=test;AccountKey=dGVzdA==',
      ...['Table', 'Blob', 'Queue'].map((service) => `${service}Endpoint=https://test.example`),
    ].join(';'),
  };
  const own = made().privateKey;

  it('may be left out: then the app starts, and has none', () => {
    expect(readConfig(deployed).callbackKey).toBeUndefined();
    const emulator = { ...deployed, DOMICILE_EMULATOR: '1', DOMICILE_MASTER_SECRET: wellKnownMasterSecret };
    const local = readConfig(
      {
        ...emulator,
        AzureWebJobsStorage: emulator.AzureWebJobsStorage.replaceAll('https://test.example', 'http://127.0.0.1:1/test'),
      },
      true,
    );
    expect(local.callbackKey?.().equals(derived)).toBe(true);
  });

  it('give the key, and those before it', () => {
    const [first, second] = [made().publicKey, made(3072).publicKey];
    const config = readConfig({
      ...deployed,
      DOMICILE_CALLBACK_KEY: pemOf(own),
      DOMICILE_RETIRED_CALLBACK_KEYS: publicPem(first) + publicPem(second),
    });
    expect(config.callbackKey?.().equals(own)).toBe(true);
    expect(config.retiredCallbackKeys.map(publicPem)).toEqual([first, second].map(publicPem));
  });

  it.each([
    ['text', 'hush-hush', 'The key of DOMICILE_CALLBACK_KEY cannot be read.'],
    ['an elliptic curve', pemOf(ec), 'The key of DOMICILE_CALLBACK_KEY is of curve prime256v1. RS256 needs an RSA key'],
    ['1,024 bits', pemOf(made(1024).privateKey), 'is of type rsa with 1024 bits. RS256 needs an RSA key of 2048 to'],
    [
      'a small exponent',
      pemOf(made(2048, 3).privateKey),
      'RS256 needs an RSA key of 2048 to 4096 bits with the exponent',
    ],
  ])('are refused at the start when the key is %s, which is not quoted', (_, key, message) => {
    const start = () => readConfig({ ...deployed, DOMICILE_CALLBACK_KEY: key });
    expect(start).toThrow(message);
    expect(start).not.toThrow(key);
  });

  it('never take a key of the other kind', () => {
    expect(() => readSigningKey(pemOf(own))).toThrow(
      'The token signing key is of type rsa with 2048 bits. ES256 needs',
    );
    const jwks = JSON.stringify(createSigningKeys(own).jwks());
    expect(() => readRetiredKeys(jwks)).toThrow('Retired token key 1 is of type rsa');
    expect(readRetiredKeys(jwks, 'Retired callback key', 'RS256')).toHaveLength(1);
    const start = () => readConfig({ ...deployed, DOMICILE_RETIRED_CALLBACK_KEYS: publicPem(createPublicKey(ec)) });
    expect(start).toThrow('Retired callback key 1 is of curve prime256v1');
  });
});
