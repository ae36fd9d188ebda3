// The real adapter with the real Automation API and the real Azure CLI credential; only the two command line programs
// below them are played, as neither can be had without a network. Needs the packages of infra/.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AzureCloud } from '../../deploy/azure/azure-cloud.js';
import { factsOf } from './fake-cloud.js';
import { project } from './unpacked-package.js';

const packages = join(project, 'infra', 'node_modules');

/** Plays `pulumi`: notes each command, and answers what the Automation API reads. */
const pulumi = `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const args = process.argv.slice(2);
const asked = args.join(' ');
const script = JSON.parse(readFileSync(process.env.PLAYED_PULUMI, 'utf8'));
appendFileSync(process.env.PLAYED_PULUMI + '.calls', asked + ' at ' + process.env.PULUMI_BACKEND_URL + '\\n');
const found = script.find(({ command }) => asked.startsWith(command));
const events = args[args.indexOf('--event-log') + 1];
if (found?.events) appendFileSync(events, found.events.map((event) => JSON.stringify(event) + '\\n').join(''));
process.stdout.write(found?.output ?? '');
process.stderr.write(found?.error ?? '');
process.exitCode = found?.error ? 255 : 0;
// The reader of the events looks every 200 ms, and is stopped when this ends.
if (found?.events) setTimeout(() => undefined, 700);
`;
const tsconfig = JSON.stringify({
  compilerOptions: {
    outDir: 'dist/infra',
    rootDir: '.',
    types: [],
    lib: ['es5'],
    skipLibCheck: true,
    noEmitOnError: true,
  },
  files: ['index.ts'],
});
const az = `#!${process.execPath}
const resource = process.argv[process.argv.indexOf('--resource') + 1];
const expires_on = Math.floor(Date.now() / 1000) + 3600;
console.log(JSON.stringify({ accessToken: 'token-for-' + resource, expires_on, tenant: 't', tokenType: 'Bearer' }));
`;

interface Played {
  readonly command: string;
  readonly output?: string;
  readonly error?: string;
  readonly events?: readonly object[];
}

const config = Object.fromEntries(
  [
    'domicile:geography',
    'domicile:masterSecrets',
    'domicile:tokenKey',
    'domicile:alertEmails',
    'azure-native:subscriptionId',
    'azure-native:tenantId',
  ].map((key) => [key, { value: 'x', secret: false }]),
);
const outputs = { ...factsOf('europe'), nextCommand: 'npm run deploy -- europe' };
const usual: readonly Played[] = [
  { command: 'version', output: 'v3.160.0' }, // Reads events from a file; newer ones send them over gRPC.
  { command: 'whoami', output: JSON.stringify({ user: 'somebody', url: 'file://~' }) },
  { command: 'config --show-secrets --json', output: JSON.stringify(config) },
  { command: 'stack output', output: JSON.stringify(outputs) },
  { command: 'stack history', output: '[{"startTime":"2026-01-01","endTime":"2026-01-01"}]' },
];

