// The commands of docs/deploy.md that make keys and name people, run as they stand there; the app starts with what comes
// out. Pulumi and the Azure CLI are played, openssl is real.
import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../functions/config.js';
import { readOptions } from '../../infra/plan/options.js';
import type { SettingValue } from '../../infra/plan/settings.js';
import { planStack } from '../../infra/plan/stack-plan.js';
import { readConfiguration } from '../../infra/stack/stack-configuration.js';
import { commandsWith } from './page-commands.js';
import { type PlayedPulumi, playPulumi } from './played-pulumi.js';

const me = '11111111-2222-3333-4444-555555555555';
const ids = { ARM_SUBSCRIPTION_ID: me, ARM_TENANT_ID: me };

const hasTools = ['openssl', 'sh'].every((tool) => spawnSync(tool, ['--help']).error === undefined);

describe.skipIf(!hasTools)('the commands of the page', () => {
  let pulumi: PlayedPulumi;

  beforeAll(() => {
    pulumi = playPulumi(me);
    pulumi.run(commandsWith('masterSecrets[0]'));
    pulumi.run(commandsWith('alertEmails[0]'));
  });
  afterAll(() => pulumi.dispose());

  /** What the app reads when the stack is up. */
  function start(): Config {
    const { options, secrets } = readConfiguration({ 'domicile:geography': 'europe', ...pulumi.configuration() }, ids);
    const { values, ...facts } = secrets();
    const inAzure = (value: SettingValue) => {
      if (typeof value === 'string') {
        return value;
      }
      if ('secret' in value) {
        return values[value.secret];
      }
      if ('pieces' in value) {
        const late = { logEndpoint: 'https://logs.example', logRuleId: `dcr-${'a'.repeat(32)}` } as const;
        return value.pieces
          .map((piece) => (typeof piece === 'string' ? piece : late[piece.late as keyof typeof late]))
          .join('');
      }
      const late = value.late === 'eventsEndpoint' ? 'https://events.example/api/events' : me;
      return `${value.text ?? ''}${late}${value.textAfter ?? ''}`;
    };
    const { settings } = planStack(readOptions(options), facts);
    return readConfig(Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, inAzure(value)])));
  }
  const publicPem = (config: Config) => createPublicKey(config.tokenKey).export({ type: 'spki', format: 'pem' });

  test('make secrets that the app starts with', () => {
    expect([...start().masterSecrets.keys()]).toEqual([1]);
  });

  test('name who is told of alerts', () => {
    const { options } = readConfiguration({ 'domicile:geography': 'europe', ...pulumi.configuration() }, ids);
    expect(readOptions(options)).toMatchObject({
      alertEmails: ['operator@example.com'],
      alertWebhooks: ['https://alerts.example.com/hook'],
    });
  });

  test('let somebody in', () => {
    pulumi.run(commandsWith('DOMICILE_ENTRA_MANAGE'));
    expect(start().entra?.subjects.manage).toEqual(new Set([me]));
  });

  test('renew the token key, and keep each earlier one to check with', () => {
    const first = publicPem(start());
    pulumi.run(commandsWith('DOMICILE_RETIRED_TOKEN_KEYS'));
    const second = publicPem(start());
    pulumi.run(commandsWith('DOMICILE_RETIRED_TOKEN_KEYS'));
    const { retiredTokenKeys } = start();
    expect(retiredTokenKeys.map((key) => key.export({ type: 'spki', format: 'pem' }))).toEqual([first, second]);
  });

  test('make a key that signs callbacks, renew it, and keep each earlier one to check with', () => {
    expect(start().callbackKey).toBeUndefined();
    const made = ['', '', ''].map((_, round) => {
      if (round > 0) {
        pulumi.run(commandsWith('DOMICILE_RETIRED_CALLBACK_KEYS'));
      }
      pulumi.run(commandsWith('rsa_keygen_bits'));
      const key = start().callbackKey?.();
      return key && createPublicKey(key).export({ type: 'spki', format: 'pem' });
    });
    const kept = start().retiredCallbackKeys.map((key) => key.export({ type: 'spki', format: 'pem' }));
    expect(kept).toEqual(made.slice(0, 2));
  });

  test('add a master secret, and keep the one before', () => {
    const [before] = start().masterSecrets.values();
    pulumi.run(commandsWith('masterSecrets[1]'));
    const { masterSecrets } = start();
    expect(masterSecrets.get(1)).toEqual(before);
    expect(masterSecrets.get(2)).toHaveLength(32);
  });

  test('make a key to sign with, whose public half the others take', () => {
    const jwk = JSON.parse(pulumi.run(commandsWith('hop.pem'))) as object;
    const peers = { germany: { url: 'https://dom-germany-abcde.azurewebsites.net', keys: [jwk] } };
    pulumi.write('peers.json', JSON.stringify(peers, undefined, 2));
    pulumi.run(commandsWith('DOMICILE_PEERS'));
    const { hopKey, world } = start();
    expect(Object.keys(world.peers)).toEqual(['germany']);
    expect(hopKey && createPublicKey(hopKey).export({ format: 'jwk' })).toEqual(jwk);
  });
});
