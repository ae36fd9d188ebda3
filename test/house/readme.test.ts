// What the README promises is there: its two commands, its options, its routes, and its script, which is run.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { help } from '../../emulator/cli/help.js';
import { checkLimits } from '../../emulator/limits.js';
import { routes } from '../../emulator/control/routes.js';

const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

let home: string;
const homeOfTheRun = process.env['ACS_DOMICILE_HOME'];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'domicile-readme-'));
  process.env['ACS_DOMICILE_HOME'] = home;
});

afterAll(async () => {
  process.env['ACS_DOMICILE_HOME'] = homeOfTheRun;
  await rm(home, { recursive: true });
});

test('the two commands of its first screen exist', () => {
  const [firstScreen = ''] = readme.split('\n## ');
  for (const command of ['npm ci && npm start', 'npm ci && npm test']) {
    expect(firstScreen).toContain(command);
  }
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']));
});

test('its first screen says when ACS ends, and for each service whether it is there', () => {
  const [firstScreen = ''] = readme.split('\n## ');
  expect(firstScreen).toMatch(/ACS ends on 30 September 2028/);
  const operations = readFileSync('docs/operations.md', 'utf8');
  const services = [...operations.matchAll(/^\| ([^|]+) \| (\d+) of \d+ \|$/gm)];
  expect(services.length).toBeGreaterThan(5);
  for (const [, service = '', count] of services) {
    const [, said] = firstScreen.split(`| ${service} | `);
    expect([service, said?.startsWith('yes') === true]).toEqual([service, count !== '0']);
  }
});

test('every npm script that the pages name exists', () => {
  const pages = [readme, readFileSync('CONTRIBUTING.md', 'utf8')].join('\n');
  const named = [...pages.matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

test('it lists every option of the command line', () => {
  const options = [...help.start.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option = '']) => option);
  expect(options.length).toBeGreaterThan(5);
  for (const option of options) {
    expect(readme).toMatch(new RegExp(`\\| \`${option}[ \`]`));
  }
});

test('it lists every route of the control plane', () => {
  expect(routes.length).toBeGreaterThan(5);
  for (const { method, path } of routes) {
    expect(readme).toContain(`| \`${method} ${path}\``);
  }
});

test('its samples of POST /limits are taken', async () => {
  const row = readme.split('\n').find((line) => line.startsWith('| `POST /limits`')) ?? '';
  const samples = [...row.matchAll(/`(\{.*?\})`/g)].map(([, text = '']) => text);
  expect(samples).toHaveLength(3);
  for (const sample of samples) {
    const { limits } = JSON.parse(sample) as { limits: unknown };
    expect(await checkLimits(limits)).toEqual(limits);
  }
});

test('what its commands write is not for git', async () => {
  const written = ['ready.json', 'evidence.json', 'resources.txt', 'first-chat.mjs', 'ninety-days.mjs'];
  const pages = ['domicile-erase-customer-17/receipts.json', 'export-17/manifest.json', 'erased-17/receipts.json'];
  const { stdout } = await run('git', ['check-ignore', '--no-index', ...written, ...pages]);
  expect(stdout.trim().split('\n')).toEqual([...written, ...pages]);
});

const run = promisify(execFile);
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

test('its thread of ninety days dies as it says', async () => {
  const script = blocks('js').find((text) => text.startsWith('// ninety-days.mjs')) ?? '';
  const commands = blocks('sh').find((text) => text.startsWith('THREAD=')) ?? '';
  await using emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  const { ca, control } = emulator.ready;
  const here = commands
    .replace('node ninety-days.mjs', 'node --input-type=module --eval "$SCRIPT"')
    .replaceAll('npx acs-domicile', `node ${process.cwd()}/dist/emulator/cli.js`)
    .replaceAll('resources.txt', join(home, 'resources.txt'))
    .replaceAll('~/.acs-domicile/ca.pem', ca)
    .replaceAll('https://localhost:7400', control);
  const ACS_CONNECTION_STRING = emulator.resources[0]?.connectionString;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca, ACS_CONNECTION_STRING, SCRIPT: script };
  // The last command has the exit code 1: the thread is gone.
  const outcome = await run('bash', ['-c', here], { env }).catch((error: object) => error);
  expect(outcome).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /The thread expires 90 days[^]*"now"[^]*RESTORABLE UNTIL\n.*@thread\.v2[^]*"now"[^]*"now"/,
    ),
    stderr: 'No resource has such a thread, or nothing is left of it.\n',
  });
});

test('where data lies is shown by its commands, in their order', async () => {
  const [, section = ''] = readme.split('\n## Where data lies\n');
  const commands = [...(section.split('\n## ')[0] ?? '').matchAll(/```sh\n([^]*?)```/g)]
    .map(([, text]) => text)
    .join('');
  await using emulator = await startEmulator({ ephemeral: true });
  const { ca, control, resources } = emulator.ready;
  const [europe = '', america = ''] = resources.map(({ endpoint }) => new URL(endpoint).host);
  const inHome = (name: string) => join(home, name);
  await writeFile(inHome('ready.json'), JSON.stringify(emulator.ready));
  const here = commands
    .replaceAll('npx acs-domicile', `node ${process.cwd()}/dist/emulator/cli.js`)
    .replaceAll('~/.acs-domicile/ca.pem', ca)
    .replaceAll('https://localhost:7400', control)
    .replaceAll('localhost:7401', europe)
    .replaceAll('localhost:7402', america);
  const env = { ...process.env, http_proxy: '', https_proxy: '' };
  const { stdout } = await run('bash', ['-e', '-c', here], { env, cwd: home });
  expect(stdout).toMatch(/^\{"keys":[^]*\n?\{"geographies":\["europe","unitedstates"\]\}\n/);
  expect(stdout.match(/FOREIGN\n {2}europe .* none\n {2}unitedstates .* none\n/g)).toHaveLength(2);
});

test('its script chats through the official SDK', async () => {
  const script = blocks('js').find((text) => text.startsWith('// first-chat.mjs')) ?? '';
  await using emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: emulator.ready.ca,
      ACS_CONNECTION_STRING: emulator.resources[0]?.connectionString,
    },
  });
  expect(stdout).toContain('Hello from Europe');
});
