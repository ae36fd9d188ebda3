// The configuration of a stack as its file in this folder says it; what the file leaves to the deployer is filled with
// placeholders, so that a stack can be shown before there is a subscription or a secret.
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { optionalSecrets } from '../stack/stack-configuration.js';

const noId = '00000000-0000-0000-0000-000000000000';
const noSecret = Buffer.alloc(32).toString('base64');
const noHook = 'https://alerts.invalid/hook';
const alertOptions = ['domicile:alertEmails', 'domicile:alertWebhooks', 'domicile:unheardAlerts'];
const noReceiver = { 'domicile:alertEmails': JSON.stringify(['operator@alerts.invalid']) };
const secretKeys = optionalSecrets.map((name) => `domicile:${name}`);
const placeholders: Readonly<Record<string, string>> = {
  'azure-native:subscriptionId': noId,
  'azure-native:tenantId': noId,
  'domicile:masterSecrets': JSON.stringify([noSecret]),
  'domicile:tokenKey': 'placeholder',
};

/** @throws {Error} when there is no such stack */
export function readStackFile(folder: string, stackName: string): Record<string, string> {
  const { config = {} } = load(readText(`${folder}/Pulumi.${stackName}.yaml`, stackName)) as {
    readonly config?: Readonly<Record<string, unknown>>;
  };
  const hasAlerts = 'domicile:geography' in config;
  const lacksReceiver = hasAlerts && !alertOptions.some((name) => name in config);
  const shown = Object.entries(config).flatMap(([key, value]) => {
    if (!isEncrypted(value)) {
      return [[key, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
    }
    if (key === 'domicile:alertWebhooks') {
      return [[key, JSON.stringify([noHook])]];
    }
    // There are as many master secrets as in the file, as their number is the version.
    if (Array.isArray(value)) {
      return [[key, JSON.stringify(value.map(() => noSecret))]];
    }
    return secretKeys.includes(key) ? [[key, 'placeholder']] : [];
  });
  return {
    ...placeholders,
    ...(lacksReceiver && noReceiver),
    ...(Object.fromEntries(shown) as Record<string, string>),
  };
}

function readText(path: string, stackName: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Error(`There is no stack "${stackName}": ${path} is missing.`);
  }
}

/** As Pulumi writes secrets: `secure: …`, alone or in a list. */
function isEncrypted(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.some(isEncrypted);
  }
  return typeof value === 'object' && value !== null && 'secure' in value;
}
