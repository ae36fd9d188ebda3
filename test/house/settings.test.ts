// The settings that the app reads, those that the docs explain, and those of the sample are the same.
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

test('the sample is one that the app starts with, on this machine only', () => {
  expect(sample.Values['DOMICILE_MASTER_SECRET']).toBe(wellKnownMasterSecret);
  expect(readConfig(sample.Values)).toMatchObject({ geography: 'europe', isEmulator: true });
  expect(() => readConfig({ ...sample.Values, WEBSITE_INSTANCE_ID: 'x' })).toThrow("the emulator's secret");
});
