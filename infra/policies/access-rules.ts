// Who gets in: identities of Entra ID only, over TLS, and no secret lies in a setting.
import { at, deviations, listAt } from './read-props.js';
import { resourceRule } from './resource-rule.js';

export const noSharedKeys = resourceRule({
  name: 'no-shared-keys',
  why: 'Whoever has an account key reads everything and leaves no trace of who it was.',
  checks: {
    'storage:StorageAccount': (props) =>
      deviations(props, {
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        isLocalUserEnabled: false,
        defaultToOAuthAuthentication: true,
      }),
    'storage:BlobContainer': (props) => deviations(props, { publicAccess: 'None' }),
    'web:WebAppFtpAllowed': (props) => deviations(props, { allow: false }),
    'web:WebAppScmAllowed': (props) => deviations(props, { allow: false }),
  },
});

export const noLocalAuth = resourceRule({
  name: 'no-local-auth',
  why: 'Keys of a service are shared secrets; identities are not.',
  checks: {
    'eventgrid:Domain': (props) => deviations(props, { disableLocalAuth: true }),
    'operationalinsights:Workspace': (props) => deviations(props, { 'features.disableLocalAuth': true }),
    'applicationinsights:Component': (props) => deviations(props, { disableLocalAuth: true }),
    'webpubsub:WebPubSub': (props) => deviations(props, { disableLocalAuth: true, disableAadAuth: false }),
    'keyvault:Vault': (props) => deviations(props, { 'properties.enableRbacAuthorization': true }),
  },
});

/** Settings that may name a key only by a reference to the vault; how mail leaves comes with the passwords of relays. */
const secretSetting =
  /(SECRET|(TOKEN|HOP|CALLBACK)_KEY|PASSWORD|CONNECTIONSTRING|CONNECTION_STRING|ACCOUNTKEY|SAS|^DOMICILE_(MAIL|SMS))S?$/i;
const notSecret = new Set([
  // Says where Application Insights is; with keys off, what it holds opens nothing.
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  // Public keys.
  'DOMICILE_RETIRED_TOKEN_KEYS',
  'DOMICILE_RETIRED_CALLBACK_KEYS',
]);
const looksSecret = /(AccountKey|SharedAccessKey|sig|sv)=|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

export const noSecretsInSettings = resourceRule({
  name: 'no-secrets-in-settings',
  why: 'Settings are shown to everybody who may read the app; secrets are references to the key vault.',
  checks: {
    'web:WebApp': (props) =>
      listAt(props, 'siteConfig.appSettings').flatMap((setting) => {
        const name = String(at(setting, 'name'));
        const value = String(at(setting, 'value'));
        const isReference = value.startsWith('@Microsoft.KeyVault(');
        const isSecret = name === 'AzureWebJobsStorage' || looksSecret.test(value) || secretSetting.test(name);
        return isSecret && !isReference && !notSecret.has(name) ? [`The setting ${name} holds a secret`] : [];
      }),
  },
});

export const transportIsEncrypted = resourceRule({
  name: 'transport-is-encrypted',
  why: 'What is on its way must be readable by nobody.',
  checks: {
    'storage:StorageAccount': (props) =>
      deviations(props, { enableHttpsTrafficOnly: true, minimumTlsVersion: 'TLS1_2' }),
    'web:WebApp': (props) =>
      deviations(props, { httpsOnly: true, 'siteConfig.minTlsVersion': '1.2', 'siteConfig.ftpsState': 'Disabled' }),
    'eventgrid:Domain': (props) => deviations(props, { minimumTlsVersionAllowed: '1.2' }),
  },
});
