// The plan of a stack against the app it is for: stores, settings and roles, both ways. The plan is plain data, so none of
// the packages of the deployment is needed.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dataMap } from '../../functions/compose.js';
import { createFailureReport } from '../../functions/report-failure.js';
import { containerPlans } from '../../infra/plan/containers.js';
import { hostings, readOptions } from '../../infra/plan/options.js';
import { settingsNotSet, type SettingValue } from '../../infra/plan/settings.js';
import { planStack, type StackPlan } from '../../infra/plan/stack-plan.js';
import { whyQueuesHaveNoRule, whyTablesHaveNoRule } from '../../infra/plan/stores.js';
import { smppSettings } from '../../infra/plan/smpp-settings.js';
import { tunableSettings } from '../../infra/plan/tunable-settings.js';
import { readConfig } from '../../functions/config.js';
import { readGatewaySettings } from '../../gateway/settings.js';
import { SmppSettings } from '../../gateway/smpp/smpp-settings.js';
import { geographySlugs, ResidencyBreach } from '../../shared/geography/index.js';
import { ForeignData } from '../../shared/residency/index.js';
import { physicalNames } from '../../shared/storage/store-names.js';

const id = '00000000-0000-0000-0000-000000000000';
const domain = {
  name: 'chat.example.com',
  certificateVaultId: `/subscriptions/${id}/resourceGroups/own/providers/Microsoft.KeyVault/vaults/own`,
  certificateName: 'wildcard',
};
const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
/** All sixteen, while each changes its key; the names as long as they may be. */
const peers = Object.fromEntries(
  geographySlugs.map((slug) => {
    const key = { kty: 'EC', crv: 'P-256', x, y };
    return [slug, { url: `https://abcde-${slug}-abcde.azurewebsites.net`, keys: [key, key] }];
  }),
);
const tuned = { DOMICILE_PEERS: JSON.stringify(peers), DOMICILE_ENTRA_MANAGE: id };
const plans = hostings.map((hosting) =>
  planStack(
    readOptions({
      geography: 'europe',
      subscriptionId: id,
      tenantId: id,
      alertEmails: ['operator@example.com'],
      hosting,
      webPubSub: true,
      logWorkspace: 'raw',
      domain,
      settings: tuned,
    }),
    // Two, so that there is a retired one.
    {
      masterSecretCount: 2,
      hasHopKey: true,
      hasCallbackKey: true,
      hasMail: true,
      hasGatewaySecrets: true,
      hasSms: true,
      hasSmsSecrets: true,
    },
  ),
);
const tokenKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'der' })
  .toString('base64');
const callbackKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'der' })
  .toString('base64');
const [plan] = plans as [StackPlan, ...StackPlan[]];

const opened = (medium: 'table' | 'blob' | 'queue') =>
  dataMap.stores.filter((store) => store.medium === medium).flatMap((store) => physicalNames(store));

describe('stores', () => {
  test('every table that the code opens is made, and no other', () => {
    expect([...plan.storage.tables].toSorted()).toEqual(opened('table').toSorted());
  });

  test('every queue that the code opens is made, with the one that its poison goes to, and no other', () => {
    expect([...plan.storage.queues].toSorted()).toEqual(opened('queue').toSorted());
  });

  test('every container that the code opens is made, and no other but the platform’s', () => {
    const own = containerPlans.filter(({ isPlatforms }) => !isPlatforms).map(({ name }) => name);
    expect(own.toSorted()).toEqual(opened('blob').toSorted());
    expect(plan.storage.containers).toEqual(containerPlans);
  });

  test('each has a lifecycle rule, or a reason why not', () => {
    for (const { lifecycle } of plan.storage.containers) {
      if ('noRule' in lifecycle) {
        expect(lifecycle.noRule.length).toBeGreaterThan(20);
      } else {
        expect(lifecycle.daysAfterCreation).toBeGreaterThanOrEqual(1);
      }
    }
    for (const why of [whyTablesHaveNoRule, whyQueuesHaveNoRule]) {
      expect(why.length).toBeGreaterThan(20);
    }
  });
});

