// Rules about places, names, roles and the way in, of PSRule.Rules.Azure and Checkov.
import { at } from '../../policies/read-props.js';
import { geographyOf } from '../../../shared/geography/catalogue.js';
import { absent, exception, lacking, pass, passWhenPrivate, type RuleRow } from './rule-row.js';

const profile = 'cdn:Profile';
const origins = 'cdn:AFDOriginGroup';
const tags = { type: 'storage:StorageAccount', path: 'tags.product', good: 'domicile', bad: undefined };
const global = { stack: 'global' as const };
const firewall = { ...global, type: 'network:WebApplicationFirewallPolicy' };
const whyNoFirewall =
  'A firewall reads bodies at the edge, wherever that is, and logs what it found. The app limits sizes and rates itself.';
const noFirewall = 'There is no web application firewall; see CKV_AZURE_121.';
const trafficManager = { ...global, type: 'trafficmanager:Profile' };
const noTrafficManager =
  'Where a user is says nothing about where a resource is at home, so no name is resolved by the place of the caller.';

export const placeRules: readonly RuleRow[] = [
  pass('Azure.Resource.AllowedRegions', 'allowed regions only', {
    type: 'storage:StorageAccount',
    path: 'location',
    good: (location: unknown) => geographyOf('europe').regions.includes(String(location)),
    bad: 'polandcentral',
  }),
  pass('Azure.Resource.UseTags', 'tags', tags),
  pass('Azure.Resource.RequiredTags', 'tags', tags),
  pass('Azure.Group.RequiredTags', 'tags', { ...tags, type: 'resources:ResourceGroup' }),
  pass('Azure.RBAC.UseRGDelegation', 'no roles on the whole subscription', {
    type: 'authorization:RoleAssignment',
    path: 'scope',
    good: (scope: unknown) => String(scope).includes('/resourceGroups/'),
    bad: '/subscriptions/00000000-0000-0000-0000-000000000000',
  }),
  passWhenPrivate(
    'Azure.VNET.UseNSGs',
    'rules for every subnet',
    {
      type: 'network:VirtualNetwork',
      path: 'subnets',
      good: (subnets: unknown) =>
        Array.isArray(subnets) && subnets.every((subnet) => at(subnet, 'networkSecurityGroup.id') !== undefined),
      bad: [{ name: 'app' }],
    },
    'In the public profile there is no network of ours.',
  ),
  pass('Azure.Identity.UserAssignedName', 'a valid name', {
    type: 'managedidentity:UserAssignedIdentity',
    path: 'resourceName',
    good: (name: unknown) => /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/.test(String(name)),
    bad: '-',
  }),
  lacking(
    'Azure.FrontDoor.Logs',
    'access logs',
    { ...global, type: 'monitor:DiagnosticSetting' },
    'One profile serves all geographies, so its logs would gather addresses of callers and ids of all of them in one place.',
  ),
  pass('Azure.FrontDoor.ManagedIdentity', 'an identity', {
    type: profile,
    path: 'identity.type',
    good: 'SystemAssigned',
    bad: 'None',
  }),
  pass('Azure.FrontDoor.Probe', 'a health probe', {
    type: origins,
    path: 'healthProbeSettings.probeProtocol',
    good: 'Https',
    bad: undefined,
  }),
  exception(
    'Azure.FrontDoor.ProbeMethod',
    'a probe by HEAD',
    { type: origins, path: 'healthProbeSettings.probeRequestType', good: 'HEAD' },
    'GET /health is what the app answers; its answer has a hundred bytes.',
  ),
  pass('Azure.FrontDoor.ProbePath', 'a path of its own for it', {
    type: origins,
    path: 'healthProbeSettings.probePath',
    good: '/health',
    bad: '/',
  }),
  exception(
    'Azure.FrontDoor.UseCaching',
    'caching',
    {
      type: 'cdn:Route',
      path: 'cacheConfiguration',
      good: (cache: unknown) => cache !== undefined,
      compliant: { queryStringCachingBehavior: 'UseQueryString' },
    },
    'A cache keeps answers, which are personal data, at edges all over the world.',
  ),
  lacking(
    'Azure.FrontDoor.UseWAF',
    'a web application firewall',
    { ...global, type: 'cdn:SecurityPolicy' },
    whyNoFirewall,
  ),
  absent('Azure.FrontDoorWAF.Enabled', 'the firewall on', firewall, noFirewall),
  absent('Azure.FrontDoorWAF.PreventionMode', 'the firewall preventing', firewall, noFirewall),
  absent('Azure.FrontDoorWAF.RuleGroups', 'its rules', firewall, noFirewall),
  absent('Azure.FrontDoorWAF.Exclusions', 'no exceptions from its rules', firewall, noFirewall),
  lacking('CKV_AZURE_121', 'a web application firewall', { ...global, type: 'cdn:SecurityPolicy' }, whyNoFirewall),
  absent('CKV_AZURE_123', 'the firewall preventing', firewall, noFirewall),
  absent('CKV_AZURE_133', 'a rule of the firewall', firewall, noFirewall),
  absent('Azure.TrafficManager.Endpoints', 'two endpoints', trafficManager, noTrafficManager),
  absent('Azure.TrafficManager.Protocol', 'probes by HTTPS', trafficManager, noTrafficManager),
];
