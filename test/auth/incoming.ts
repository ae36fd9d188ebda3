// An authenticator in front of a request that a test makes up: for the kinds of credentials that come in beside access
// keys and bearer tokens. No pipeline, no storage.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type Auth,
  Authenticator,
  CallTokens,
  createSigningKeys,
  deriveSigningKey,
  issueUserToken,
  KeyRing,
  type TokenScope,
  TokenVerifier,
} from '../../shared/auth/index.js';
import { Fault } from '../../shared/http/index.js';

export const realNow = Date.UTC(2026, 10, 23, 5, 38, 19);
/** Product time is years away from it. */
export const productNow = realNow + 1e11;
export const resource = {
  name: 'contoso',
  immutableId: '1b2c3d4e-0000-4000-8000-000000000001',
  geography: 'europe',
  keyGenerations: { primary: 1, secondary: 1 },
  masterSecretVersion: 1,
} as const;
export const rawId = `8:acs:${resource.immutableId}_00000011-9f42-4aef-88f7-08482200b423`;

export interface Incoming {
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function startDoor(options: { readonly secrets?: readonly Buffer[]; readonly isAlive?: boolean } = {}) {
  const masterSecret = randomBytes(32);
  const signer = { issuer: 'domicile/europe', keys: createSigningKeys(deriveSigningKey(masterSecret)) };
  const callTokens = new CallTokens(signer);
  const time = { real: realNow, product: productNow };
  const asked: { from: string; resource: string }[] = [];
  const authenticator = new Authenticator({
    clock: { now: () => time.product, realNow: () => time.real, monotonic: () => 0 },
    keys: new KeyRing(new Map([[1, masterSecret]])),
    tokens: new TokenVerifier(signer),
    callTokens,
    entra: undefined,
    emulator: false,
    privacyKeys: new Set(),
    isAlive: () => options.isAlive ?? true,
    webhookSecrets: (from, to) => {
      asked.push({ from, resource: to?.name ?? '' });
      return options.secrets ?? [];
    },
  });
  let bodyReads = 0;
  /** The caller, or the status, code and message of the refusal. */
  async function come(auth: Auth, { headers = {}, params = {}, body = '' }: Incoming) {
    const request = {
      method: 'POST',
      url: 'https://contoso.example/x',
      params,
      header: (name: string) => headers[name],
      headers: () => Object.entries(headers),
      readBody: async () => Buffer.from(body),
      streamBody: () => Readable.from([body]),
    };
    const readBody = async () => {
      bodyReads += 1;
      return Buffer.from(body);
    };
    try {
      return await authenticator.authenticate({ auth, path: 'x' }, request, resource, readBody);
    } catch (error) {
      if (error instanceof Fault) {
        return { status: error.status, code: error.code, message: error.message };
      }
      throw error;
    }
  }
  const userTokenOf = (...scopes: TokenScope[]) =>
    issueUserToken(signer, {
      rawId,
      scopes: new Set(scopes),
      resourceId: resource.immutableId,
      resourceLocation: 'europe',
      identityGeneration: 0,
      key: { slot: 'primary', generation: 1 },
      expiresInMinutes: 60,
      now: time.product,
    }).token;
  return { come, time, signer, callTokens, userTokenOf, asked, bodyReads: () => bodyReads };
}
