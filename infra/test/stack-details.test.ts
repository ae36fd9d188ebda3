// What is particular about some stacks, as Pulumi's mocks see them.
import { expect, test } from 'vitest';
import type { RecordedResource } from '../render/recorded-resource.js';
import { everything, only, record, withGateway, withTexts } from './sample-stacks.js';

/** One with all that is optional, for several tests. */
const whole = record('uae', {
  ...everything,
  suffix: 'abcde',
  hopKey: 'placeholder',
  callbackKey: 'placeholder',
  mail: 'placeholder',
  ...withGateway,
});
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

test('the private profile has an endpoint for each thing that is closed, the app with its publishing included', async () => {
  const { resources } = await record('japan', { profile: 'private', webPubSub: true });
  const found = resources.filter(({ type }) => type.endsWith(':PrivateEndpoint'));
  const targets = found.map(({ inputs }) => {
    const [{ groupIds, privateLinkServiceId }] = inputs['privateLinkServiceConnections'] as [
      { groupIds: string[]; privateLinkServiceId: string },
    ];
    return `${groupIds.join()} of ${privateLinkServiceId.split('/').at(-2)}`;
  });
  expect(targets.toSorted()).toEqual([
    'azuremonitor of privateLinkScopes',
    'blob of storageAccounts',
    'domain of domains',
    'queue of storageAccounts',
    'sites of sites',
    'table of storageAccounts',
    'vault of vaults',
    'webpubsub of webPubSub',
  ]);
  const members = resources.filter(({ type }) => type.endsWith(':PrivateLinkScopedResource'));
  expect(members.map(({ inputs }) => String(inputs['linkedResourceId']).split('/').at(-2))).toEqual([
    'dataCollectionEndpoints',
    'components',
    'workspaces',
  ]);
  expect(
    only(resources, 'network:PrivateDnsZoneGroup', 'endpoint-records-logs').inputs['privateDnsZoneConfigs'],
  ).toHaveLength(5);
});

test('where nobody outside reaches the app, no probe is tried from there, and timers that stand still are seen', async () => {
  for (const [geography, metricName] of [
    ['japan', 'OnDemandFunctionExecutionCount'],
    ['switzerland', 'HealthCheckStatus'],
  ] as const) {
    const { resources } = await record(geography, { profile: 'private' });
    expect(resources.filter(({ type }) => type.endsWith(':WebTest'))).toEqual([]);
    expect(only(resources, 'monitor:MetricAlert', 'alert-health').inputs['criteria']).toMatchObject({
      allOf: [{ metricName, operator: 'LessThan' }],
    });
  }
});

test('alerts reach whoever was named, and an address to be called is kept as a secret', async () => {
  const { resources } = await whole;
  expect(only(resources, 'monitor:ActionGroup').inputs).toMatchObject({
    emailReceivers: [{ emailAddress: 'operator@example.com' }],
    webhookReceivers: [{ serviceUri: '[secret]' }],
  });
  expect(JSON.stringify(resources)).not.toContain('hook-of-operators');
});

test('account and vault are locked after all that lies in them was made, so that an end begins with the locks', async () => {
  const { resources } = await whole;
  const locks = resources.filter(({ type }) => type.endsWith(':ManagementLockByScope'));
  expect(locks.map(({ name }) => name)).toEqual(['lock-storage', 'lock-vault']);
  const within = resources.filter(({ type }) =>
    /:(Table|Queue|BlobContainer|BlobServiceProperties|Secret|RoleAssignment)$/.test(type),
  );
  const ofStack = within.filter(({ type }) => !type.includes('operationalinsights'));
  for (const { dependsOn, inputs } of locks) {
    expect(inputs['level']).toBe('CanNotDelete');
    expect(dependsOn).toEqual(expect.arrayContaining(namesOf(ofStack)));
  }
});

test('a stack without receivers or locks says so on its group, and has none', async () => {
  const { resources } = await record('canada', { alertEmails: [], unheardAlerts: true, deleteLock: false });
  expect(only(resources, 'resources:ResourceGroup').inputs['tags']).toMatchObject({
    alerts: 'unheard',
    deletion: 'unlocked',
  });
  expect(resources.filter(({ type }) => /ActionGroup|ManagementLock/.test(type))).toEqual([]);
});

