// `npm run deploy` with Pulumi's real Automation API, CLI and engine below it; the login of the Azure CLI is played.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { infraFolder } from '../sample-stacks.js';
import { ArmError } from './arm-error.js';
import { describeWithPulumi } from './describe-with-pulumi.js';
import type { Workspace } from './open-workspace.js';

const project = dirname(infraFolder);
const az = `#!${process.execPath}
const expires_on = Math.floor(Date.now() / 1000) + 3600;
console.log(JSON.stringify({ accessToken: 'token', expires_on, tenant: 't', tokenType: 'Bearer' }));
`;
const tsconfig = JSON.stringify({
  compilerOptions: { noEmit: true, types: [], lib: ['es5'], skipLibCheck: true },
  files: ['index.ts'],
});

interface Deployment {
  readonly process: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly printed: string }>;
}

describeWithPulumi('npm run deploy', (open) => {
  let workspace: Workspace;
  const puts = (name: string) => workspace.azure.calls.filter((call) => call === `PUT ${name}`);

  it('says what is missing before it changes anything', async () => {
    workspace = await open('germany');
    makeProject(workspace);
    await workspace.pulumi('config', 'rm', 'domicile:unheardAlerts');
    const { code, printed } = await deploy(workspace).ended;
    expect(printed).toContain('domicile:alertEmails or domicile:alertWebhooks or domicile:unheardAlerts');
    expect(code).toBe(3);
    expect(workspace.azure.calls).toEqual([]);
  });

  it('tells why Azure refuses, and the same command goes on', async () => {
    await workspace.pulumi('config', 'set', 'domicile:unheardAlerts', 'true');
    workspace.azure.refuse('PUT', 'app', new ArmError(409, 'QuotaExceeded', 'No more instances in this region.'));
    const { code, printed } = await deploy(workspace).ended;
    expect(printed).toMatch(
      /germany: FAILED\. Pulumi could not update the stack: .*No more instances in this region\./,
    );
    expect(printed).toContain('germany: create azure-native:storage:StorageAccount');
    expect(code).toBe(1);
    expect(puts('storage')).toHaveLength(1);
  });

  it('that somebody stops lets the engine end what is under way, and the same command goes on', async () => {
    const { azure, provider } = workspace;
    const hold = azure.hold('PUT', 'app');
    const { process: stopped, ended } = deploy(workspace);
    await Promise.race([hold.reached, ended.then(({ printed }) => Promise.reject(new Error(printed)))]);
    const cancelled = provider.nextCancellation();
    // As a terminal does it: to all of them.
    process.kill(-Number(stopped.pid), 'SIGINT');
    await cancelled;
    hold.release();
    const first = await ended;
    expect(first.printed).toContain('Stopping: Pulumi ends what is under way');
    expect(first.code).toBe(1);
    const again = await deploy(workspace).ended;
    expect(again.printed).toContain('germany: the stack is up');
    expect(again.code).toBe(0);
    expect(puts('app')).toHaveLength(2);
    expect(puts('storage')).toHaveLength(1);
  });

  it('changes nothing when nothing has changed', async () => {
    workspace.azure.calls = [];
    const { code, printed } = await deploy(workspace).ended;
    expect(printed).toContain('Done: germany.');
    expect(code).toBe(0);
    expect(workspace.azure.calls).toEqual([]);
  });
});

/** Where the command finds itself: beside the workspace's infra/, with the project's packages. */
function makeProject({ folder, env }: Workspace): void {
  const root = dirname(folder);
  const compiled = join(project, 'dist-deploy');
  if (!existsSync(join(compiled, 'deploy/deploy-app.js'))) {
    throw new Error('dist-deploy is missing: npm run infra:engine compiles it.');
  }
  cpSync(compiled, join(root, 'dist-deploy'), {
    recursive: true,
    filter: (path) => !/\.(zip|json|tsbuildinfo|map)$/.test(path),
  });
  cpSync(join(project, 'package.json'), join(root, 'package.json'));
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(join(folder, 'tsconfig.json'), tsconfig);
  writeFileSync(join(folder, 'index.ts'), 'export const answer = 42;\n');
  writeFileSync(join(String(env['PATH']).split(':')[0] ?? '', 'az'), az, { mode: 0o755 });
}

function deploy({ folder, env }: Workspace): Deployment {
  const root = dirname(folder);
  const command = join(root, 'dist-deploy/deploy/deploy-app.js');
  const child = spawn(process.execPath, [command, 'germany', '--stack-only', '--yes'], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => (printed += String(bytes)));
  }
  const ended = new Promise<{ code: number | null; printed: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, printed }));
  });
  return { process: child, ended };
}
