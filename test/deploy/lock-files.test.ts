// What npm installs is what was reviewed: each package of a lock file has its hash.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LockedPackage } from './locked-tree.js';
import { withoutIntegrity } from './without-integrity.js';

const read = (path: string) =>
  Object.entries(
    (JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, LockedPackage & { resolved?: string }> })
      .packages,
  ).filter(([name]) => name !== '');

describe.each([
  ['package-lock.json', withoutIntegrity],
  ['infra/package-lock.json', []],
] as const)('%s', (path, exceptions) => {
  const packages = read(path);

  it('has a hash of SHA-512 for every package but those that are named, with a reason', () => {
    expect(packages.length).toBeGreaterThan(200);
    const without = packages.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''));
    expect(without.map(([name]) => name).toSorted()).toEqual(exceptions.toSorted());
  });

  it('leads to nothing that is no package of the registry', () => {
    const strange = packages.filter(([, { resolved }]) => /^(?!https:\/\/registry\.npmjs\.org\/)/.test(resolved ?? ''));
    expect(strange.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });
});

it('only programs of development tools for other machines are without a hash', () => {
  const named = read('package-lock.json').filter(([name]) => withoutIntegrity.includes(name));
  expect(named.filter(([, { dev, optional }]) => dev !== true || optional !== true)).toEqual([]);
});
