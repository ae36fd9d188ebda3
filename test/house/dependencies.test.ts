// Every package that we chose is explained, pinned, and runs on the oldest Node.js that we promise.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { acceptsNode } from './node-range.js';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly engines?: { readonly node?: string };
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown;
const { dependencies, devDependencies } = read('package.json') as Record<string, Record<string, string>>;
const { packages } = read('package-lock.json') as { packages: Record<string, LockedPackage> };
const page = readFileSync('docs/dependencies.md', 'utf8');
const oldestNode = [20, 19, 0] as const;

/** Without the name of the package, where it is another one's under a name of ours. */
const versions = Object.entries({ ...dependencies, ...devDependencies }).map(
  ([name, version]) => [name, version.replace(/^npm:.*@/, '')] as const,
);

describe.each(versions)('%s', (name, version) => {
  test('is pinned exactly', () => expect(version).toMatch(/^\d+\.\d+\.\d+(-beta\.\d+)?$/));

  test('is explained in docs/dependencies.md, with its version and licence', () => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
    const [, , shownVersion, licence, why = ''] = row.split('|').map((cell) => cell.trim());
    expect([shownVersion, licence]).toEqual([version, packages[`node_modules/${name}`]?.license]);
    expect(why.length).toBeGreaterThan(20);
  });
});

test('docs/dependencies.md explains no package that is not used', () => {
  const explained = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  expect(explained.toSorted()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).toSorted());
});

test('every package of the lock file accepts Node.js 20.19', () => {
  const all = Object.entries(packages);
  expect(all.length).toBeGreaterThan(100);
  const refusing = all.filter(([, { engines }]) => !acceptsNode(engines?.node ?? '*', oldestNode));
  expect(refusing.map(([path]) => path)).toEqual([]);
});

test.each([
  ['>=20.19', true],
  ['>= 14', true],
  ['^20.19.0 || >=22.12.0', true],
  ['^18.0.0 || >=22', false],
  ['>=22.12', false],
  ['>20.18 <21', true],
  ['>20', false],
  ['20 || >=22', true],
  ['~20.18.0', false],
  ['<=0.11.8 || >0.11.10', true],
  ['*', true],
])('the range %s accepts Node.js 20.19: %s', (range, expected) => {
  expect(acceptsNode(range, oldestNode)).toBe(expected);
});
