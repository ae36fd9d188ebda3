// What `npm run infra:render` prints, and whether the template it can print is one.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { armTemplate } from '../render/arm-template.js';
import { armTypeOf } from '../render/arm-types.js';
import { readStackFile } from '../render/stack-file.js';
import { prepareStack } from '../stack/run-stack.js';
import { readConfiguration } from '../stack/stack-configuration.js';
import { certificateVaultId, everything, infraFolder, record } from './sample-stacks.js';

const run = promisify(execFile);
const render = (...args: string[]) =>
  run(process.execPath, ['dist/infra/render/cli.js', ...args], {
    cwd: infraFolder,
    maxBuffer: 16 * 1024 * 1024,
    // No Pulumi, no Azure: nothing but Node.js is found.
    env: { PATH: '/nonexistent', HOME: '/nonexistent' },
  });

describe('the command', () => {
  test('prints the whole stack as JSON, with no cloud and no CLI', async () => {
    const { stdout } = await render('brazil', '--profile', 'private');
    const resources = JSON.parse(stdout) as Record<string, unknown>[];
    expect(resources.length).toBeGreaterThan(100);
    for (const each of resources) {
      expect(Object.keys(each)).toEqual(['type', 'name', 'inputs', 'dependsOn', 'protect']);
    }
    expect(stdout).toContain('brazilsouth');
    expect(stdout).toContain('privatelink.table.core.windows.net');
  });

  test('ends quietly when whoever reads has enough', async () => {
    const piped = `set -o pipefail; "${process.execPath}" dist/infra/render/cli.js europe | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await run('bash', ['-c', piped], { cwd: infraFolder });
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  });

  test('prints a template', async () => {
    const { stdout } = await render('europe', '--arm', '--set', 'webPubSub=true');
    const template = JSON.parse(stdout) as { $schema: string; resources: { type: string }[] };
    expect(template.$schema).toContain('deploymentTemplate.json');
    expect(template.resources.map(({ type }) => type)).toContain('Microsoft.SignalRService/webPubSub');
  });

  test.each([
    [['atlantis'], 'There is no stack "atlantis"'],
    [['europe', '--set', 'region=polandcentral'], 'region "polandcentral" is not in Europe'],
    [['europe', '--nonsense'], "Unknown option '--nonsense'"],
  ])('%j fails with a sentence', async (args, sentence) => {
    await expect(render(...args)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
  });
});

test('a stack that was configured is shown with as many secrets as it has, and with none of their values', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stack-file-'));
  const file = `config:
  domicile:geography: europe
  domicile:masterSecrets:
    - secure: v1:aaaa
    - secure: v1:bbbb
  domicile:hopKey:
    secure: v1:cccc
  domicile:alertWebhooks:
    - secure: v1:dddd
  domicile:settings:
    DOMICILE_PEERS: '{"germany":{}}'
`;
  try {
    writeFileSync(join(folder, 'Pulumi.own.yaml'), file);
    const configuration = readConfiguration(readStackFile(folder, 'own'), {});
    expect(configuration.secrets()).toMatchObject({ masterSecretCount: 2, hasHopKey: true });
    expect(() => prepareStack(configuration)).not.toThrow();
    expect(JSON.stringify(configuration.secrets())).not.toContain('v1:');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('the template', () => {
  const alertWebhooks = ['https://alerts.example.com/one', 'https://alerts.example.com/other'];
  const recorded = record('europe', { profile: 'private', ...everything, alertWebhooks });

  test('holds every resource but the group it is deployed to', async () => {
    const { resources } = await recorded;
    expect(armTemplate(resources).resources).toHaveLength(resources.length - 1);
  });

  test('takes secrets as parameters', async () => {
    const template = armTemplate((await recorded).resources);
    expect(Object.keys(template.parameters).toSorted()).toEqual([
      'alert-receivers',
      'alert-receivers-2',
      'secret-master-secret',
      'secret-token-key',
    ]);
    expect(JSON.stringify(template.resources)).toContain("[parameters('secret-master-secret')]");
    expect(JSON.stringify(template)).not.toContain('[secret]');
  });

  test('writes ids of its own group and outputs as expressions, and leaves foreign ids alone', async () => {
    const text = JSON.stringify(armTemplate((await recorded).resources));
    const foreign = text.replaceAll(certificateVaultId, '');
    expect(text).not.toBe(foreign);
    expect(foreign).not.toMatch(/\/subscriptions\/|\$\{/);
  });

  test('depends on nothing that it does not hold', async () => {
    const { resources } = armTemplate((await recorded).resources);
    const known = new Set(
      resources.map(({ type, name }) =>
        [String(type), ...String(name).split('/')].map((part) => `'${part}'`).join(', '),
      ),
    );
    const ids = resources.flatMap(({ dependsOn }) => (dependsOn as string[] | undefined) ?? []);
    expect(ids.length).toBeGreaterThan(200);
    for (const id of ids) {
      const [, plain] = /^\[resourceId\((.*)\)\]$/.exec(id) ?? [];
      const [, extension] = /^\[extensionResourceId\(concat\([^)]*\).*?\), ('.*')\)\]$/.exec(id) ?? [];
      expect(known, id).toContain(plain ?? extension);
    }
  });

  test('names the version of each type that the provider really sends', async () => {
    const { resources } = await recorded;
    const types = new Map(resources.map(({ type, inputs }) => [type, inputs]));
    for (const [type, inputs] of types) {
      const [, module, name = ''] = type.split(':');
      const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}.js`;
      const source = readFileSync(`${infraFolder}/node_modules/@pulumi/azure-native/${module}/${file}`, 'utf8');
      const [, version] = /Uses Azure REST API version ([0-9a-z-]+)/.exec(source) ?? [];
      expect(armTypeOf(type, inputs).apiVersion, type).toBe(version);
    }
  });
});
