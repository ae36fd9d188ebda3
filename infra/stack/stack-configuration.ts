// What stands in a stack's configuration, and in the environment for the two ids that all stacks share.
import { readSecrets, type StackSecrets } from './stack-secrets.js';

const own = 'domicile:';
/** Names of the secrets that a stack can do without. */
export const optionalSecrets: readonly string[] = [
  'hopKey',
  'callbackKey',
  'mail',
  'gatewaySecrets',
  'gatewayTls',
  'sms',
  'smsSecrets',
  'smppPassword',
];
const secretNames = ['masterSecrets', 'tokenKey', ...optionalSecrets];
/** Where Pulumi keeps the state of the stack: for the deployment, which logs in there. */
const stateName = 'state';

export interface StackConfiguration {
  /** `global` for the stack that belongs to no geography. */
  readonly isGlobal: boolean;
  readonly options: Readonly<Record<string, unknown>>;
  /** @throws {Error} that says what is missing and how to make it */
  secrets(): StackSecrets;
}

/** @param all the configuration by its full keys, such as `domicile:region`; secrets in plain, as Pulumi hands them over */
export function readConfiguration(
  all: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): StackConfiguration {
  const entries = Object.entries(all).flatMap(([key, value]) =>
    key.startsWith(own) ? [[key.slice(own.length), value] as const] : [],
  );
  const { kind, ...given } = Object.fromEntries(
    entries.filter(([name]) => ![...secretNames, stateName].includes(name)),
  );
  const isGlobal = kind === 'global';
  const shared = {
    subscriptionId: all['azure-native:subscriptionId'] ?? environment['ARM_SUBSCRIPTION_ID'],
    ...(!isGlobal && { tenantId: all['azure-native:tenantId'] ?? environment['ARM_TENANT_ID'] }),
  };
  return {
    isGlobal,
    options: { ...shared, ...given },
    secrets: () =>
      readSecrets({
        masterSecrets: all[`${own}masterSecrets`],
        tokenKey: all[`${own}tokenKey`],
        hopKey: all[`${own}hopKey`],
        callbackKey: all[`${own}callbackKey`],
        mail: all[`${own}mail`],
        gatewaySecrets: all[`${own}gatewaySecrets`],
        gatewayTls: all[`${own}gatewayTls`],
        sms: all[`${own}sms`],
        smsSecrets: all[`${own}smsSecrets`],
        smppPassword: all[`${own}smppPassword`],
      }),
  };
}