/** What the code and its host read, by name. */
const read = [
  ...new Set([
    ...['functions/config.ts', 'functions/entra-settings.ts'].flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/\bDOMICILE_[A-Z_]+\b/g)].map(([name]) => name),
    ),
    ...Object.keys(
      (JSON.parse(readFileSync('local.settings.sample.json', 'utf8')) as { Values: object; NotSetHere: object }).Values,
    ),
    ...Object.keys(
      (JSON.parse(readFileSync('local.settings.sample.json', 'utf8')) as { Values: object; NotSetHere: object })
        .NotSetHere,
    ),
  ]),
];

/** Settings of the host that have nothing to do with our code. */
const platform = /^(APPLICATIONINSIGHTS_|FUNCTIONS_|WEBSITE_|AzureWebJobsStorage__credential$)/;

describe.each(plans.map((each) => [each.options.hosting, each] as const))('settings, %s', (hosting, { settings }) => {
  const set = Object.keys(settings);

  test.each(read)('%s is set by the stack, or there is a reason why not', (name) => {
    const isFlexOwn = hosting === 'flex' && name === 'FUNCTIONS_WORKER_RUNTIME';
    const isThere = set.includes(name) || name in settingsNotSet || isFlexOwn;
    expect(
      isThere,
      `${name} is read, but infra/plan/settings.ts neither sets it nor says in settingsNotSet why not. If a default is good for everybody, add it to infra/plan/tunable-settings.ts.`,
    ).toBe(true);
  });

  test('none is set that nobody reads', () => {
    expect(set.filter((name) => !read.includes(name) && !platform.test(name))).toEqual([]);
    expect(Object.keys(settingsNotSet).filter((name) => !read.includes(name) || set.includes(name))).toEqual([]);
  });

  test('the app starts with them', () => {
    const secret = Buffer.alloc(32, 7).toString('base64');
    const secrets: Record<string, string> = {
      'master-secret': secret,
      'retired-master-secrets': `1:${Buffer.alloc(32, 8).toString('base64')}`,
      'token-key': tokenKey,
      'hop-key': tokenKey,
      'callback-key': callbackKey,
      mail: '{"relays":{"*":{"host":"relay.example","user":"a","password":"b"}}}',
    };
    const inAzure = (value: SettingValue) => {
      if (typeof value === 'string') {
        return value;
      }
      if ('secret' in value) {
        return secrets[value.secret];
      }
      if ('pieces' in value) {
        const late = { logEndpoint: 'https://logs.example', logRuleId: `dcr-${'a'.repeat(32)}` } as const;
        return value.pieces
          .map((piece) => (typeof piece === 'string' ? piece : late[piece.late as keyof typeof late]))
          .join('');
      }
      const late = value.late === 'eventsEndpoint' ? 'https://events.example/api/events' : id;
      return `${value.text ?? ''}${late}${value.textAfter ?? ''}`;
    };
    const environment = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, inAzure(value)]));
    const config = readConfig({ ...environment, WEBSITE_INSTANCE_ID: 'x' });
    expect(config).toMatchObject({ geography: 'europe', isEmulator: false, defaultResource: 'dom-europe' });
    expect(config.storage.credential).toEqual({ kind: 'managedIdentity', clientId: id });
    expect([...config.masterSecrets.keys()].toSorted()).toEqual([1, 2]);
    expect(config.domain).toBe(domain.name);
    expect(config.events?.topic).toEqual({
      endpoint: 'https://events.example/api/events',
      kind: 'domain',
      credential: { kind: 'managedIdentity', clientId: id },
    });
    expect(config.logs).toEqual({
      endpoint: 'https://logs.example',
      ruleId: `dcr-${'a'.repeat(32)}`,
      retentionDays: 30,
      metrics: true,
      purge: {
        workspaceId: `/subscriptions/${id}/resourceGroups/dom-europe/providers/Microsoft.OperationalInsights/workspaces/dom-europe-logs`,
        endpoint: 'https://management.azure.com',
      },
      credential: { kind: 'managedIdentity', clientId: id },
    });
    expect(config.entra?.tenantId).toBe(id);
    expect([...(config.entra?.subjects.manage ?? [])]).toEqual([id]);
    expect(Object.keys(config.world.peers)).toEqual([...geographySlugs]);
    expect(config.hopKey?.type).toBe('private');
    expect(config.callbackKey?.().asymmetricKeyType).toBe('rsa');
    expect(config.world.hosts[plan.defaultHost]).toBe('dom-europe');
  });
});

