// What the package for Azure is made of: its bill of materials, its licences, and what is known against it.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { allowedLicences, checkLicences } from '../../deploy/package/licences.js';
import { type AppPackage, makePackage } from '../../deploy/package/make-package.js';
import { acceptsNode } from '../house/node-range.js';
import { type Advisory, readAdvisories } from './advisories.js';
import { type LockedPackage, treeOf } from './locked-tree.js';
import { shippedPage } from './shipped-page.js';
import { project } from './unpacked-package.js';

interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly 'bom-ref': string; readonly hashes: readonly object[] } };
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly purl: string;
    readonly licenses: readonly { readonly license: { readonly id: string } }[];
    readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const { packages: locked } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
const ofApp = treeOf(
  locked,
  Object.keys(dependencies).filter((name) => name !== 'azurite'),
);

let made: AppPackage;
let bill: Bill;

beforeAll(async () => {
  made = await makePackage(project);
  bill = JSON.parse(String(made.billOfMaterials)) as Bill;
});

describe('the packages that are shipped', () => {
  it('are those that the app needs, and none that only Azurite or a tool of development leads to', () => {
    const ofAzurite = [...treeOf(locked, ['azurite'])].filter((path) => !ofApp.has(path));
    expect(ofAzurite.length).toBeGreaterThan(100);
    const paths = made.packages.map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(50);
    expect(paths.filter((path) => ofAzurite.includes(path))).toEqual([]);
    expect(paths.filter((path) => !ofApp.has(path))).toEqual([]);
  });

  it('have the versions and the hashes of the lock file', () => {
    for (const { path, version, integrity } of made.packages) {
      expect([path, version, integrity]).toEqual([path, locked[path]?.version, locked[path]?.integrity]);
    }
  });

  it('have licences of the list, and another one stops the package by name', () => {
    expect(made.packages.filter(({ licence }) => !allowedLicences.includes(licence))).toEqual([]);
    const [first, ...others] = made.packages as [AppPackage['packages'][number], ...AppPackage['packages']];
    expect(() => checkLicences([{ ...first, licence: 'AGPL-3.0-only' }, ...others])).toThrow(
      `${first.path} (AGPL-3.0-only)`,
    );
  });
});

describe('the bill of materials', () => {
  it('is a CycloneDX document about this very zip', () => {
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
    expect(bill.metadata.component.hashes).toEqual([{ alg: 'SHA-256', content: made.sha256 }]);
  });

  it('names every package that was read, with its address, licence and hash', () => {
    const read = [...made.bundle.sources].flatMap(
      (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
    );
    const expected = [...new Set([...read, '@azure/functions', '@azure/functions-extensions-base', 'cookie'])];
    const named = bill.components.map(({ purl }) => /^pkg:npm\/(.*)@[^@]+$/.exec(purl)?.[1]?.replace('%40', '@'));
    expect([...new Set(named)].toSorted()).toEqual(expected.toSorted());
    for (const { licenses, hashes } of bill.components) {
      expect(licenses).toHaveLength(1);
      expect(hashes).toEqual([{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) as string }]);
    }
  });

  it('leads from the app to each of them, and to nothing that it does not name', () => {
    const refs = bill.components.map((each) => each['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    const next = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set([bill.metadata.component['bom-ref']]);
    for (const ref of reached) {
      for (const each of next.get(ref) ?? []) {
        reached.add(each);
      }
    }
    reached.delete(bill.metadata.component['bom-ref']);
    expect([...reached].toSorted()).toEqual(refs.toSorted());
  });

  it('has the same bytes when it is made again', async () => {
    expect((await makePackage(project)).billOfMaterials.equals(made.billOfMaterials)).toBe(true);
  });
});

describe('known advisories', () => {
  const known = readAdvisories();
  const versionsOf = (name: string) => made.packages.filter((each) => each.name === name).map(({ version }) => version);
  const isAffecting = ({ package: name, affected }: Advisory) =>
    versionsOf(name).some((version) => {
      const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
      return acceptsNode(affected, [major, minor, patch]);
    });

  it('were looked up on a day, for exactly the versions that are shipped, or it is said that they were not', () => {
    expect(known.lookedUpOn).toMatch(/^20\d\d-\d\d-\d\d$/);
    const names = [...new Set(made.packages.map(({ name }) => name))].toSorted();
    const shipped = Object.fromEntries(names.map((name) => [name, [...new Set(versionsOf(name))].toSorted()]));
    expect({ ...known.notLookedUp, ...known.lookedUp }).toEqual(shipped);
    expect(Object.keys(known.lookedUp)).toEqual(expect.arrayContaining(known.advisories.map((each) => each.package)));
  });

  it('each that is about a version that is shipped has a reason why it can be borne', () => {
    const unexplained = known.advisories.filter((each) => isAffecting(each) && (each.reason ?? '').length < 60);
    expect(unexplained.map(({ package: name, ids }) => `${name} ${ids.join()}`)).toEqual([]);
  });

  it('what a reason rests on is so: of undici the bundle holds no cookies and no interceptors', () => {
    const ofUndici = made.bundle.sources.filter((path) => path.includes('/undici/lib/'));
    expect(ofUndici.length).toBeGreaterThan(10);
    expect(ofUndici.filter((path) => /cookies|interceptor\/|retry/.test(path))).toEqual([]);
  });

  it('no reason is kept for one that is about another version', () => {
    const stale = known.advisories.filter((each) => each.reason !== undefined && !isAffecting(each));
    expect(stale.map(({ ids }) => ids)).toEqual([]);
  });

  it('are told in docs/shipped-packages.md', async () => {
    const page = shippedPage(made.packages, known, known.advisories.filter(isAffecting));
    await expect(page).toMatchFileSnapshot('../../docs/shipped-packages.md');
  });
});