test('the app starts after its roles, containers and secrets are there', async () => {
  const { resources } = await record('france', { profile: 'private' });
  const { dependsOn } = only(resources, 'web:WebApp');
  const before = resources.filter(
    ({ type, name }) =>
      /RoleAssignment|BlobContainer|:Secret|PrivateDnsZoneGroup|PrivateLinkScopedResource/.test(type) &&
      name !== 'endpoint-records-app',
  );
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
    'role-app-monitoring-metrics-publisher-logs': 'Microsoft.Insights/dataCollectionRules/dom-uae-logs-rule',
    'role-app-data-purger': 'Microsoft.OperationalInsights/workspaces/dom-uae-logs',
    'role-app-key-vault-secrets-user': 'Microsoft.KeyVault/vaults/dom-uae-abcde',
    'role-app-eventgrid-data-sender': 'Microsoft.EventGrid/domains/dom-uae-events-abcde',
    'role-app-web-pubsub-service-owner': 'Microsoft.SignalRService/webPubSub/dom-uae-abcde',
    'role-events-storage-blob-data-contributor':
      'Microsoft.Storage/storageAccounts/domuaeabcde/blobServices/default/containers/eventdeadletters',
    'role-publisher-storage-blob-data-contributor':
      'Microsoft.Storage/storageAccounts/domuaeabcde/blobServices/default/containers/deployments',
  });
});

test('what the app signs in as writes no package: on Flex Consumption another identity does, elsewhere the deployer', async () => {
  const { resources } = await whole;
  const { identity, functionAppConfig, keyVaultReferenceIdentity } = only(resources, 'web:WebApp').inputs as {
    identity: { userAssignedIdentities: object };
    functionAppConfig: { deployment: { storage: { authentication: { userAssignedIdentityResourceId: string } } } };
    keyVaultReferenceIdentity: string;
  };
  const { userAssignedIdentityResourceId } = functionAppConfig.deployment.storage.authentication;
  expect(userAssignedIdentityResourceId).toMatch(/dom-uae-publisher$/);
  expect(keyVaultReferenceIdentity).toMatch(/dom-uae-app$/);
  expect(Object.keys(identity.userAssignedIdentities)).toEqual([
    keyVaultReferenceIdentity,
    userAssignedIdentityResourceId,
  ]);
  const { condition } = only(resources, 'authorization:RoleAssignment', 'role-app-storage-blob-data-owner').inputs;
  for (const action of ['write', 'add/action', 'move/action', 'delete']) {
    expect(condition).toContain(
      `!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/${action}'})`,
    );
  }
  expect(condition).toContain("containers:name] StringNotEquals 'deployments')");

  const { resources: dedicated } = await record('switzerland');
  expect(dedicated.filter(({ name }) => /^(role-)?publisher-/.test(name))).toEqual([]);
});

