// Rules about Event Grid, Key Vault, Azure Monitor and Web PubSub, of PSRule.Rules.Azure and Checkov.
import { absent, exception, lacking, pass, passWhenPrivate, type RuleRow } from './rule-row.js';

const events = 'eventgrid:Domain';
const vault = 'keyvault:Vault';
const workspace = 'operationalinsights:Workspace';
const insights = 'applicationinsights:Component';
const pubSub = 'webpubsub:WebPubSub';

const whyOpen =
  'Without a virtual network the app reaches it over the public endpoint, by its identity only. The private profile closes it.';
const noTopic = 'Events go to a domain, in which each resource is a topic.';

const matches = (pattern: RegExp) => (name: unknown) => pattern.test(String(name));
const eventsIdentity = { type: events, path: 'identity.type', good: 'UserAssigned', bad: 'None' };
const eventsKeysOff = { type: events, path: 'disableLocalAuth', good: true, bad: false };
const eventsClosed = { type: events, path: 'publicNetworkAccess', good: 'Disabled', bad: 'Enabled' };
const vaultSoftDelete = { type: vault, path: 'properties.enableSoftDelete', good: true, bad: false };
const vaultPurge = { type: vault, path: 'properties.enablePurgeProtection', good: true, bad: undefined };
const vaultDenied = { type: vault, path: 'properties.networkAcls.defaultAction', good: 'Deny', bad: 'Allow' };
const vaultClosed = { type: vault, path: 'properties.publicNetworkAccess', good: 'Disabled', bad: 'Enabled' };
const topic = { type: 'eventgrid:Topic' };
const key = { type: 'keyvault:Key' };
const noKeys = 'The vault holds secrets, no keys.';
const workspaceName = {
  type: workspace,
  path: 'workspaceName',
  good: matches(/^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/),
  bad: '-',
};
const insightsName = { type: insights, path: 'resourceName', good: matches(/^[A-Za-z0-9._()-]{1,255}$/), bad: 'a/b' };
const pubSubIdentity = { type: pubSub, path: 'identity.type', good: 'SystemAssigned', bad: 'None' };
const pubSubSla = { type: pubSub, path: 'sku.name', good: 'Standard_S1', bad: 'Free_F1' };

