// Which settings about Entra ID an app starts with, and which it refuses.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../functions/config.js';

const sample = (JSON.parse(readFileSync('local.settings.sample.json', 'utf8')) as { Values: Record<string, string> })
  .Values;
const ownSecret = { DOMICILE_MASTER_SECRET: randomBytes(32).toString('base64') };
const pem = {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;
const tenant = '11111111-2222-3333-4444-555555555555';
const [one, two] = ['AAAAAAAA-0000-0000-0000-000000000001', 'aaaaaaaa-0000-0000-0000-000000000002'];
const entraOf = (settings: Record<string, string>) => readConfig({ ...sample, ...ownSecret, ...settings }).entra;

describe('The settings about Entra ID', () => {
  it('let nobody in unless they name a tenant, and then nobody who is on no list', () => {
    expect(entraOf({})).toBeUndefined();
    const { subjects, userApplications, authorityHost } = entraOf({ DOMICILE_ENTRA_TENANT: tenant }) ?? {};
    expect(authorityHost).toBe('https://login.microsoftonline.com');
    expect([...Object.values(subjects ?? {}), userApplications].map((list) => list?.size)).toEqual([
      0, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it('keep each list apart, in lower case', () => {
    const entra = entraOf({ DOMICILE_ENTRA_TENANT: tenant, DOMICILE_ENTRA_DATA: `${one}, ${two},` });
    expect(entra?.subjects.data).toEqual(new Set([one?.toLowerCase(), two]));
    expect(entra?.subjects.privacy.size).toBe(0);
  });

  it.each([
    ['a list without a tenant', { DOMICILE_ENTRA_DATA: tenant }, 'DOMICILE_ENTRA_TENANT is missing'],
    ['a tenant that is a name', { DOMICILE_ENTRA_TENANT: 'common' }, 'DOMICILE_ENTRA_TENANT'],
    ['a name on a list', { DOMICILE_ENTRA_TENANT: tenant, DOMICILE_ENTRA_READ: 'everybody' }, 'DOMICILE_ENTRA_READ'],
    [
      'an authority without TLS that is not this machine',
      { DOMICILE_ENTRA_TENANT: tenant, DOMICILE_ENTRA_AUTHORITY: 'http://login.example' },
      'must begin with https://',
    ],
    [
      'an authority without TLS outside the emulator',
      {
        DOMICILE_ENTRA_TENANT: tenant,
        DOMICILE_ENTRA_AUTHORITY: 'http://127.0.0.1:1',
        DOMICILE_EMULATOR: '0',
        DOMICILE_TOKEN_KEY: String(generateKeyPairSync('ec', pem).privateKey),
      },
      'must begin with https://',
    ],
  ])('are refused with %s', (_, settings, message) => {
    expect(() => entraOf(settings as Record<string, string>)).toThrow(message);
  });
});