test('no setting comes near to what Azure is said to take', () => {
  for (const value of Object.values(plan.settings)) {
    expect(String(value).length).toBeLessThan(7_500);
  }
});

test('what may be tuned is what the app takes when nothing is said', () => {
  for (const name of Object.keys(tunableSettings)) {
    expect(read).toContain(name);
  }
});

describe('roles', () => {
  const needed = [
    ...(opened('table').length > 0 ? ['Storage Table Data Contributor'] : []),
    ...(opened('blob').length > 0 ? ['Storage Blob Data Owner'] : []),
    ...(opened('queue').length > 0 ? ['Storage Queue Data Contributor'] : []),
    ...(Object.values(plan.settings).some((value) => typeof value === 'object' && 'secret' in value)
      ? ['Key Vault Secrets User']
      : []),
    ...('APPLICATIONINSIGHTS_AUTHENTICATION_STRING' in plan.settings ? ['Monitoring Metrics Publisher'] : []),
    ...('DOMICILE_EVENTS' in plan.settings ? ['EventGrid Data Sender'] : []),
    ...(JSON.stringify(plan.settings['DOMICILE_LOGS']).includes('purge') ? ['Data Purger'] : []),
  ];

  test('every one that the code needs is given', () => {
    const given = plan.roles.filter(({ principal }) => principal === 'app').map(({ role }) => role);
    expect(given).toEqual(expect.arrayContaining(needed));
  });

  test('any other is on the short list of those that come before their code, with its reason', () => {
    const others = plan.roles.filter(({ role, principal }) => principal === 'app' && !needed.includes(role));
    expect(others.map(({ role }) => role).toSorted()).toEqual(['Web PubSub Service Owner']);
    for (const { isAhead, why } of others) {
      expect(isAhead).toBe(true);
      expect(why.length).toBeGreaterThan(20);
    }
  });

  test('rows are purged only where they name people, and handed over only where there is a workspace', () => {
    const rolesFor = (logWorkspace: string) => {
      const options = { geography: 'europe', subscriptionId: id, tenantId: id, unheardAlerts: true, logWorkspace };
      const { roles, settings } = planStack(readOptions(options), { masterSecretCount: 1, hasHopKey: false });
      const given = roles.filter(({ scope }) => scope === 'logRule' || scope === 'workspace');
      return [...given.map(({ role, scope }) => `${role} on ${scope}`), 'DOMICILE_LOGS' in settings];
    };
    expect(rolesFor('off')).toEqual([false]);
    expect(rolesFor('pseudonymous')).toEqual(['Monitoring Metrics Publisher on logRule', true]);
    expect(rolesFor('raw')).toEqual(['Monitoring Metrics Publisher on logRule', 'Data Purger on workspace', true]);
  });

  test('what delivers events writes down what nobody took, and may do nothing else', () => {
    const roles = plan.roles.filter(({ principal }) => principal === 'events');
    expect(roles.map(({ role, scope }) => `${role} on ${scope}`)).toEqual([
      'Storage Blob Data Contributor on deadLetters',
    ]);
  });

  test('whoever publishes writes packages and may do nothing else', () => {
    const roles = plans.map((each) => each.roles.filter(({ principal }) => principal === 'publisher'));
    expect(roles.map((each) => each.map(({ role, scope }) => `${role} on ${scope}`))).toEqual([
      ['Storage Blob Data Contributor on packages'],
      [],
    ]);
  });

  test('nobody gets a role that may manage something', () => {
    for (const { role } of plan.roles) {
      expect(role).toMatch(/Data|Secrets User|Publisher|Sender|Service Owner/);
    }
  });
});