let folder: string;
let cloud: AzureCloud;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'played-infra-'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'package.json'), '{}');
  await writeFile(join(folder, 'tsconfig.json'), tsconfig);
  await writeFile(join(folder, 'index.ts'), 'export const answer: 42 = 42;\n');
  await writeFile(join(folder, 'Pulumi.yaml'), 'name: domicile\nruntime: nodejs\n');
  await writeFile(join(folder, 'Pulumi.europe.yaml'), 'config: {}\n');
  await symlink(packages, join(folder, 'node_modules'));
  await install('pulumi', pulumi);
  await install('az', az);
  await play();
  vi.stubEnv('PATH', [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter));
  vi.stubEnv('PLAYED_PULUMI', join(folder, 'played.json'));
  vi.stubEnv('ARM_SUBSCRIPTION_ID', undefined);
  vi.stubEnv('ARM_TENANT_ID', undefined);
  vi.stubEnv('PULUMI_BACKEND_URL', undefined);
  cloud = new AzureCloud(folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const install = (name: string, script: string) => writeFile(join(folder, 'bin', name), script, { mode: 0o755 });
const play = (...played: Played[]) => writeFile(join(folder, 'played.json'), JSON.stringify([...played, ...usual]));
const uninstall = (name: string) => rm(join(folder, 'bin', name));

it('asks for the packages of infra/ before anything else', async () => {
  await rm(join(folder, 'node_modules'));
  expect(await cloud.missingTools()).toEqual(['the packages of infra/: run npm ci --prefix infra']);
});

describe.skipIf(!existsSync(packages))('with the packages of infra/', () => {
  it('lacks nothing when all is there', async () => {
    expect(await cloud.missingOfStack('europe')).toEqual([]);
  });

  it('compiles the program, and does not go on with one that cannot be', async () => {
    expect(await cloud.missingTools()).toEqual([]);
    await writeFile(join(folder, 'index.ts'), 'export const answer: 42 = 43;\n');
    expect(await cloud.missingTools()).toEqual(['a program in infra/ that compiles: run npm run build --prefix infra']);
  });

  it('names the Pulumi CLI and the login to Azure that are missing', async () => {
    await uninstall('pulumi');
    await uninstall('az');
    expect(await cloud.missingTools()).toEqual([
      'the Pulumi CLI, or a newer one: see https://www.pulumi.com/docs/install/',
      'a login to Azure: install the Azure CLI (https://aka.ms/azure-cli), then run az login',
    ]);
  });

  it('names the login of Pulumi, the stack, and what the stack is not told yet', async () => {
    const noStack = { command: 'stack select', error: "error: no stack named 'europe' found" };
    await play({ command: 'whoami', error: 'error: not logged in' }, noStack);
    expect(await cloud.missingOfStack('europe')).toEqual([expect.stringContaining('run pulumi login')]);
    await play(noStack);
    expect(await new AzureCloud(folder).missingOfStack('europe')).toEqual([
      expect.stringContaining('pulumi stack init europe'),
    ]);
    await play({ command: 'config --show-secrets --json', output: '{"domicile:geography":{"value":"europe"}}' });
    const { length } = await new AzureCloud(folder).missingOfStack('europe');
    expect(length).toBe(5);
  });

  it('asks who is told of alerts, unless the stack names somebody or says that nobody is', async () => {
    const { 'domicile:alertEmails': alertEmails, ...others } = config;
    const ask = async (told: object) => {
      await play({ command: 'config --show-secrets --json', output: JSON.stringify({ ...others, ...told }) });
      return new AzureCloud(folder).missingOfStack('europe');
    };
    expect(await ask({})).toEqual([expect.stringContaining('domicile:alertEmails or domicile:alertWebhooks or')]);
    for (const key of ['domicile:alertEmails', 'domicile:alertWebhooks', 'domicile:unheardAlerts']) {
      expect(await ask({ [key]: alertEmails })).toEqual([]);
    }
  });

  it('asks for a key to sign with when the stack names other geographies', async () => {
    const naming = (peers: object) => {
      const value = JSON.stringify({ DOMICILE_PEERS: JSON.stringify(peers) });
      const output = JSON.stringify({ ...config, 'domicile:settings': { value, secret: false } });
      return play({ command: 'config --show-secrets --json', output });
    };
    await naming({});
    expect(await cloud.missingOfStack('europe')).toEqual([]);
    await naming({ germany: {} });
    expect(await cloud.missingOfStack('europe')).toEqual([expect.stringContaining('domicile:hopKey of the stack')]);
  });

  it('looks for the state of each stack where its file says', async () => {
    await writeFile(join(folder, 'Pulumi.europe.yaml'), 'config:\n  domicile:state: azblob://in-europe\n');
    await writeFile(join(folder, 'Pulumi.brazil.yaml'), 'config:\n  domicile:state: azblob://in-brazil\n');
    await cloud.missingOfStack('europe');
    await cloud.missingOfStack('brazil');
    const calls = (await readFile(join(folder, 'played.json.calls'), 'utf8')).split('\n');
    const selections = calls.filter((call) => call.includes('stack select'));
    expect(selections).toEqual([
      expect.stringMatching(/--stack europe.* at azblob:\/\/in-europe$/),
      expect.stringMatching(/--stack brazil.* at azblob:\/\/in-brazil$/),
    ]);
  });

  it('updates a stack under the policies and tells what becomes of its resources', async () => {
    const metadata = { op: 'create', type: 'azure-native:storage:StorageAccount' };
    const events = [{ resOutputsEvent: { metadata } }, { resOutputsEvent: { metadata: { ...metadata, op: 'same' } } }];
    await play({ command: 'up', events });
    const lines: string[] = [];
    await cloud.updateStack('europe', (line) => lines.push(line));
    expect(lines).toEqual(['create azure-native:storage:StorageAccount']);
    const calls = await readFile(join(folder, 'played.json.calls'), 'utf8');
    expect(calls).toMatch(/^up --yes .*--stack europe/m);
    expect(calls).toContain(`--policy-pack ${join(folder, 'policies')}`);
  });

  it('tells the reason why a stack could not be updated', async () => {
    const last = { diagnosticEvent: { severity: 'error', message: 'update failed' } };
    const events = [{ diagnosticEvent: { severity: 'error', message: 'region is not one of europe\n' } }, last];
    const updating = () => cloud.updateStack('europe', () => undefined);
    await play({ command: 'up', events, error: 'error: update failed' });
    await expect(updating()).rejects.toThrow('Pulumi could not update the stack: region is not one of europe');
    await play({ command: 'up', error: 'error: the stack is locked' });
    await expect(updating()).rejects.toThrow('Pulumi could not update the stack: the stack is locked');
  });

  it('reads what a stack says of itself, and knows one that has no app', async () => {
    expect(await cloud.readStack('europe')).toEqual(factsOf('europe'));
    await play({ command: 'stack output', output: '{}' });
    expect(await cloud.readStack('europe')).toBeUndefined();
  });
});

it('gets tokens from the login of the Azure CLI', async () => {
  expect(await cloud.token('https://storage.azure.com')).toBe('token-for-https://storage.azure.com');
});

it('sees another version of a stack when its configuration or its program changes', async () => {
  const program = join(folder, 'dist', 'infra', 'index.js');
  await mkdir(dirname(program), { recursive: true });
  await writeFile(program, '// one');
  const before = await cloud.stackVersion('europe');
  await writeFile(join(folder, 'Pulumi.europe.yaml'), 'config: { a: b }\n');
  const configured = await cloud.stackVersion('europe');
  await writeFile(program, '// two');
  expect(new Set([before, configured, await cloud.stackVersion('europe')]).size).toBe(3);
});
