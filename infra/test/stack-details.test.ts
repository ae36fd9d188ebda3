// What is particular about some stacks, as Pulumi's mocks see them.
import { expect, test } from 'vitest';
import type { RecordedResource } from '../render/recorded-resource.js';
import { everything, only, record } from './sample-stacks.js';

/** One with all that is optional, for several tests. */
const whole = record('uae', { ...everything, suffix: 'abcde', hopKey: 'placeholder', callbackKey: 'placeholder' });
const namesOf = (resources: readonly RecordedResource[]) => resources.map(({ type, name }) => `${type}::${name}`);

test('two runs give the same, to the letter', async () => {
  const [one, other] = [await record('norway', everything), await record('norway', everything)];
  expect(one.resources).toEqual(other.resources);
});

test('the names within a stack are the same in every geography', async () => {
  const [one, other] = [await record('norway'), await record('brazil')];
  expect(namesOf(one.resources)).toEqual(namesOf(other.resources));
});

test('what holds data is protected, unless somebody takes that away', async () => {
  const types = [
    'resources:ResourceGroup',
    'storage:StorageAccount',
    'keyvault:Vault',
    'storage:Table',
    'keyvault:Secret',
  ];
  for (const [options, expected] of [
    [{}, true],
    [{ protect: false }, false],
  ] as const) {
    const { resources } = await record('canada', options);
    for (const type of types) {
      const found = resources.filter((each) => each.type === `azure-native:${type}`);
      expect(
        found.map(({ protect }) => protect),
        type,
      ).toEqual(found.map(() => expected));
    }
  }
});

test('the app starts after its roles, containers and secrets are there', async () => {
  const { resources } = await record('france', { profile: 'private' });
  const { dependsOn } = only(resources, 'web:WebApp');
  const before = resources.filter(({ type }) => /RoleAssignment|BlobContainer|:Secret|PrivateDnsZoneGroup/.test(type));
  expect(before.length).toBeGreaterThan(15);
  expect(dependsOn).toEqual(expect.arrayContaining(namesOf(before)));
});

test('the outputs tell a deployment of code all that it needs', async () => {
  const { outputs } = await record('korea');
  expect(outputs).toMatchObject({
    geography: 'korea',
    resourceGroup: 'dom-korea',
    hosting: 'flex',
    deploymentContainer: 'deployments',
    nextCommand: 'npm run deploy -- korea',
    endpoint: `https://${String(outputs['functionApp'])}.azurewebsites.net`,
    publishHost: `${String(outputs['functionApp'])}.scm.azurewebsites.net`,
  });
});

test('a new version of the master secret keeps the earlier one', async () => {
  const masterSecrets = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'));
  const { resources } = await record('india', { masterSecrets });
  const settings = only(resources, 'web:WebApp').inputs['siteConfig'] as {
    appSettings: { name: string; value: string }[];
  };
  const value = (name: string) => settings.appSettings.find((each) => each.name === name)?.value;
  expect(value('DOMICILE_MASTER_SECRET_VERSION')).toBe('2');
  expect(value('DOMICILE_MASTER_SECRET')).toContain('@Microsoft.KeyVault(SecretUri=');
  expect(value('DOMICILE_RETIRED_MASTER_SECRETS')).toContain('retired-master-secrets');
});

test('every role is on the one thing that it is for, and on nothing above it', async () => {
  const { resources } = await whole;
  const inGroup = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/dom-uae/providers/';
  const scopes = resources
    .filter(({ type }) => type.endsWith(':RoleAssignment'))
    .map(({ name, inputs }) => [name, String(inputs['scope']).replace(inGroup, '')]);
  expect(Object.fromEntries(scopes)).toEqual({
    'role-app-storage-blob-data-owner': 'Microsoft.Storage/storageAccounts/domuaeabcde',
    'role-app-storage-queue-data-contributor': 'Microsoft.Storage/storageAccounts/domuaeabcde',
    'role-app-storage-table-data-contributor': 'Microsoft.Storage/storageAccounts/domuaeabcde',
    'role-app-monitoring-metrics-publisher': 'Microsoft.Insights/components/dom-uae-insights',
    'role-app-key-vault-secrets-user': 'Microsoft.KeyVault/vaults/dom-uae-abcde',
    'role-app-eventgrid-data-sender': 'Microsoft.EventGrid/topics/dom-uae-events-abcde',
    'role-app-web-pubsub-service-owner': 'Microsoft.SignalRService/webPubSub/dom-uae-abcde',
    'role-events-storage-blob-data-contributor':
      'Microsoft.Storage/storageAccounts/domuaeabcde/blobServices/default/containers/eventdeadletters',
  });
});

