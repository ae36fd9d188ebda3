// A folder with the program of infra/ as an operator has it, with a state of its own beside it: the stack's file can be
// changed by `pulumi config set` without touching the project.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { infraFolder } from '../sample-stacks.js';
import { PlayedAzure } from './played-azure.js';
import { type PlayedProvider, playProvider } from './played-provider.js';
import type { Toolchain } from './toolchain.js';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Both streams, as they came. */
  readonly printed: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface Workspace {
  readonly folder: string;
  readonly azure: PlayedAzure;
  readonly provider: PlayedProvider;
  readonly env: Readonly<Record<string, string>>;
  start(...args: string[]): Running;
  /** @throws {Error} with what it printed, unless it ends with 0 */
  pulumi(...args: string[]): Promise<string>;
  dispose(): void;
}

export const idsOfAll = {
  'azure-native:subscriptionId': '22222222-2222-2222-2222-222222222222',
  'azure-native:tenantId': '33333333-3333-3333-3333-333333333333',
};

/** @param options set by `pulumi config set` beside what every stack needs; undefined: not even that is set */
export async function openWorkspace(
  { cli, host }: Toolchain,
  stackName: string,
  options?: Readonly<Record<string, unknown>>,
): Promise<Workspace> {
  const root = mkdtempSync(join(tmpdir(), 'domicile-pulumi-'));
  const folder = join(root, 'infra');
  const bin = join(root, 'bin');
  for (const each of [folder, bin, join(root, 'state'), join(root, 'home')]) {
    mkdirSync(each);
  }
  for (const file of ['Pulumi.yaml', `Pulumi.${stackName}.yaml`, 'package.json']) {
    cpSync(join(infraFolder, file), join(folder, file));
  }
  for (const part of ['dist', 'node_modules', 'policies']) {
    symlinkSync(join(infraFolder, part), join(folder, part));
  }
  const shim = join(infraFolder, 'dist/infra/test/pulumi/language-host.js');
  writeFileSync(join(bin, 'pulumi-language-nodejs'), `#!/bin/sh\nexec "${process.execPath}" "${shim}" "$@"\n`, {
    mode: 0o755,
  });
  symlinkSync(cli, join(bin, 'pulumi'));
  const azure = new PlayedAzure();
  const provider = await playProvider(azure, idsOfAll['azure-native:subscriptionId']);
  const env = {
    PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    HOME: join(root, 'home'),
    PULUMI_HOME: join(root, 'home', '.pulumi'),
    PULUMI_BACKEND_URL: `file://${join(root, 'state')}`,
    PULUMI_CONFIG_PASSPHRASE: 'nobody knows it',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_DEBUG_PROVIDERS: `azure-native:${provider.port}`,
    PULUMI_PUBLISHED_HOST: host,
    NO_COLOR: '1',
    // Pulumi keeps a stack trace with each of its thousands of promises.
    NODE_OPTIONS: '--stack-trace-limit=0 --max-semi-space-size=64',
  };
  const begun: ChildProcess[] = [];
  const start = (...args: string[]): Running => {
    const child = spawn(join(bin, 'pulumi'), [...args, '--non-interactive'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    begun.push(child);
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes: Buffer) => (printed += String(bytes)));
    }
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, printed }));
    });
    return { process: child, ended };
  };
  const pulumi = async (...args: string[]) => {
    const { code, printed } = await start(...args).ended;
    if (code !== 0) {
      throw new Error(`pulumi ${args.join(' ')} ended with ${code}: ${printed}`);
    }
    return printed;
  };
  await pulumi('stack', 'init', stackName, '--secrets-provider', 'passphrase');
  if (options !== undefined) {
    const isHeard = 'alertEmails' in options || stackName === 'global';
    await pulumi('config', 'set-all', ...configurationArgs(options, isHeard));
  }
  return {
    folder,
    azure,
    provider,
    env,
    start,
    pulumi,
    dispose: () => {
      begun.filter(({ exitCode }) => exitCode === null).forEach((child) => child.kill('SIGKILL'));
      provider.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function configurationArgs(options: Readonly<Record<string, unknown>>, isHeard: boolean): string[] {
  const plain = {
    ...idsOfAll,
    ...Object.fromEntries(
      Object.entries(isHeard ? options : { unheardAlerts: true, ...options }).map(([name, value]) => [
        `domicile:${name}`,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
    ),
  };
  const secret = {
    'domicile:masterSecrets': JSON.stringify([Buffer.alloc(32, 7).toString('base64')]),
    'domicile:tokenKey': 'not-looked-at-here',
  };
  return [
    ...Object.entries(plain).flatMap(([key, value]) => ['--plaintext', `${key}=${value}`]),
    ...Object.entries(secret).flatMap(([key, value]) => ['--secret', `${key}=${value}`]),
  ];
}

/** What stands in the state, as `pulumi stack export` writes it. */
export interface StateOfResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly protect?: boolean;
  readonly dependencies?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** What had been begun when the engine was killed. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: StateOfResource;
}

export async function readState(
  workspace: Workspace,
): Promise<{ readonly resources: readonly StateOfResource[]; readonly pending: readonly PendingOperation[] }> {
  const path = join(workspace.folder, '..', 'exported.json');
  await workspace.pulumi('stack', 'export', '--file', path);
  const { deployment } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly deployment: { readonly resources?: StateOfResource[]; readonly pending_operations?: PendingOperation[] };
  };
  return { resources: deployment.resources ?? [], pending: deployment.pending_operations ?? [] };
}