export const serviceRules: readonly RuleRow[] = [
  pass('Azure.EventGrid.DisableLocalAuth', 'keys off', eventsKeysOff),
  pass('Azure.EventGrid.ManagedIdentity', 'an identity', eventsIdentity),
  absent('Azure.EventGrid.TopicTLS', 'TLS 1.2 for topics', topic, noTopic),
  absent('Azure.EventGrid.TopicPublicAccess', 'no public access for topics', topic, noTopic),
  pass('Azure.EventGrid.DomainTLS', 'TLS 1.2', {
    type: events,
    path: 'minimumTlsVersionAllowed',
    good: '1.2',
    bad: '1.0',
  }),
  absent(
    'Azure.EventGrid.NamespaceTLS',
    'TLS 1.2 for namespaces',
    { type: 'eventgrid:Namespace' },
    'There are no namespaces.',
  ),
  absent('Azure.EventGrid.TopicNaming', 'names of topics', topic, noTopic),
  absent(
    'Azure.EventGrid.SystemTopicNaming',
    'names of system topics',
    { type: 'eventgrid:SystemTopic' },
    'There are no system topics: nothing pins those to a region.',
  ),
  absent('CKV_AZURE_191', 'an identity for topics', topic, noTopic),
  absent('CKV_AZURE_192', 'keys off for topics', topic, noTopic),
  absent('CKV_AZURE_193', 'no public access for topics', topic, noTopic),
  passWhenPrivate('CKV_AZURE_106', 'no public access', eventsClosed, whyOpen),
  pass('CKV_AZURE_194', 'an identity', eventsIdentity),
  pass('CKV_AZURE_195', 'keys off', eventsKeysOff),
  pass('Azure.KeyVault.SoftDelete', 'soft delete', vaultSoftDelete),
  pass('Azure.KeyVault.PurgeProtect', 'purge protection', vaultPurge),
  pass('Azure.KeyVault.RBAC', 'roles instead of policies', {
    type: vault,
    path: 'properties.enableRbacAuthorization',
    good: true,
    bad: false,
  }),
  pass('Azure.KeyVault.AccessPolicy', 'no more than needed', {
    type: vault,
    path: 'properties.accessPolicies',
    good: undefined,
    bad: [{ permissions: { secrets: ['all'] } }],
  }),
  passWhenPrivate('Azure.KeyVault.Firewall', 'deny by default', vaultDenied, whyOpen),
  pass('Azure.KeyVault.Logs', 'audit logs', {
    type: 'monitor:DiagnosticSetting',
    path: 'logs',
    good: [{ categoryGroup: 'audit', enabled: true }],
    bad: [],
  }),
  absent('Azure.KeyVault.AutoRotationPolicy', 'keys that rotate by themselves', key, noKeys),
  pass('Azure.KeyVault.Name', 'a valid name', {
    type: vault,
    path: 'vaultName',
    good: matches(/^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/),
    bad: '1-vault',
  }),
  pass('Azure.KeyVault.SecretName', 'a valid name', {
    type: 'keyvault:Secret',
    path: 'secretName',
    good: matches(/^[A-Za-z0-9-]{1,127}$/),
    bad: 'a_b',
  }),
  absent('Azure.KeyVault.KeyName', 'valid names of keys', key, noKeys),
  pass('CKV_AZURE_42', 'recoverable', vaultPurge),
  passWhenPrivate('CKV_AZURE_109', 'deny by default', vaultDenied, whyOpen),
  pass('CKV_AZURE_110', 'purge protection', vaultPurge),
  pass('CKV_AZURE_111', 'soft delete', vaultSoftDelete),
  passWhenPrivate('CKV_AZURE_189', 'no public access', vaultClosed, whyOpen),
  exception(
    'CKV_AZURE_41',
    'secrets that end',
    {
      type: 'keyvault:Secret',
      path: 'properties.attributes.expires',
      good: (at: unknown) => at !== undefined,
      compliant: 1,
    },
    'All access keys follow from the master secret. On the day it ended nobody could sign in; rotate it on purpose (docs/deploy.md).',
  ),
  pass('CKV_AZURE_114', 'a content type', {
    type: 'keyvault:Secret',
    path: 'properties.contentType',
    good: 'text/plain',
    bad: undefined,
  }),
  lacking(
    'CKV_AZURE_87',
    'Defender for Key Vault',
    { type: 'security:Pricing' },
    'Defender is bought for a whole subscription, not for a stack.',
  ),
  pass('Azure.Log.ReplicaLocation', 'a replica only where allowed', {
    type: workspace,
    path: 'replication',
    good: undefined,
    bad: { enabled: true, location: 'southcentralus' },
  }),
  exception(
    'Azure.Log.Replication',
    'a replica of the workspace',
    { type: workspace, path: 'replication.enabled', good: true },
    'A replica is a copy of all logs in another region.',
  ),
  pass('Azure.Log.Name', 'a valid name', workspaceName),
  pass('Azure.Log.Naming', 'a name after a pattern', workspaceName),
  pass('Azure.AppInsights.LocalAuth', 'keys off', { type: insights, path: 'disableLocalAuth', good: true, bad: false }),
  pass('Azure.AppInsights.Workspace', 'based on a workspace', {
    type: insights,
    path: 'workspaceResourceId',
    good: matches(/\/workspaces\//),
    bad: undefined,
  }),
  pass('Azure.AppInsights.Name', 'a valid name', insightsName),
  pass('Azure.AppInsights.Naming', 'a name after a pattern', insightsName),
  pass('CKV_AZURE_175', 'a sku with an SLA', pubSubSla),
  pass('CKV_AZURE_176', 'an identity', pubSubIdentity),
  pass('Azure.SignalR.ManagedIdentity', 'an identity', pubSubIdentity),
  pass('Azure.SignalR.SLA', 'a sku with an SLA', pubSubSla),
  pass('Azure.SignalR.Name', 'a valid name', {
    type: pubSub,
    path: 'resourceName',
    good: matches(/^[A-Za-z][A-Za-z0-9-]{1,61}[A-Za-z0-9]$/),
    bad: '1',
  }),
];
