// The emulator's secret stands in the source: an app that took it, or what follows from it, would believe anybody.
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../functions/config.js';
import { createSigningKeys, deriveSigningKey } from '../../shared/auth/signing-keys.js';
import {
  callbackKeyPurpose,
  deriveRsaKey,
  formerTokenKeyPurpose,
  hopKeyPurpose,
  isWellKnownKey,
  tokenKeyPurpose,
  wellKnownMasterSecret,
} from '../../shared/auth/index.js';
import { geographySlugs } from '../../shared/geography/index.js';

const secret = Buffer.from(wellKnownMasterSecret, 'base64');
const own = () => randomBytes(32).toString('base64');
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = (key: KeyObject) => createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
const ownKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const jwks = (key: KeyObject) => [...createSigningKeys(key).jwks().keys];
const callback = deriveRsaKey(secret, callbackKeyPurpose);
const publicKey = (purpose: string) => deriveSigningKey(secret, purpose);

const storage = (address: string) =>
  ['AccountName=a;AccountKey=dGVzdA==', ...['Table', 'Blob', 'Queue'].map((each) => `${each}Endpoint=${address}`)].join(
    ';',
  );

/** Settings of an app of somebody's own, on the same machine as its storage: nothing in them is public. */
const good = {
  DOMICILE_GEOGRAPHY: 'europe',
  DOMICILE_DEFAULT_RESOURCE: 'contoso',
  DOMICILE_MASTER_SECRET: own(),
  DOMICILE_TOKEN_KEY: pem(ownKey),
  AzureWebJobsStorage: storage('http://127.0.0.1:1/a'),
};
const unused = wellKnownMasterSecret.replace('=', '');

describe("The emulator's secret", () => {
  it('is one that no good settings hold', () => {
    expect(readConfig(good).isEmulator).toBe(false);
  });

  it.each([
    ['as it stands', { DOMICILE_MASTER_SECRET: wellKnownMasterSecret }],
    [
      'written in another way',
      // The last character of a group holds bits that nobody reads.
      { DOMICILE_MASTER_SECRET: wellKnownMasterSecret.replace(/g=$/, 'h=') },
    ],
    [
      'although the app calls itself an emulator',
      { DOMICILE_MASTER_SECRET: wellKnownMasterSecret, DOMICILE_EMULATOR: '1' },
    ],
    ['in Azure', { DOMICILE_MASTER_SECRET: wellKnownMasterSecret, WEBSITE_INSTANCE_ID: 'x' }],
    [
      'among the retired ones',
      { DOMICILE_RETIRED_MASTER_SECRETS: `1:${own()},2:${unused}`, DOMICILE_MASTER_SECRET_VERSION: '3' },
    ],
    ['as the token key of a geography', { DOMICILE_TOKEN_KEY: pem(publicKey(tokenKeyPurpose('germany'))) }],
    ['as the token key that all had once', { DOMICILE_TOKEN_KEY: pem(publicKey(formerTokenKeyPurpose)) }],
    ['as a retired token key', { DOMICILE_RETIRED_TOKEN_KEYS: publicPem(publicKey(tokenKeyPurpose('europe'))) }],
    ['as the hop key', { DOMICILE_HOP_KEY: pem(publicKey(hopKeyPurpose('europe'))) }],
    [
      'as the hop key of another geography',
      {
        DOMICILE_HOP_KEY: pem(ownKey),
        DOMICILE_PEERS: JSON.stringify({
          uk: { url: 'https://uk.example', keys: [...jwks(ownKey), ...jwks(publicKey(hopKeyPurpose('uk')))] },
        }),
      },
    ],
    ['as the callback key', { DOMICILE_CALLBACK_KEY: pem(callback) }],
    ['as a retired callback key', { DOMICILE_RETIRED_CALLBACK_KEYS: publicPem(callback) }],
  ])('stops the start of an app that the emulator has not started: %s', (_, settings) => {
    const start = (isEmulatorsOwn?: boolean) => readConfig({ ...good, ...settings }, isEmulatorsOwn);
    expect(() => start()).toThrow(/DOMICILE_[A-Z_]+ is the emulator's secret, or follows from it/);
    expect(() => start()).not.toThrow(wellKnownMasterSecret.slice(0, 20));
    if (!('WEBSITE_INSTANCE_ID' in settings)) {
      expect(() => start(true)).not.toThrow();
    }
  });

  it('is known in every key that the emulator derives, and in no other', () => {
    for (const slug of geographySlugs) {
      expect(isWellKnownKey(publicKey(tokenKeyPurpose(slug)))).toBe(true);
      expect(isWellKnownKey(publicKey(hopKeyPurpose(slug)))).toBe(true);
    }
    expect(isWellKnownKey(callback)).toBe(true);
    expect(isWellKnownKey(ownKey)).toBe(false);
  });
});
