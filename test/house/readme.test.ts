// What the README promises is there: its two commands, its options, its routes; and every block of it is run, or compared
// with what the thing shows.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { help } from '../../emulator/cli/help.js';
import { readyText } from '../../emulator/cli/ready-text.js';
import type { ReadyFile } from '../../emulator/contract.js';
import { seededSender } from '../../shared/email/index.js';
import type { GeographySlug } from '../../shared/geography/index.js';
import { seededNumber } from '../../shared/phone-numbers/index.js';
import { checkLimits } from '../../emulator/limits.js';
import { routes } from '../../emulator/control/routes.js';
import { readConfig } from '../../functions/config.js';
import { signedHeaders } from '../sdk/owner-call.js';

const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

let home: string;
/** For what leaves it as it is. */
let emulator: Emulator;
const homeOfTheRun = process.env['ACS_DOMICILE_HOME'];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'domicile-readme-'));
  process.env['ACS_DOMICILE_HOME'] = home;
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
});

afterAll(async () => {
  await emulator?.dispose();
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
  const written = [
    'ready.json',
    'evidence.json',
    'resources.txt',
    'first-chat.mjs',
    'first-mail.mjs',
    'ninety-days.mjs',
  ];
  const pages = ['domicile-erase-customer-17/receipts.json', 'export-17/manifest.json', 'erased-17/receipts.json'];
  const { stdout } = await run('git', ['check-ignore', '--no-index', ...written, ...pages]);
  expect(stdout.trim().split('\n')).toEqual([...written, ...pages]);
});

const run = promisify(execFile);
const blocks = [...readme.matchAll(/^```\w+\n([^]*?)^```$/gm)].map(([, text = '']) => text);

/** The one block that begins so. */
function block(beginning: string): string {
  const found = blocks.filter((text) => text.startsWith(beginning));
  expect([beginning, found.length]).toEqual([beginning, 1]);
  return found[0] ?? '';
}

test('a test below runs each of its blocks, or compares it with what is shown', () => {
  const looked = [
    'npm ci && npm start',
    'Domicile 0.1.0 is ready.',
    '// first-mail.mjs',
    'Succeeded',
    '// first-chat.mjs',
    'export NODE_EXTRA_CA_CERTS',
    '3 text Hello',
    '{\n  "code": "SignatureDiagnosis"',
    'import { CommunicationIdentityClient }',
    'const { authorityHost',
    'await emulator.clock.advance',
    'curl --cacert ~/.acs-domicile/ca.pem https://localhost:7400/clock',
    '// ninety-days.mjs',
    'THREAD=',
    '  Resource           https:',
    'curl --connect-to',
    'curl --cacert ~/.acs-domicile/ca.pem --request POST',
    '  GEOGRAPHY      RESOURCE',
    'sed ',
  ];
  expect(blocks.filter((text) => !looked.some((beginning) => text.startsWith(beginning)))).toEqual([]);
  expect(blocks).toHaveLength(looked.length);
});

test('its thread of ninety days dies as it says', async () => {
  const script = block('// ninety-days.mjs');
  const commands = block('THREAD=');
  await using ninetyDays = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  const { ca, control } = ninetyDays.ready;
  const here = commands
    .replace('node ninety-days.mjs', 'node --input-type=module --eval "$SCRIPT"')
    .replaceAll('npx acs-domicile', `node ${process.cwd()}/dist/app/cli.js`)
    .replaceAll('resources.txt', join(home, 'resources.txt'))
    .replaceAll('~/.acs-domicile/ca.pem', ca)
    .replaceAll('https://localhost:7400', control);
  const ACS_CONNECTION_STRING = ninetyDays.resources[0]?.connectionString;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca, ACS_CONNECTION_STRING, SCRIPT: script };
  // The last command has the exit code 1: the thread is gone.
  const outcome = await run('bash', ['-c', here], { env }).catch((error: { stdout: string }) => error);
  // What it shows of that are the same lines.
  for (const line of block('  Resource           https:').split('\n').slice(0, 7)) {
    expect(outcome.stdout).toContain(line.slice(0, '  Restorable until   '.length));
  }
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
  await using both = await startEmulator({ ephemeral: true });
  const { ca, control, resources } = both.ready;
  const [europe = '', america = ''] = resources.map(({ endpoint }) => new URL(endpoint).host);
  const inHome = (name: string) => join(home, name);
  await writeFile(inHome('ready.json'), JSON.stringify(both.ready));
  const here = commands
    .replaceAll('npx acs-domicile', `node ${process.cwd()}/dist/app/cli.js`)
    .replaceAll('~/.acs-domicile/ca.pem', ca)
    .replaceAll('https://localhost:7400', control)
    .replaceAll('localhost:7401', europe)
    .replaceAll('localhost:7402', america);
  const env = { ...process.env, http_proxy: '', https_proxy: '' };
  const { stdout } = await run('bash', ['-e', '-c', here], { env, cwd: home });
  expect(stdout).toMatch(/^\{"keys":[^]*\n?\{"geographies":\["europe","unitedstates"\]\}\n/);
  expect(
    stdout.match(
      /NOT CHECKED\n {2}europe .* none +(?:callbacks\w+ )+chatmemory dueindex .*\n {2}unitedstates .* none +(?:callbacks\w+ )+chatmemory dueindex .*\n/g,
    ),
  ).toHaveLength(2);
});

