// What the README promises is there: its two commands, its options, its routes, and its script, which is run.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { help } from '../../emulator/cli/help.js';
import { routes } from '../../emulator/control/routes.js';

const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'domicile-readme-'));
  process.env['ACS_DOMICILE_HOME'] = home;
});

afterAll(() => rm(home, { recursive: true }));

test('the two commands of its first screen exist', () => {
  const [firstScreen = ''] = readme.split('\n## ');
  for (const command of ['npm ci && npm start', 'npm ci && npm test']) expect(firstScreen).toContain(command);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']));
});

test('every npm script that the pages name exists', () => {
  const pages = [readme, readFileSync('CONTRIBUTING.md', 'utf8')].join('\n');
  const named = [...pages.matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

test('it lists every option of the command line', () => {
  const options = [...help.start.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option = '']) => option);
  expect(options.length).toBeGreaterThan(5);
  for (const option of options) expect(readme).toMatch(new RegExp(`\\| \`${option}[ \`]`));
});

test('it lists every route of the control plane', () => {
  for (const route of Object.keys(routes)) expect(readme).toContain(`| \`${route}\``);
});

test('its script chats through the official SDK', async () => {
  const [, script = ''] = /```js\n\/\/ first-chat\.mjs\n([\s\S]*?)```/.exec(readme) ?? [];
  await using emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: emulator.ready.ca,
      ACS_CONNECTION_STRING: emulator.resources[0]?.connectionString,
    },
  });
  expect(stdout).toContain('Hello from Europe');
});
