// The secrets of a geography. They stand encrypted in the stack's configuration and go into the key vault; nobody makes
// them up here, as a new one in every run would lock everybody out.
import type { GatewaySecrets } from '../plan/gateway.js';
import type { SecretValues } from '../plan/settings.js';

export interface StackSecrets {
  /** How many versions of the master secret there are. */
  readonly masterSecretCount: number;
  readonly hasHopKey: boolean;
  readonly hasCallbackKey: boolean;
  readonly hasMail: boolean;
  readonly mailMegabytes: number | undefined;
  readonly hasGatewaySecrets: boolean;
  readonly hasSms: boolean;
  readonly hasSmsSecrets: boolean;
  readonly values: SecretValues;
  /** What the gateway gets, when there is all of it. */
  readonly gateway: GatewaySecrets | undefined;
}

const makeP256Key = (name: string) =>
  `openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -outform DER | base64 | tr -d '\\n' | pulumi config set --secret domicile:${name}`;

const howToMake = {
  masterSecrets: `pulumi config set --secret --path 'domicile:masterSecrets[0]' "$(openssl rand -base64 32)"`,
  tokenKey: makeP256Key('tokenKey'),
};
export const howToMakeHopKey = makeP256Key('hopKey');
export const howToMakeGateway = `pulumi config set --secret domicile:gatewaySecrets "$(openssl rand -base64 32)" && cat key.pem chain.pem | pulumi config set --secret domicile:gatewayTls`;
export const howToMakeTexts = `pulumi config set --secret domicile:smsSecrets "$(openssl rand -base64 32)" && pulumi config set --secret domicile:smppPassword <password>`;

/**
 * @param given `masterSecrets`: JSON list of secrets in base64, the oldest first; place and version are the same
 * @throws {Error} that never shows a value
 */
export function readSecrets(given: {
  readonly masterSecrets: string | undefined;
  readonly tokenKey: string | undefined;
  readonly hopKey?: string | undefined;
  readonly callbackKey?: string | undefined;
  readonly mail?: string | undefined;
  readonly gatewaySecrets?: string | undefined;
  readonly gatewayTls?: string | undefined;
  readonly sms?: string | undefined;
  readonly smsSecrets?: string | undefined;
  readonly smppPassword?: string | undefined;
}): StackSecrets {
  const problems: string[] = [];
  const masterSecrets = masterSecretsOf(given.masterSecrets);
  if (masterSecrets === undefined) {
    problems.push(
      `domicile:masterSecrets needs a list of at least 32 random bytes each, as base64: ${howToMake.masterSecrets}`,
    );
  }
  if (!given.tokenKey) {
    problems.push(`domicile:tokenKey needs a P-256 private key: ${howToMake.tokenKey}`);
  }
  if (masterSecrets === undefined || !given.tokenKey) {
    throw new Error(`Nothing was changed. Secrets are missing in this stack:\n  ${problems.join('\n  ')}`);
  }
  const current = masterSecrets[masterSecrets.length - 1];
  const retired = masterSecrets.slice(0, -1).map((secret, n) => `${n + 1}:${secret}`);
  return {
    masterSecretCount: masterSecrets.length,
    hasHopKey: Boolean(given.hopKey),
    hasCallbackKey: Boolean(given.callbackKey),
    hasMail: Boolean(given.mail),
    mailMegabytes: megabytesOf(given.mail),
    hasGatewaySecrets: Boolean(given.gatewaySecrets),
    hasSms: Boolean(given.sms),
    hasSmsSecrets: Boolean(given.smsSecrets),
    gateway:
      given.gatewaySecrets && given.gatewayTls
        ? { secrets: given.gatewaySecrets, tls: given.gatewayTls, smpp: smppOf(given) }
        : undefined,
    values: {
      ...(current !== undefined && { 'master-secret': current }),
      ...(retired.length > 0 && { 'retired-master-secrets': retired.join(',') }),
      'token-key': given.tokenKey,
      ...(given.hopKey && { 'hop-key': given.hopKey }),
      ...(given.callbackKey && { 'callback-key': given.callbackKey }),
      ...(given.mail && { mail: given.mail }),
      ...(given.gatewaySecrets && { 'gateway-secrets': given.gatewaySecrets }),
      ...(given.sms && { sms: given.sms }),
      ...(given.smsSecrets && { 'sms-secrets': given.smsSecrets }),
    },
  };
}

function smppOf({
  smppPassword: password,
  smsSecrets: secrets,
}: {
  readonly smppPassword?: string | undefined;
  readonly smsSecrets?: string | undefined;
}): GatewaySecrets['smpp'] {
  return password && secrets ? { password, secrets } : undefined;
}

/** What the gateway has to know of the mail settings too; whether they are right the app says when it starts. */
function megabytesOf(mail: string | undefined): number | undefined {
  try {
    const { maxMegabytes } = JSON.parse(mail ?? '{}') as { readonly maxMegabytes?: unknown };
    return Number.isInteger(maxMegabytes) ? Number(maxMegabytes) : undefined;
  } catch {
    return undefined;
  }
}

function masterSecretsOf(json: string | undefined): readonly string[] | undefined {
  try {
    const list = JSON.parse(json ?? '[]') as unknown;
    return Array.isArray(list) && list.length > 0 && list.every(isMasterSecret) ? list : undefined;
  } catch {
    return undefined;
  }
}

function isMasterSecret(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(value) && Buffer.from(value, 'base64').length >= 32;
}
