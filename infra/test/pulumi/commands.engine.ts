// The commands of docs/deploy.md that configure a stack, by the real `pulumi config`; the Azure CLI is played, openssl is
// real. What the program reads then is what they mean, and a preview goes through.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { commandsWith } from '../../../test/infra/page-commands.js';
import { readOptions } from '../../plan/options.js';
import { readConfiguration } from '../../stack/stack-configuration.js';
import { describeWithPulumi } from './describe-with-pulumi.js';
import { idsOfAll, type Workspace } from './open-workspace.js';

const me = '11111111-2222-3333-4444-555555555555';

describeWithPulumi('the commands of the page', (open) => {
  let workspace: Workspace;

  it('are what a stack without secrets asks for', async () => {
    workspace = await open('europe', 'unconfigured');
    for (const [key, id] of Object.entries(idsOfAll)) {
      await workspace.pulumi('config', 'set', key, id);
    }
    run(workspace, commandsWith('alertEmails[0]'));
    const { code, printed } = await workspace.start('preview').ended;
    expect(code).not.toBe(0);
    expect(printed).toContain('domicile:masterSecrets needs a list of at least 32 random bytes each');
  });

  it('make, add and renew secrets, name who is told and who may manage, and know another geography', async () => {
    run(workspace, commandsWith('masterSecrets[0]'));
    run(workspace, commandsWith('DOMICILE_ENTRA_MANAGE'));
    const first = await configurationOf(workspace);
    run(workspace, commandsWith('DOMICILE_RETIRED_TOKEN_KEYS'));
    run(workspace, commandsWith('DOMICILE_RETIRED_TOKEN_KEYS'));
    run(workspace, commandsWith('rsa_keygen_bits'));
    run(workspace, commandsWith('masterSecrets[1]'));
    const jwk = JSON.parse(run(workspace, commandsWith('hop.pem'))) as object;
    const peers = { germany: { url: 'https://dom-germany-abcde.azurewebsites.net', keys: [jwk] } };
    writeFileSync(join(workspace.folder, 'peers.json'), JSON.stringify(peers, undefined, 2));
    run(workspace, commandsWith('DOMICILE_PEERS'));

    const { secrets, options } = await configurationOf(workspace);
    expect(secrets).toMatchObject({ masterSecretCount: 2, hasHopKey: true, hasCallbackKey: true });
    expect(secrets.values['retired-master-secrets']).toBe(`1:${first.secrets.values['master-secret']}`);
    expect(secrets.values['token-key']).not.toBe(first.secrets.values['token-key']);
    expect(options.alertEmails).toEqual(['operator@example.com']);
    expect(options.alertWebhooks).toEqual(['https://alerts.example.com/hook']);
    expect(options.settings['DOMICILE_ENTRA_MANAGE']).toBe(me);
    expect(options.settings['DOMICILE_RETIRED_TOKEN_KEYS']?.match(/BEGIN PUBLIC KEY/g)).toHaveLength(2);
    expect(JSON.parse(String(options.settings['DOMICILE_PEERS']))).toEqual(peers);
  });

  it('lead to a stack whose preview goes through', async () => {
    await workspace.pulumi('preview', '--policy-pack', 'policies');
  });
});

/** Without `pulumi up`, which the other tests run. @throws {Error} when one of them fails */
function run({ folder, env }: Workspace, commands: string): string {
  const [bin = ''] = String(env['PATH']).split(delimiter);
  writeFileSync(join(bin, 'az'), `#!/bin/sh\necho ${me}\n`, { mode: 0o755 });
  const configured = commands.replaceAll(/^pulumi up.*$/gm, '');
  const { status, stdout, stderr } = spawnSync('sh', ['-c', configured], { cwd: folder, env, encoding: 'utf8' });
  if (status !== 0 || stderr.includes('error:')) {
    throw new Error(`The commands failed: ${stderr}`);
  }
  return stdout;
}

async function configurationOf(workspace: Workspace) {
  const printed = await workspace.pulumi('config', '--json', '--show-secrets');
  const all = JSON.parse(printed.slice(printed.indexOf('{'))) as Record<string, { readonly value: string }>;
  const configuration = readConfiguration(
    Object.fromEntries(Object.entries(all).map(([key, { value }]) => [key, value])),
    {},
  );
  return { secrets: configuration.secrets(), options: readOptions(configuration.options) };
}
