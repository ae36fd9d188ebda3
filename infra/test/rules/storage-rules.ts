// Rules about storage accounts, of PSRule.Rules.Azure and Checkov.
import { absent, exception, lacking, pass, passWhenPrivate, type RuleRow } from './rule-row.js';

const type = 'storage:StorageAccount';
const blobService = 'storage:BlobServiceProperties';

const whyNoSoftDelete =
  'Deleted means gone. With soft delete a deleted blob is only hidden for days, and no lifecycle rule touches it.';
const whyOpen =
  'A plan without a virtual network reaches its storage over the public endpoint, by its identity only: keys and anonymous access are off. The private profile closes it.';
const whyNoAccessLogs =
  'Logs of requests hold names of blobs, keys of rows and addresses of callers, for thirty days longer than the data itself.';
const whyNoScan =
  'Defender reads all content and keeps findings elsewhere. Switch it on for the subscription if your rules demand it, and say so to your data-protection officer.';

const https = { type, path: 'enableHttpsTrafficOnly', good: true, bad: false };
const tls = { type, path: 'minimumTlsVersion', good: 'TLS1_2', bad: 'TLS1_0' };
const noPublicBlobs = { type, path: 'allowBlobPublicAccess', good: false, bad: true };
const privateContainers = { type: 'storage:BlobContainer', path: 'publicAccess', good: 'None', bad: 'Blob' };
const noKeys = { type, path: 'allowSharedKeyAccess', good: false, bad: undefined };
const denied = { type, path: 'networkRuleSet.defaultAction', good: 'Deny', bad: 'Allow' };
const closed = { type, path: 'publicNetworkAccess', good: 'Disabled', bad: 'Enabled' };
const softDelete = { type: blobService, path: 'deleteRetentionPolicy.enabled', good: true };
const accountName = {
  type,
  path: 'accountName',
  good: (name: unknown) => /^[a-z0-9]{3,24}$/.test(String(name)),
  bad: 'Not_A_Name',
};
const loggingOf = (service: string) => ({
  type: 'monitor:DiagnosticSetting',
  is: ({ resourceUri }: Readonly<Record<string, unknown>>) => String(resourceUri).includes(`${service}Services`),
  example: { resourceUri: `/x/${service}Services/default` },
});

export const storageRules: readonly RuleRow[] = [
  pass('Azure.Storage.SecureTransfer', 'HTTPS only', https),
  pass('Azure.Storage.MinTLS', 'TLS 1.2', tls),
  pass('Azure.Storage.BlobPublicAccess', 'no anonymous access', noPublicBlobs),
  pass('Azure.Storage.BlobAccessType', 'private containers', privateContainers),
  pass('Azure.Storage.LocalAuth', 'account keys off', noKeys),
  passWhenPrivate('Azure.Storage.Firewall', 'deny by default', denied, whyOpen),
  exception('Azure.Storage.SoftDelete', 'soft delete of blobs', softDelete, whyNoSoftDelete),
  exception(
    'Azure.Storage.ContainerSoftDelete',
    'soft delete of containers',
    { type: blobService, path: 'containerDeleteRetentionPolicy.enabled', good: true },
    whyNoSoftDelete,
  ),
  absent(
    'Azure.Storage.FileShareSoftDelete',
    'soft delete of file shares',
    { type: 'storage:FileShare' },
    'There are no file shares.',
  ),
  pass('Azure.Storage.UseReplication', 'more than one copy in one place', {
    type,
    path: 'sku.name',
    good: 'Standard_ZRS',
    bad: 'Standard_LRS',
  }),
  lacking('Azure.Storage.DefenderCloud', 'Defender for Storage', { type: 'security:DefenderForStorage' }, whyNoScan),
  lacking(
    'Azure.Storage.Defender.MalwareScan',
    'scans of uploaded blobs',
    { type: 'security:DefenderForStorage' },
    whyNoScan,
  ),
  pass('Azure.Storage.Name', 'a valid name', accountName),
  pass('Azure.Storage.Naming', 'a name after a pattern', accountName),
  pass('CKV_AZURE_3', 'HTTPS only', https),
  lacking('CKV_AZURE_33', 'logs of queue requests', loggingOf('queue'), whyNoAccessLogs),
  pass('CKV_AZURE_34', 'private containers', privateContainers),
  passWhenPrivate('CKV_AZURE_35', 'deny by default', denied, whyOpen),
  pass('CKV_AZURE_36', 'trusted services let through', {
    type,
    path: 'networkRuleSet.bypass',
    good: 'AzureServices',
    bad: 'None',
  }),
  pass('CKV_AZURE_43', 'a valid name', accountName),
  pass('CKV_AZURE_44', 'TLS 1.2', tls),
  passWhenPrivate('CKV_AZURE_59', 'no public access', closed, whyOpen),
  pass('CKV_AZURE_190', 'blobs not public', noPublicBlobs),
  exception(
    'CKV_AZURE_206',
    'geo-redundant storage',
    { type, path: 'sku.name', good: (sku: unknown) => /_(RA)?G(Z)?RS$/.test(String(sku)), compliant: 'Standard_GRS' },
    'Geo-redundant storage copies everything to the paired region, which for Brazil is in the United States. Three copies lie in three zones of one region.',
  ),
  pass('CKV_AZURE_244', 'no local users', { type, path: 'isLocalUserEnabled', good: false, bad: true }),
  exception(
    'CKV2_AZURE_1',
    'keys of your own for encryption',
    { type, path: 'encryption.keySource', good: 'Microsoft.Keyvault' },
    'All is encrypted twice with keys of Microsoft. A key of your own protects against nobody who can act as the app, and losing it loses everything.',
  ),
  lacking('CKV2_AZURE_20', 'logs of table requests', loggingOf('table'), whyNoAccessLogs),
  lacking('CKV2_AZURE_21', 'logs of blob requests', loggingOf('blob'), whyNoAccessLogs),
  passWhenPrivate(
    'CKV2_AZURE_33',
    'a private endpoint',
    {
      type: 'network:PrivateEndpoint',
      path: 'privateLinkServiceConnections',
      good: (list: unknown) => Array.isArray(list) && list.length > 0,
      bad: [],
    },
    whyOpen,
  ),
  exception('CKV2_AZURE_38', 'soft delete of blobs', softDelete, whyNoSoftDelete),
  pass('CKV2_AZURE_40', 'account keys off', noKeys),
  pass('CKV2_AZURE_41', 'an end for signed addresses', {
    type,
    path: 'sasPolicy.sasExpirationPeriod',
    good: '00.01:00:00',
    bad: undefined,
  }),
  pass('CKV2_AZURE_47', 'no anonymous access', noPublicBlobs),
];