test('data of another geography, reached or found, wakes somebody', () => {
  const lines: string[] = [];
  const clock = { monotonic: () => 0 };
  const reportFailure = createFailureReport({ clock, write: (line) => lines.push(line), later: () => undefined });
  for (const failure of [new ResidencyBreach('germany', 'europe'), new ForeignData(1, 'europe')]) {
    reportFailure('identity-create', id, failure);
  }
  const [terms = ''] = plan.alerts.flatMap(({ severity, ...alert }) =>
    severity === 1 && alert.kind === 'query' ? (/has_any \(([^)]+)\)/.exec(alert.query)?.[1] ?? []) : [],
  );
  const names = terms.split(', ').map((term) => new RegExp(`\\b${JSON.parse(term)}\\b`));
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(names.some((name) => name.test(line.split('\n')[0] ?? ''))).toBe(true);
  }
});

test('a stack says of itself all that the deployment of code asks for', () => {
  const fieldsOf = (path: string, name: string) => {
    const [, body = ''] = new RegExp(`interface ${name} \\{(.*?)\\n\\}`, 's').exec(readFileSync(path, 'utf8')) ?? [];
    return [...body.matchAll(/^ {2}readonly (\w+): ([^;]+);/gm)].map(([, field, type]) => `${field}: ${type}`);
  };
  const asked = fieldsOf('deploy/cloud.ts', 'StackFacts');
  expect(asked.length).toBeGreaterThan(5);
  expect(fieldsOf('infra/components/geography-stack.ts', 'StackOutputs')).toEqual(expect.arrayContaining(asked));
});

describe('a gateway that submits text messages', () => {
  const gateway = { image: `contoso.azurecr.io/gateway@sha256:${'a'.repeat(64)}`, hostName: 'smtp.example.com' };
  const smpp = { GATEWAY_SMPP_SMSC: 'smpps://smsc.example.com:3550', GATEWAY_SMPP_SYSTEM_ID: 'contoso' };

  test('can be told everything that is no secret and does not follow from the stack', () => {
    const other = ['GATEWAY_SMPP_PASSWORD', 'GATEWAY_SMPP_SECRETS', 'GATEWAY_SMPP_LISTEN'];
    expect([...smppSettings, ...other].toSorted()).toEqual(Object.keys(SmppSettings.shape).toSorted());
  });

  test('starts with what the stack tells it', () => {
    const options = { geography: 'europe', subscriptionId: id, tenantId: id, unheardAlerts: true, gateway, smpp };
    const planned = planStack(readOptions(options), {
      masterSecretCount: 1,
      hasHopKey: false,
      hasCallbackKey: false,
      hasMail: false,
      hasGatewaySecrets: true,
    });
    const secret = Buffer.alloc(32, 1).toString('base64');
    const settings = readGatewaySettings({
      ...planned.gateway?.environment,
      GATEWAY_SECRET: secret,
      GATEWAY_TLS_KEY: 'BEGIN PRIVATE KEY',
      GATEWAY_TLS_CERT: 'BEGIN CERTIFICATE',
      GATEWAY_SMPP_PASSWORD: 'placeholder',
      GATEWAY_SMPP_SECRETS: secret,
    });
    expect(settings.smpp).toMatchObject({
      GATEWAY_SMPP_SMSC: { host: 'smsc.example.com', port: 3_550, isSecure: true },
      GATEWAY_SMPP_LISTEN: { address: '0.0.0.0', port: 8_025, isSecure: true },
    });
    expect(planned.gateway?.ports).toContain(8_025);
  });
});
