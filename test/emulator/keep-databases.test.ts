// Azurite's databases are written soon after a change, and that one could not be written is known.
import { createRequire } from 'node:module';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type DatabaseKeeper, keepDatabases, type LokiModule } from '../../emulator/azurite/keep-databases.js';
import { until } from './command-line.js';

interface Database {
  addCollection(name: string): { insert(row: object): void };
  loadDatabase(options: object, done: (error?: Error) => void): void;
  close(done: (error?: Error) => void): void;
}
type Loki = LokiModule & (new (path: string, options: object) => Database);

const require = createRequire(import.meta.url);
const path = createRequire(require.resolve('azurite/package.json')).resolve('lokijs');
let keeper: DatabaseKeeper;
let failures: string[];
let folder: string;
let Loki: Loki;

beforeAll(() => {
  // A copy of its own, so that nobody else gets what is changed in it.
  const kept = require.cache[path];
  delete require.cache[path];
  Loki = require(path) as Loki;
  if (kept !== undefined) {
    require.cache[path] = kept;
  }
  keeper = keepDatabases(Loki, (reason) => failures.push(reason));
});
beforeEach(async () => {
  failures = [];
  folder = await mkdtemp(join(tmpdir(), 'domicile-loki-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As Azurite opens one. */
function open(file: string): { readonly database: Database; readonly rows: { insert(row: object): void } } {
  const database = new Loki(file, { persistenceMethod: 'fs', autosave: true, autosaveInterval: 5000 });
  return { database, rows: database.addCollection('rows') };
}

const closed = (database: Database) =>
  new Promise<string>((resolve) => database.close((error) => resolve(error?.message ?? 'closed')));
const textOf = (file: string) => readFile(file, 'utf8').catch(() => '');

it('A change is in the file long before the five seconds of Azurite', async () => {
  const file = join(folder, 'a.json');
  const { database, rows } = open(file);
  const since = performance.now();
  rows.insert({ text: 'kept' });
  await until(async () => (await textOf(file)).includes('kept'), 4_000);
  expect(performance.now() - since).toBeLessThan(4_000);
  await until(() => !keeper.hasUnsaved(), 4_000);
  expect(keeper.files).toContain(file);
  expect(failures).toEqual([]);
  expect(await closed(database)).toBe('closed');
});

it('What could not be written is told, stays to be written, and is written when it can be', async () => {
  const file = join(folder, 'not-there', 'b.json');
  const { database, rows } = open(file);
  rows.insert({ text: 'kept at last' });
  await until(() => failures.length > 0, 4_000);
  expect(failures[0]).toMatch(/^ENOENT: no such file or directory, open/);
  expect(keeper.hasUnsaved()).toBe(true);
  await mkdir(join(folder, 'not-there'));
  await until(async () => (await textOf(file)).includes('kept at last'), 4_000);
  await until(() => !keeper.hasUnsaved(), 4_000);
  expect(await closed(database)).toBe('closed');
});

it('What cannot be written at the end either is unsaved', async () => {
  const { database, rows } = open(join(folder, 'nowhere', 'c.json'));
  rows.insert({ text: 'lost' });
  expect(await closed(database)).toMatch(/ENOENT/);
  expect(keeper.hasUnsaved()).toBe(true);
});