test.each([
  ['the key that signs for other geographies', 'hop-key', 'DOMICILE_HOP_KEY'],
  ['the key that signs callbacks', 'callback-key', 'DOMICILE_CALLBACK_KEY'],
])('%s lies in the vault, and the app gets a reference', async (_, secret, setting) => {
  const { resources } = await whole;
  expect(only(resources, 'keyvault:Secret', `secret-${secret}`).inputs['properties']).toMatchObject({
    value: '[secret]',
  });
  expect(JSON.stringify(resources)).not.toContain('placeholder');
  const { siteConfig } = only(resources, 'web:WebApp').inputs as { siteConfig: { appSettings: { name: string }[] } };
  expect(siteConfig.appSettings.find(({ name }) => name === setting)).toMatchObject({
    value: `@Microsoft.KeyVault(SecretUri=\${secret-${secret}.properties.secretUriWithVersion})`,
  });
});

test('events are tried for an hour at most, and what is left goes to the container that is emptied', async () => {
  const { resources } = await whole;
  expect(only(resources, 'eventgrid:TopicEventSubscription').inputs).toMatchObject({
    retryPolicy: { maxDeliveryAttempts: 10, eventTimeToLiveInMinutes: 60 },
    deadLetterWithResourceIdentity: {
      identity: { type: 'UserAssigned' },
      deadLetterDestination: { endpointType: 'StorageBlob', blobContainerName: 'eventdeadletters' },
    },
  });
});

test('on Flex Consumption few instances take many requests each, and the code is read by identity', async () => {
  const { resources } = await whole;
  const { functionAppConfig } = only(resources, 'web:WebApp').inputs as {
    functionAppConfig: {
      scaleAndConcurrency: { triggers: { http: { perInstanceConcurrency: number } } };
      deployment: object;
    };
  };
  const { perInstanceConcurrency } = functionAppConfig.scaleAndConcurrency.triggers.http;
  expect(perInstanceConcurrency).toBeGreaterThanOrEqual(200);
  expect(functionAppConfig.deployment).toMatchObject({ storage: { authentication: { type: 'UserAssignedIdentity' } } });
});

test('Switzerland is made on a Dedicated plan, from which the code is read by identity', async () => {
  const { resources } = await record('switzerland');
  expect(only(resources, 'web:AppServicePlan').inputs).toMatchObject({ sku: { name: 'P0v3', capacity: 1 } });
  const { inputs } = only(resources, 'web:WebApp');
  expect(inputs).not.toHaveProperty('functionAppConfig');
  expect(inputs['siteConfig']).toMatchObject({ alwaysOn: true, healthCheckPath: '/health', linuxFxVersion: 'NODE|22' });
  expect(JSON.stringify(inputs)).toContain('WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID');
});

test('the global stack holds names only, and no app answers through it', async () => {
  const { resources } = await record('global');
  const types = new Set(resources.map(({ type }) => type.replace('azure-native:', '')));
  expect([...types].toSorted()).toEqual(['dns:RecordSet', 'dns:Zone', 'resources:ResourceGroup']);
});

test('Front Door caches nothing, logs nothing, and keeps the name that the caller signed', async () => {
  const certificateSecretId = '/subscriptions/x/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/secrets/s';
  const { resources } = await record('global', { frontDoor: { certificateSecretId } });
  for (const { type, inputs } of resources) {
    expect(type).not.toContain('DiagnosticSetting');
    if (type.endsWith(':Route')) {
      expect(inputs).not.toHaveProperty('cacheConfiguration');
    }
    if (type.endsWith(':AFDOrigin')) {
      expect(inputs).not.toHaveProperty('originHostHeader');
    }
  }
  expect(resources.filter(({ type }) => type.endsWith(':Route'))).toHaveLength(16);
});