test.each([
  ['the key that signs for other geographies', 'hop-key', 'DOMICILE_HOP_KEY'],
  ['the key that signs callbacks', 'callback-key', 'DOMICILE_CALLBACK_KEY'],
  ['how mail leaves', 'mail', 'DOMICILE_MAIL'],
  ['what is shared with the gateway', 'gateway-secrets', 'DOMICILE_GATEWAY_SECRETS'],
  ['how texts leave', 'sms', 'DOMICILE_SMS'],
  ['what is shared with whoever carries texts', 'sms-secrets', 'DOMICILE_SMS_SECRETS'],
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
  expect(only(resources, 'eventgrid:DomainEventSubscription').inputs).toMatchObject({
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

test('the gateway is one container of the geography that takes mail, and shows no secret', async () => {
  const { resources, outputs } = await whole;
  const { inputs } = only(resources, 'containerinstance:ContainerGroup');
  expect(inputs).toMatchObject({
    location: 'uaenorth',
    osType: 'Linux',
    restartPolicy: 'Always',
    ipAddress: {
      type: 'Public',
      dnsNameLabel: 'dom-uae-abcde',
      autoGeneratedDomainNameLabelScope: 'TenantReuse',
      ports: [{ port: 587 }, { port: 25 }],
    },
    imageRegistryCredentials: [{ server: 'contoso.azurecr.io' }],
  });
  const [container] = inputs['containers'] as [{ environmentVariables: { name: string }[] }];
  expect(container.environmentVariables).toEqual([
    { name: 'GATEWAY_APP', value: 'https://dom-uae-abcde.azurewebsites.net' },
    { name: 'GATEWAY_NAME', value: 'smtp.example.com' },
    { name: 'GATEWAY_SUBMISSION_PORT', value: '587' },
    { name: 'GATEWAY_BOUNCE_PORT', value: '25' },
    { name: 'GATEWAY_SECRET', secureValue: '[secret]' },
    { name: 'GATEWAY_TLS_KEY', secureValue: '[secret]' },
    { name: 'GATEWAY_TLS_CERT', secureValue: '[secret]' },
  ]);
  // Azure puts a part of its own into the name, so nobody can know it before.
  expect(outputs['gatewayAddress']).toBe('${gateway.ipAddress.fqdn}');
  const { resources: without } = await record('uae', everything);
  expect(without.filter(({ type, name }) => type.includes('containerinstance') || name.includes('gateway'))).toEqual(
    [],
  );
});

test('the gateway takes mail as large as the app does', async () => {
  const settingsWith = async (mail: string) => {
    const { resources } = await record('uae', { ...withGateway, mail });
    const [container] = only(resources, 'containerinstance:ContainerGroup').inputs['containers'] as [
      { environmentVariables: readonly object[] },
    ];
    return container.environmentVariables;
  };
  expect(await settingsWith('{"direct": true, "maxMegabytes": 25}')).toContainEqual({
    name: 'GATEWAY_MAX_MEGABYTES',
    value: '25',
  });
  expect(JSON.stringify(await settingsWith('{"direct": true}'))).not.toContain('MEGABYTES');
});

test('the gateway that submits text messages has one more port, and shows none of their secrets', async () => {
  const { resources } = await record('uae', { ...everything, ...withTexts, suffix: 'abcde' });
  expect(JSON.stringify(resources)).not.toContain('placeholder');
  const { inputs } = only(resources, 'containerinstance:ContainerGroup');
  expect(inputs['ipAddress']).toMatchObject({ ports: [{ port: 587 }, { port: 25 }, { port: 8025 }] });
  const [container] = inputs['containers'] as [{ environmentVariables: { name: string }[] }];
  expect(container.environmentVariables.filter(({ name }) => name.startsWith('GATEWAY_SMPP_'))).toEqual([
    { name: 'GATEWAY_SMPP_SMSC', value: 'smpps://smsc.example.com:3550' },
    { name: 'GATEWAY_SMPP_SYSTEM_ID', value: 'contoso' },
    { name: 'GATEWAY_SMPP_LISTEN', value: 'https://0.0.0.0:8025' },
    { name: 'GATEWAY_SMPP_PASSWORD', secureValue: '[secret]' },
    { name: 'GATEWAY_SMPP_SECRETS', secureValue: '[secret]' },
  ]);
  const { smppPassword, smsSecrets } = withTexts;
  const { smsSecrets: _, ...withoutSecret } = withGateway;
  for (const missing of [{ smppPassword }, { smsSecrets }]) {
    const given = { ...withoutSecret, smpp: withTexts.smpp, ...missing };
    await expect(record('uae', given)).rejects.toThrow('Text messages need a secret, and the password');
  }
});

test('an image that anybody may pull needs no identity', async () => {
  const image = `ghcr.io/contoso/domicile-gateway@sha256:${'b'.repeat(64)}`;
  const { resources } = await record('uae', { ...withGateway, gateway: { image, hostName: 'smtp.example.com' } });
  expect(only(resources, 'containerinstance:ContainerGroup').inputs['identity']).toBeUndefined();
  expect(resources.some(({ name }) => name === 'gateway-identity')).toBe(false);
});

test('a gateway without its secrets, and one in the private profile, stop everything with a sentence', async () => {
  const { gateway, gatewayTls } = withGateway;
  await expect(record('uae', { gateway })).rejects.toThrow('The gateway needs a secret, and key and certificates');
  await expect(record('uae', { gateway, gatewayTls })).rejects.toThrow('The gateway needs a secret');
  await expect(record('uae', { ...withGateway, profile: 'private' })).rejects.toThrow(
    'gateway asks the app from outside',
  );
});
