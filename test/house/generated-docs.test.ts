// The pages that are made from the code: `npm run docs` writes them, this test fails when they are stale.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { dataMap, emulatorStores } from '../../functions/data-map.js';
import { composeForReading } from './composed-app.js';
import { dataResidencyPage } from './data-residency-page.js';
import { diagnosticsPage } from './diagnostics-page.js';
import { eventsPage } from './events-page.js';
import { geographiesPage } from './geographies-page.js';
import { knownServices } from './known-operations.js';
import { languagesPage } from './languages-page.js';
import { limitsPage } from './limits-page.js';
import { knownRoutesFile, notThereYet, samePath } from './known-routes-file.js';
import { proofsOfBudgets } from './proofs-of-budgets.js';
import { openApiDocument } from './openapi-document.js';
import { operationsPage } from './operations-page.js';

let app: ComposedApp;

beforeAll(async () => {
  app = await composeForReading();
});

afterAll(() => app.storage.close());

test('docs/operations.md says in words where a service has no versions', () => {
  expect(operationsPage(app.operations)).not.toMatch(/[:,] ?\.$/m);
});

test('docs/operations.md lists the operations that are registered', async () => {
  await expect(operationsPage(app.operations)).toMatchFileSnapshot('../../docs/operations.md');
});

test('docs/openapi.json describes the operations that are registered', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const document = openApiDocument(app.operations, version);
  await expect(`${JSON.stringify(document, undefined, 2)}\n`).toMatchFileSnapshot('../../docs/openapi.json');
});

test('what answers "known, not there yet" is what the support matrix calls so', async () => {
  await expect(knownRoutesFile(app.operations)).toMatchFileSnapshot('../../functions/platform/known-routes.ts');
});

test('docs/languages.md says which languages have played which stories', async () => {
  const { devDependencies, dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    devDependencies: Record<string, string>;
    dependencies: Record<string, string>;
  };
  const official = Object.entries({ ...dependencies, ...devDependencies })
    .filter(([name]) => /^@azure\/(communication-|arm-communication|identity)/.test(name))
    .toSorted(([one], [other]) => one.localeCompare(other));
  await expect(languagesPage(Object.fromEntries(official))).toMatchFileSnapshot('../../docs/languages.md');
});

test('docs/diagnostics.md lists the tables that are declared', async () => {
  const tables = app.capabilities.flatMap(({ logs = [] }) => logs.map(({ table }) => table));
  await expect(diagnosticsPage(tables)).toMatchFileSnapshot('../../docs/diagnostics.md');
});

test('docs/events.md lists the events that are declared', async () => {
  const types = app.capabilities.flatMap(({ events = [] }) => events);
  await expect(eventsPage(types)).toMatchFileSnapshot('../../docs/events.md');
});

test('docs/geographies.md lists the catalogue', async () => {
  await expect(geographiesPage()).toMatchFileSnapshot('../../docs/geographies.md');
});

test('docs/data-residency.md says what the data map says', async () => {
  await expect(dataResidencyPage(app.stores)).toMatchFileSnapshot('../../docs/data-residency.md');
});

test('docs/limits.md says what the budgets are, and what holds them', async () => {
  await expect(limitsPage(proofsOfBudgets)).toMatchFileSnapshot('../../docs/limits.md');
});

test('the data map that is walked is the one that is declared', () => {
  // It is composed as in an emulator.
  const declared = [...dataMap.stores, ...emulatorStores].map(({ name }) => name);
  expect(app.stores.map(({ store }) => store.name).sort()).toEqual(declared.sort());
});

test('the OpenAPI document leads nowhere that is not there', () => {
  const document = openApiDocument(app.operations, '0');
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
  expect(references.length).toBeGreaterThan(app.operations.length);
  for (const path of references) {
    const found = path.split('/').reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], document);
    expect(found, path).toBeDefined();
  }
});

test('every operation that claims a name in an SDK has one that the SDKs know', () => {
  const claimed = app.operations.filter(({ contract }) => contract !== undefined);
  expect(claimed.length).toBeGreaterThan(0);
  for (const { service, contract } of claimed) {
    expect(Object.keys(knownServices[service]?.operations ?? {})).toContain(contract);
  }
});

test('every operation with a name in an SDK answers where the SDK asks', () => {
  const asked = app.operations.flatMap(({ service, contract, method, path }) => {
    const [route] = knownServices[service]?.operations[contract ?? ''] ?? [];
    return route === undefined ? [] : [{ route, ours: `${method} ${path}` }];
  });
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.filter(({ route, ours }) => samePath(route) !== samePath(ours))).toEqual([]);
});

test('no operation that is not there yet stands at the route of one that is', () => {
  const routes = new Set(app.operations.map(({ method, path }) => samePath(`${method} ${path}`)));
  expect(notThereYet(app.operations).filter(({ route }) => routes.has(samePath(route)))).toEqual([]);
});

test('names of functions are what Azure accepts and how we write them', () => {
  const names = app.operations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) {
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
  }
});
