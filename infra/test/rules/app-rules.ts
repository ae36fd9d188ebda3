// Rules about the function app and its plan, of PSRule.Rules.Azure and Checkov.
import { absent, exception, lacking, pass, passWhenPrivate, type RuleRow } from './rule-row.js';

const type = 'web:WebApp';
const plan = 'web:AppServicePlan';

const whyNoInstances =
  'Flex Consumption scales to nothing and by itself; `domicile:zoneRedundant` keeps instances in several zones, and they are paid for.';
const whyNoProbe =
  'A plan that scales to nothing has no instance to probe. An availability test calls GET /health instead, and in the private profile an alert sees whether timers still run; the Dedicated plan has the probe.';
const whyNoHttpLogs = 'These logs hold URLs, and the URLs of ACS hold ids and telephone numbers.';
const whyNoPlatformAuth =
  'Callers sign with an access key or bring a token of their own, as with ACS. The platform knows neither; the app checks both.';
const whyPublic =
  'It is an API for everybody who has a key or a token, phones included. The private profile closes it, and publishing with it.';

const https = { type, path: 'httpsOnly', good: true, bad: false };
const tls = { type, path: 'siteConfig.minTlsVersion', good: '1.2', bad: '1.0' };
const closed = { type, path: 'publicNetworkAccess', good: 'Disabled', bad: 'Enabled' };
const http2 = { type, path: 'siteConfig.http20Enabled', good: true, bad: false };
const noDebugging = { type, path: 'siteConfig.remoteDebuggingEnabled', good: false, bad: true };
const identity = { type, path: 'identity.type', good: 'UserAssigned', bad: 'None' };
const noFtp = { type, path: 'siteConfig.ftpsState', good: 'Disabled', bad: 'AllAllowed' };
const probe = { type, path: 'siteConfig.healthCheckPath', good: '/health' };
const zones = { type: plan, path: 'zoneRedundant', good: true };
const instances = {
  type: plan,
  path: 'sku.capacity',
  good: (count: unknown) => typeof count === 'number' && count >= 2,
  compliant: 2,
};
const platformAuth = { type: 'web:WebAppAuthSettingsV2' };
const noWildcard = {
  type,
  path: 'siteConfig.cors.allowedOrigins',
  good: (origins: unknown) => !Array.isArray(origins) || !origins.includes('*'),
  bad: ['*'],
};

export const appRules: readonly RuleRow[] = [
  pass('Azure.AppService.UseHTTPS', 'HTTPS only', https),
  pass('Azure.AppService.MinTLS', 'TLS 1.2', tls),
  pass('Azure.AppService.HTTP2', 'HTTP/2', http2),
  pass('Azure.AppService.RemoteDebug', 'no remote debugging', noDebugging),
  pass('Azure.AppService.ManagedIdentity', 'an identity', identity),
  pass('Azure.AppService.NodeJsVersion', 'a supported Node.js', {
    type,
    path: 'functionAppConfig.runtime.version',
    good: (version: unknown) => ['20', '22', '24'].includes(String(version)),
    bad: '14',
  }),
  pass('Azure.AppService.WebSecureFtp', 'no FTP', noFtp),
  pass('Azure.AppService.ARRAffinity', 'no sticky sessions', {
    type,
    path: 'clientAffinityEnabled',
    good: false,
    bad: true,
  }),
  exception(
    'Azure.AppService.AlwaysOn',
    'always on',
    { type, path: 'siteConfig.alwaysOn', good: true },
    whyNoInstances,
  ),
  exception(
    'Azure.AppService.MinPlan',
    'a Standard plan at least',
    {
      type: plan,
      path: 'sku.tier',
      good: (tier: unknown) => /^(Standard|Premium|Isolated)/.test(String(tier)),
      compliant: 'PremiumV3',
    },
    whyNoInstances,
  ),
  exception('Azure.AppService.PlanInstanceCount', 'two instances', instances, whyNoInstances),
  exception('Azure.AppService.AvailabilityZone', 'instances in several zones', zones, whyNoInstances),
  exception('Azure.AppService.WebProbe', 'a health probe', probe, whyNoProbe),
  exception('Azure.AppService.WebProbePath', 'a path of its own for it', probe, whyNoProbe),
  pass('CKV_AZURE_14', 'HTTPS only', https),
  pass('CKV_AZURE_15', 'TLS 1.2', tls),
  pass('CKV_AZURE_16', 'an identity', identity),
  pass('CKV_AZURE_71', 'an identity', identity),
  exception(
    'CKV_AZURE_17',
    'certificates of clients',
    { type, path: 'clientCertEnabled', good: true },
    'Callers are browsers, phones and SDKs, which sign or bring a token; none has a certificate.',
  ),
  lacking('CKV_AZURE_13', "the platform's own authentication", platformAuth, whyNoPlatformAuth),
  lacking('CKV_AZURE_56', "the platform's own authentication", platformAuth, whyNoPlatformAuth),
  pass('CKV_AZURE_18', 'HTTP/2', http2),
  pass('CKV_AZURE_67', 'HTTP/2', http2),
  pass('CKV_AZURE_57', 'no CORS for everybody', noWildcard),
  pass('CKV_AZURE_62', 'no CORS for everybody', noWildcard),
  exception('CKV_AZURE_63', 'HTTP logs', { type, path: 'siteConfig.httpLoggingEnabled', good: true }, whyNoHttpLogs),
  exception(
    'CKV_AZURE_65',
    'detailed error pages kept',
    { type, path: 'siteConfig.detailedErrorLoggingEnabled', good: true },
    whyNoHttpLogs,
  ),
  exception(
    'CKV_AZURE_66',
    'traces of failed requests',
    { type, path: 'siteConfig.requestTracingEnabled', good: true },
    whyNoHttpLogs,
  ),
  pass('CKV_AZURE_70', 'HTTPS only', https),
  pass('CKV_AZURE_72', 'no remote debugging', noDebugging),
  pass('CKV_AZURE_155', 'no remote debugging', noDebugging),
  pass('CKV_AZURE_78', 'no FTP', noFtp),
  exception(
    'CKV_AZURE_88',
    'an Azure Files share',
    { type, path: 'siteConfig.azureStorageAccounts', good: (value: unknown) => value !== undefined, compliant: {} },
    'A share is mounted with an account key, and keys are off. The app keeps nothing in files.',
  ),
  pass('CKV_AZURE_145', 'TLS 1.2', tls),
  absent('CKV_AZURE_153', 'HTTPS only for slots', { type: 'web:WebAppSlot' }, 'There are no slots.'),
  exception(
    'CKV_AZURE_159',
    'built-in logging',
    {
      type,
      path: 'siteConfig.appSettings',
      good: (settings: unknown) => JSON.stringify(settings).includes('AzureWebJobsDashboard'),
      compliant: [{ name: 'AzureWebJobsDashboard', value: 'x' }],
    },
    'It wants a connection string with an account key. Application Insights takes its place, by identity.',
  ),
  exception('CKV_AZURE_212', 'two instances', instances, whyNoInstances),
  exception('CKV_AZURE_225', 'instances in several zones', zones, whyNoInstances),
  exception('CKV_AZURE_213', 'a health probe', probe, whyNoProbe),
  passWhenPrivate('CKV_AZURE_221', 'no public access', closed, whyPublic),
  passWhenPrivate('CKV_AZURE_222', 'no public access', closed, whyPublic),
];