/** Runs a script as if it lay beside the sources. */
function runScript(script: string, env: Readonly<Record<string, string | undefined>> = {}) {
  return run(process.execPath, ['--input-type=module', '--eval', script], { env: { ...process.env, ...env } });
}

test('its script sends mail through the official SDK and reads it back', async () => {
  const { stdout } = await runScript(block('// first-mail.mjs'));
  expect(stdout).toBe(block('Succeeded'));
});

test('its script chats through the official SDK, and shows what it says', async () => {
  const { stdout } = await runScript(block('// first-chat.mjs'), {
    NODE_EXTRA_CA_CERTS: emulator.ready.ca,
    ACS_CONNECTION_STRING: emulator.resources[0]?.connectionString,
  });
  const shown = (text: string) => text.split('\n').map((line) => line.trimEnd());
  expect(shown(stdout)).toEqual(shown(block('3 text Hello')));
  const variables = [...block('export NODE_EXTRA_CA_CERTS').matchAll(/^export (\w+)=/gm)].map(([, name]) => name);
  expect(variables).toEqual(['NODE_EXTRA_CA_CERTS', 'ACS_CONNECTION_STRING']);
});

test('what it shows of the start is what is shown', () => {
  const shown = block('Domicile 0.1.0 is ready.');
  const connectionStrings = shown.split('\n').filter((line) => line.startsWith('endpoint='));
  const senders = shown.split('\n').filter((line) => line.startsWith('DoNotReply@'));
  const users = [...shown.matchAll(/^localhost:\d+ (\S+)$/gm)].map(([, name]) => name);
  const [, password] = /^localhost:.*\n\n(\S+)$/m.exec(shown) ?? [];
  const resources = [...shown.matchAll(/^ {2}(\w+) +(contoso-\w+) +(https:\S+)$/gm)].map(
    ([, geography, name, endpoint], index) => ({
      geography,
      name,
      endpoint,
      connectionString: connectionStrings[index],
      mailSender: seededSender(name ?? ''),
      phoneNumber: seededNumber(geography as GeographySlug).phoneNumber,
      smtp: { host: 'localhost', port: 7601 + index, username: users[index], password },
    }),
  );
  expect(resources).toHaveLength(2);
  expect(senders).toEqual(resources.map(({ mailSender }) => mailSender));
  const ready = {
    version: '0.1.0',
    control: 'https://localhost:7400',
    ca: '/home/you/.acs-domicile/ca.pem',
    entra: { authorityHost: 'https://localhost:7600' },
    resources,
  };
  expect(readyText(ready as unknown as ReadyFile, '/home/you/domicile/.domicile').trim()).toBe(shown.trim());
});

test('the diagnosis that it shows is the one that is given', async () => {
  const [europe] = emulator.resources;
  const { host } = new URL(europe?.endpoint ?? '');
  const signed = signedHeaders(europe?.accessKey ?? '', host, { method: 'POST', target: '/identities', text: '{}' });
  const address = `${europe?.httpEndpoint}/identities?api-version=2023-10-01`;
  const answer = await fetch(address, { method: 'POST', headers: signed, body: '{}' });
  const { error } = (await answer.json()) as { error: { innererror: unknown } };
  expect([answer.status, error.innererror]).toEqual([401, JSON.parse(block('{\n  "code": "SignatureDiagnosis"'))]);
});

test('what it says about tests, sign-in and the clock runs in one script', async () => {
  const [start = '', end = ''] = block('import { CommunicationIdentityClient }').split('await emulator.reset();');
  const signIn = block('const { authorityHost').replaceAll('identities', 'signedIn');
  const script = [
    "import { ClientSecretCredential } from '@azure/identity';",
    start,
    signIn,
    'const another = await signedIn.createUser();',
    block('await emulator.clock.advance'),
    `console.log([user, another].map(({ communicationUserId }) => communicationUserId.slice(0, 6)).join());`,
    `await emulator.reset();${end}`,
  ].join('\n');
  const { stdout } = await runScript(script);
  expect(stdout).toBe('8:acs:,8:acs:\n');
});

test('its command moves the clock', async () => {
  const { ca, control } = emulator.ready;
  const command = block('curl --cacert ~/.acs-domicile/ca.pem https://localhost:7400/clock');
  const here = command.replaceAll('~/.acs-domicile/ca.pem', ca).replaceAll('https://localhost:7400', control);
  const env = { ...process.env, http_proxy: '', https_proxy: '' };
  const { stdout } = await run('bash', ['-e', '-c', here], { env });
  expect(JSON.parse(stdout)).toMatchObject({ now: expect.any(String) });
});

test('the settings that it makes are some that an app starts with, and not for git', async () => {
  const [, make = '', to = ''] = /^(sed .+) >(\S+)\nfunc start\n$/.exec(block('sed ')) ?? [];
  const { stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', make]);
  const { Values } = JSON.parse(stdout) as { Values: Record<string, string> };
  expect(readConfig(Values)).toMatchObject({ geography: 'europe', isEmulator: true });
  expect((await run('git', ['check-ignore', '--no-index', to])).stdout.trim()).toBe(to);
});
