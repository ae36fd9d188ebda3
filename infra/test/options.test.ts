// What somebody may write into a stack's configuration, and what is said when it is wrong.
import { describe, expect, test } from 'vitest';
import { planGlobal } from '../plan/global-plan.js';
import { readOptions } from '../plan/options.js';
import { readConfiguration } from '../stack/stack-configuration.js';
import { prepareStack } from '../stack/run-stack.js';
import { readSecrets } from '../stack/stack-secrets.js';
import { configurationOf } from './sample-stacks.js';

const id = '00000000-0000-0000-0000-000000000000';
const base = {
  geography: 'europe',
  subscriptionId: id,
  tenantId: id,
  alertEmails: ['operator@example.com'],
};

test.each([
  [{ geography: 'asia' }, 'geography must be one of africa, asiapacific'],
  [{ region: 'polandcentral' }, 'region "polandcentral" is not in Europe; its regions are northeurope, westeurope.'],
  [{ geography: 'brazil', region: 'southcentralus' }, 'is not in Brazil; its regions are brazilsouth.'],
  [
    { geography: 'switzerland', hosting: 'flex' },
    'hosting flex is not known to exist in switzerlandnorth; use dedicated',
  ],
  [{ geography: 'uk', region: 'ukwest', replication: 'ZRS' }, 'replication ZRS needs availability zones'],
  [{ geography: 'uk', region: 'ukwest', zoneRedundant: true }, 'zoneRedundant needs availability zones'],
  [{ zoneRedundant: 'true', replication: 'LRS' }, 'zoneRedundant needs replication ZRS'],
  [{ replication: 'GRS' }, 'replication must be one of ZRS, LRS'],
  [{ geography: 'australia', region: 'australiacentral', webPubSub: true }, 'webPubSub is not known to exist'],
  [
    { gateway: { image: 'x/y:latest', hostName: 'smtp.example.com' } },
    'gateway needs image, which must be an image with its digest',
  ],
  [{ gateway: { image: `x/y@sha256:${'a'.repeat(64)}` } }, 'gateway needs hostName'],
  [{ smpp: { GATEWAY_SMPP_SMSC: 'smpps://x:1' } }, 'smpp is for a gateway, and there is none'],
  [{ smpp: { GATEWAY_SMPP_SMSC: 'smpps://x:1' } }, 'smpp needs GATEWAY_SMPP_SMSC and GATEWAY_SMPP_SYSTEM_ID'],
  [{ smpp: { GATEWAY_SMPP_PASSWORD: 'x' } }, 'but not "GATEWAY_SMPP_PASSWORD"'],
  [{ perInstanceConcurrency: '16' }, 'perInstanceConcurrency must be a whole number from 200 to 1000'],
  [{ corsOrigins: ['*'] }, 'corsOrigins must be an origin such as https://app.example.com, never *'],
  [{ corsOrigins: 'nonsense' }, 'corsOrigins is not valid JSON'],
  [{ domain: { name: 'chat.example.com' } }, 'domain needs certificateVaultId'],
  [{ settings: { DOMICILE_EMULATOR: '1' } }, 'but not "DOMICILE_EMULATOR"'],
  [{ name: 'far-too-long' }, 'name must be 2 to 5 lower-case letters'],
  [{ instanceMemoryMB: 1024 }, 'instanceMemoryMB must be one of 512, 2048, 4096'],
  [{ regoin: 'westeurope' }, 'regoin is no option; there are geography'],
  [{ tenantId: undefined }, 'tenantId is missing'],
  [{ alertEmails: [] }, 'nobody would be told when a promise breaks; name somebody, or set unheardAlerts to true'],
  [{ alertEmails: undefined }, 'nobody would be told when a promise breaks'],
  [{ unheardAlerts: 'true' }, 'unheardAlerts says that nobody is told, but alertEmails or alertWebhooks name somebody'],
  [{ alertWebhooks: ['http://alerts.example.com'] }, 'alertWebhooks must be an https address'],
])('%j is refused in a clear sentence', (wrong, sentence) => {
  expect(() => readOptions({ ...base, ...wrong })).toThrow(sentence);
});

test('everything that is wrong is said at once', () => {
  const attempt = () => readOptions({ ...base, profile: 'secret', nodeVersion: '12' });
  expect(attempt).toThrow(/profile must be one of public, private\.\n {2}nodeVersion must be one of/);
});

