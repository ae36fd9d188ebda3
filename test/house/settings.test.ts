// The settings that the app reads, those that the docs explain, and those of the sample are the same.
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../functions/config.js';
import { wellKnownMasterSecret } from '../../shared/auth/index.js';

const config = ['config', 'entra-settings'].map((name) => readFileSync(`functions/${name}.ts`, 'utf8')).join('');
const storage = readFileSync('shared/storage/storage-settings.ts', 'utf8');
const page = readFileSync('docs/settings.md', 'utf8');
const sample = JSON.parse(readFileSync('local.settings.sample.json', 'utf8')) as {
  Values: Record<string, string>;
  NotSetHere: Record<string, string>;
};

const named = (text: string) => [...text.matchAll(/\bDOMICILE_[A-Z_]+\b/g)].map(([name]) => name);
const services = ['table', 'blob', 'queue'].map((service) => `AzureWebJobsStorage__${service}ServiceUri`);
const settings = [...new Set([...named(config), 'AzureWebJobsStorage', ...services, 'AzureWebJobsStorage__clientId'])];

test('the settings of storage are still called that', () => {
  for (const text of ["'AzureWebJobsStorage'", 'AzureWebJobsStorage__${service}ServiceUri', '__clientId']) {
    expect(storage).toContain(text);
  }
});

describe.each(settings)('%s', (name) => {
  test('is explained in docs/settings.md', () => expect(page).toContain(`\`${name}\``));

  test('is in local.settings.sample.json', () => {
    expect(Object.keys({ ...sample.Values, ...sample.NotSetHere })).toContain(name);
  });
});

test('docs/settings.md and the sample name no setting that nobody reads', () => {
  for (const name of named(page + JSON.stringify(sample))) {
    expect(settings).toContain(name);
  }
});

test('the sample is one that the app starts with, on this machine only, once it has a secret of its own', () => {
  expect(() => readConfig(sample.Values)).toThrow('DOMICILE_MASTER_SECRET: needs at least 32 bytes');
  const filled = { ...sample.Values, DOMICILE_MASTER_SECRET: randomBytes(32).toString('base64') };
  expect(readConfig(filled)).toMatchObject({ geography: 'europe', isEmulator: true });
  expect(() => readConfig({ ...filled, WEBSITE_INSTANCE_ID: 'x' })).toThrow(
    'DOMICILE_EMULATOR is for the emulator only',
  );
});

describe('Wrong settings', () => {
  const wrong = {
    DOMICILE_MASTER_SECRET: 'c2hvcnQ=',
    DOMICILE_RECEIPT_DAYS: 'mark-days',
    DOMICILE_RETIRED_TOKEN_KEYS: 'mark-retired',
    DOMICILE_CALLBACK_KEY: 'mark-callback',
    DOMICILE_HOP_KEY: 'mark-hop',
    DOMICILE_PEERS: '[]',
    AzureWebJobsStorage__tableServiceUri: 'mark-uri',
  };
  const sentences = (given: Readonly<Record<string, string>>) => {
    try {
      readConfig(given);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };

  test('are all named at once: what the schema sees, storage, and the keys', () => {
    const said = sentences(wrong);
    for (const name of Object.keys(wrong).filter((each) => !each.includes('__'))) {
      expect(
        said.split('\n').filter((line) => line.startsWith(`  ${name}`) || line.includes(` ${name} `)),
      ).toHaveLength(1);
    }
    expect(said).toContain('AzureWebJobsStorage__blobServiceUri');
    expect(said).not.toContain('mark-');
  });

  test('hide none of what is wrong with those that are right by themselves', () => {
    const said = sentences({
      DOMICILE_GEOGRAPHY: 'atlantis',
      DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
      DOMICILE_MASTER_SECRET_VERSION: '3',
      DOMICILE_RETIRED_MASTER_SECRETS: `3:${randomBytes(32).toString('base64')}`,
      DOMICILE_ENTRA_READ: '00000000-0000-0000-0000-000000000000',
    });
    expect(said).toContain('DOMICILE_GEOGRAPHY: is none of the geographies');
    expect(said).toContain('DOMICILE_RETIRED_MASTER_SECRETS has a version twice');
    expect(said).toContain('DOMICILE_ENTRA_TENANT is missing');
    expect(said).toContain("DOMICILE_MASTER_SECRET is the emulator's secret");
    // What follows from something wrong is no problem of its own.
    expect(sentences({ DOMICILE_ENTRA_TENANT: 'x', DOMICILE_ENTRA_READ: randomUUID() })).not.toContain(
      'Somebody is on',
    );
  });

  test('that are missing are said to be missing, in plain words', () => {
    const said = sentences({});
    for (const name of ['DOMICILE_GEOGRAPHY', 'DOMICILE_DEFAULT_RESOURCE', 'DOMICILE_MASTER_SECRET']) {
      expect(said).toContain(`${name} is missing.`);
    }
    expect(said).toContain('DOMICILE_TOKEN_KEY is missing.');
    expect(said).toContain('AzureWebJobsStorage__tableServiceUri is missing.');
    expect(said).not.toMatch(/undefined|Invalid|expected/);
  });

  test('are told in plain words, without the words of the library', () => {
    const all = { ...wrong, DOMICILE_GEOGRAPHY: 'x', DOMICILE_EMULATOR: 'yes', DOMICILE_CLOCK_OFFSET_MS: 'x' };
    expect(sentences(all)).not.toMatch(/Invalid|expected|received|NaN/);
  });
});
