// The secrets of a geography. They stand encrypted in the stack's configuration and go into the key vault; nobody makes
// them up here, as a new one in every run would lock everybody out.
import type { SecretValues } from '../plan/settings.js';

export interface StackSecrets {
  /** How many versions of the master secret there are. */
  readonly masterSecretCount: number;
  readonly hasHopKey: boolean;
  readonly hasCallbackKey: boolean;
  readonly values: SecretValues;
}

const makeP256Key = (name: string) =>
  `openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -outform DER | base64 | tr -d '\\n' | pulumi config set --secret domicile:${name}`;

const howToMake = {
  masterSecrets: `pulumi config set --secret --path 'domicile:masterSecrets[0]' "$(openssl rand -base64 32)"`,
  tokenKey: makeP256Key('tokenKey'),
};
export const howToMakeHopKey = makeP256Key('hopKey');

/**
 * @param given `masterSecrets`: JSON list of secrets in base64, the oldest first; place and version are the same
 * @throws {Error} that never shows a value
 */
export function readSecrets(given: {
  readonly masterSecrets: string | undefined;
  readonly tokenKey: string | undefined;
  readonly hopKey?: string | undefined;
  readonly callbackKey?: string | undefined;
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
    values: {
      ...(current !== undefined && { 'master-secret': current }),
      ...(retired.length > 0 && { 'retired-master-secrets': retired.join(',') }),
      'token-key': given.tokenKey,
      ...(given.hopKey && { 'hop-key': given.hopKey }),
      ...(given.callbackKey && { 'callback-key': given.callbackKey }),
    },
  };
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
