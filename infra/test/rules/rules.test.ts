// The catalogues' rules against the stack as it would be deployed, both ways.
import { beforeAll, describe, expect, test } from 'vitest';
import type { RecordedResource } from '../../render/recorded-resource.js';
import { everything, infraFolder, record } from '../sample-stacks.js';
import { appRules } from './app-rules.js';
import { exceptionsPage } from './exceptions-page.js';
import { placeRules } from './place-rules.js';
import type { RuleRow } from './rule-row.js';
import { serviceRules } from './service-rules.js';
import { storageRules } from './storage-rules.js';

const rows = [...storageRules, ...appRules, ...serviceRules, ...placeRules];
const certificateSecretId = '/subscriptions/x/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/secrets/s';

let open: readonly RecordedResource[];
let closed: readonly RecordedResource[];
let global: readonly RecordedResource[];

beforeAll(async () => {
  ({ resources: open } = await record('europe', everything));
  ({ resources: closed } = await record('europe', { profile: 'private', ...everything }));
  ({ resources: global } = await record('global', { frontDoor: { certificateSecretId } }));
});

const stacksOf = ({ stack }: RuleRow) => (stack === 'global' ? [global] : [open, closed]);
const having = (verdict: RuleRow['verdict']) => rows.filter((row) => row.verdict === verdict);

test('each rule stands in the table once', () => {
  const ids = rows.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(120);
});

describe.each(having('pass'))('$id ($wants)', (row) => {
  test('is kept to, and breaking it would be seen', () => {
    for (const stack of stacksOf(row)) {
      expect(row.holds(stack)).toBe(true);
      expect(row.holds(row.opposite(stack))).toBe(false);
    }
  });
});

describe.each(having('pass when private'))('$id ($wants)', (row) => {
  test('is kept to in the private profile only, and breaking it would be seen', () => {
    expect(row.holds(open)).toBe(false);
    expect(row.holds(closed)).toBe(true);
    expect(row.holds(row.opposite(closed))).toBe(false);
    expect(row.why.length).toBeGreaterThan(20);
  });
});

describe.each(having('exception'))('$id ($wants)', (row) => {
  test('is still an exception, and keeping to it would be seen', () => {
    for (const stack of stacksOf(row)) {
      expect(row.holds(stack)).toBe(false);
      expect(row.holds(row.opposite(stack))).toBe(true);
    }
    expect(row.why.length).toBeGreaterThan(20);
  });
});

describe.each(having('absent'))('$id ($wants)', (row) => {
  test('has nothing to be about, and a resource that it is about would be seen', () => {
    for (const stack of [open, closed, global]) {
      expect(row.holds(stack)).toBe(true);
      expect(row.holds(row.opposite(stack))).toBe(false);
    }
  });
});

test('docs/exceptions.md says so', async () => {
  await expect(exceptionsPage(rows)).toMatchFileSnapshot(`${infraFolder}/../docs/exceptions.md`);
});