test('structured options are read from JSON, as Pulumi hands them over', () => {
  const options = readOptions({
    ...base,
    corsOrigins: '["https://app.example.com"]',
    webPubSub: 'true',
    dailyLogGb: '2',
  });
  expect(options).toMatchObject({ corsOrigins: ['https://app.example.com'], webPubSub: true, dailyLogGb: 2 });
});

describe('secrets', () => {
  const good = Buffer.alloc(32, 1).toString('base64');

  test.each([undefined, '[]', '["short"]', 'nonsense', '{}'])(
    'a list of master secrets like %s is refused',
    (masterSecrets) => {
      expect(() => readSecrets({ masterSecrets, tokenKey: 'key' })).toThrow('openssl rand -base64 32');
    },
  );

  test('a missing token key is said together with how to make one, and no value is shown', () => {
    const attempt = () => readSecrets({ masterSecrets: JSON.stringify([good]), tokenKey: undefined });
    expect(attempt).toThrow('openssl ecparam -name prime256v1');
    expect(attempt).not.toThrow(good);
  });

  test('place and version of a master secret are the same', () => {
    const newer = Buffer.alloc(32, 2).toString('base64');
    expect(readSecrets({ masterSecrets: JSON.stringify([good, newer]), tokenKey: 'key' })).toEqual({
      masterSecretCount: 2,
      hasHopKey: false,
      hasCallbackKey: false,
      hasMail: false,
      mailMegabytes: undefined,
      hasGatewaySecrets: false,
      hasSms: false,
      hasSmsSecrets: false,
      gateway: undefined,
      values: { 'master-secret': newer, 'retired-master-secrets': `1:${good}`, 'token-key': 'key' },
    });
  });
});

describe('the configuration of a stack', () => {
  test('the ids that all stacks share may come from the environment', () => {
    const environment = { ARM_SUBSCRIPTION_ID: id, ARM_TENANT_ID: id };
    const { options } = readConfiguration({ 'domicile:geography': 'europe' }, environment);
    expect(options).toEqual({ geography: 'europe', subscriptionId: id, tenantId: id });
  });

  test('where its state is kept is no option of the stack', () => {
    const all = configurationOf('europe', { state: 'azblob://pulumi?storage_account=state' });
    expect(() => prepareStack(readConfiguration(all, {}))).not.toThrow();
  });

  test('a wrong one is refused before there is any resource', () => {
    const configuration = readConfiguration(configurationOf('europe', { region: 'polandcentral' }), {});
    expect(() => prepareStack(configuration)).toThrow('Nothing was changed.');
  });

  test('what Pulumi made a number or an object of is a text again', () => {
    const settings = { DOMICILE_RECEIPT_DAYS: 365, DOMICILE_LIMITS: { base: 'acs' } };
    const { options } = readConfiguration(configurationOf('europe', { settings }), {});
    expect(readOptions(options).settings).toEqual({
      DOMICILE_RECEIPT_DAYS: '365',
      DOMICILE_LIMITS: '{"base":"acs"}',
    });
  });

  test('geographies that know each other need a key to sign with', () => {
    const settings = { DOMICILE_PEERS: '{"germany":{"url":"https://germany.example.com","keys":[]}}' };
    const configuration = configurationOf('europe', { settings });
    expect(() => prepareStack(readConfiguration(configuration, {}))).toThrow('set --secret domicile:hopKey');
    expect(() => prepareStack(readConfiguration({ ...configuration, 'domicile:hopKey': 'key' }, {}))).not.toThrow();
  });
});

describe('the global stack', () => {
  test('says what it lacks', () => {
    const attempt = () => planGlobal({ subscriptionId: id, geographies: '["mars"]', colour: 'red' });
    expect(attempt).toThrow(/colour is no option.*domain is missing.*geographies must be one of africa/s);
  });

  test('leads each name to the app of that geography', () => {
    const { hosts } = planGlobal({
      subscriptionId: id,
      domain: 'chat.example.com',
      domainVerificationId: 'A'.repeat(64),
      geographies: '["europe","brazil"]',
    });
    expect(hosts.map(({ record }) => record)).toEqual(['*.europe', '*.brazil']);
    expect(hosts[0]?.appHost).toMatch(/^dom-europe-[a-z0-9]{5}\.azurewebsites\.net$/);
  });
});
