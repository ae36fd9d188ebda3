// Stacks as tests want them: the files of this folder, with an option or two changed.
import { fileURLToPath } from 'node:url';
import { type RecordedStack, recordStack } from '../render/record-stack.js';
import type { RecordedResource } from '../render/recorded-resource.js';
import { readStackFile } from '../render/stack-file.js';

export const infraFolder = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

export const certificateVaultId =
  '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/certificates/providers/Microsoft.KeyVault/vaults/wildcards';

/** Everything that is optional, switched on. */
export const everything = {
  webPubSub: true,
  logWorkspace: 'raw',
  eventWebhook: 'https://events.example.com/hook',
  alertEmails: ['operator@example.com'],
  alertWebhooks: ['https://alerts.example.com/hook-of-operators'],
  corsOrigins: ['https://app.example.com'],
  domain: { name: 'chat.example.com', certificateVaultId, certificateName: 'wildcard' },
} as const;

/** What a stack with a gateway has beside that. */
export const withGateway = {
  gateway: { image: `contoso.azurecr.io/domicile-gateway@sha256:${'a'.repeat(64)}`, hostName: 'smtp.example.com' },
  gatewaySecrets: 'placeholder-newest,placeholder-older',
  sms: 'placeholder',
  smsSecrets: 'placeholder',
  gatewayTls: 'placeholder-tls',
};

/** And one whose gateway submits text messages. */
export const withTexts = {
  ...withGateway,
  smpp: { GATEWAY_SMPP_SMSC: 'smpps://smsc.example.com:3550', GATEWAY_SMPP_SYSTEM_ID: 'contoso' },
  smsSecrets: 'placeholder-texts',
  smppPassword: 'placeholder-password',
};

export function configurationOf(
  stackName: string,
  options: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
  const changed = Object.entries(options).map(([name, value]) => [
    `domicile:${name}`,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return { ...readStackFile(infraFolder, stackName), ...(Object.fromEntries(changed) as Record<string, string>) };
}

export async function record(
  stackName: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<RecordedStack> {
  // Pulumi keeps a stack trace with each of its thousands of promises.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await recordStack(stackName, configurationOf(stackName, options));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** @throws {Error} when there is not exactly one */
export function only(resources: readonly RecordedResource[], type: string, name?: string): RecordedResource {
  const found = resources.filter(
    (each) => each.type === `azure-native:${type}` && (name === undefined || each.name === name),
  );
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`${found.length} resources are a ${type} ${name ?? ''}.`);
  }
  return first;
}
