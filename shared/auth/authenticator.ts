// Finds out who makes a request, as the operation asks: an access key's signature over the whole request, a token of
// Entra ID whose subject has the right, a user access token of this resource that was not revoked, a token of one call,
// or the signature of a machine that shares a secret.
import type { Resource } from '../geography/index.js';
import { type ApiRequest, Fault, faults } from '../http/index.js';
import type { Clock } from '../time/clock.js';
import type { KeyRing } from './access-keys.js';
import type { CallTokens } from './call-token.js';
import type { Auth } from './auth-kinds.js';
import type { Caller, KeySlot, OwnerCaller, OwnerRight, WebhookCaller } from './caller.js';
import type { FrontEnd } from './front-end.js';
import type { KeysElsewhere } from './explain-signature.js';
import { type EntraVerifier, signIn, signInUser } from './entra/index.js';
import type { VerifiedUserToken } from './user-token-claims.js';
import type { TokenVerifier } from './user-token.js';
import { requireSignedBody, signerOf, verifySignature } from './verify-signature.js';
import { verifyWebhook } from './webhook-signature.js';

export interface AuthenticatorParts {
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly tokens: TokenVerifier;
  /** Undefined when no tenant of Entra ID is configured: then its tokens are refused. */
  readonly entra: EntraVerifier | undefined;
  /** Keys that may use the right `privacy`. */
  readonly privacyKeys: ReadonlySet<KeySlot>;
  /** Adds the explanation of a wrong signature to the answer; never in a deployed app. */
  readonly emulator: boolean;
  /** Whose word counts about the host that a client has signed; undefined when nothing stands before the app. */
  readonly frontEnd?: FrontEnd | undefined;
  /** Keys of resources of other geographies, for the explanation; where they are secrets nobody has them. */
  keysElsewhere?(): readonly KeysElsewhere[];
  /** Undefined where there are no calls: then their tokens are refused. */
  readonly callTokens?: CallTokens;
  /**
   * The secrets that are shared with a sender of webhooks; without it, or when there is none, it needs Entra ID. The
   * resource is undefined for what is about the geography.
   */
  webhookSecrets?(from: string, resource: Resource | undefined): readonly Buffer[];
  /** Whether the identity's tokens of this generation are alive (revocation log). */
  isAlive(token: VerifiedUserToken): boolean;
}

type Asked = { readonly auth: Auth; readonly path: string };

export class Authenticator {
  readonly #parts: AuthenticatorParts;

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  /**
   * @param readBody read only where the body is signed, and by then it is known that somebody who may has signed it, as far
   *   as that can be known without it
   * @param readToExplain the body of a request that is refused, for an explanation; undefined when it cannot be had
   * @throws {Fault} 401 `Denied` or `Unauthorized`, 403 `Forbidden` when the token's scopes or the subject's rights do
   * not suffice, 503 when the keys of Entra ID cannot be fetched
   */
  async authenticate(
    operation: Asked,
    request: ApiRequest,
    resource: Resource | undefined,
    readBody: () => Promise<Buffer>,
    readToExplain: () => Promise<Buffer | undefined> = readBody,
  ): Promise<Caller> {
    const { auth } = operation;
    if (auth.kind === 'entra') {
      return { kind: 'manager', ...(await signIn(this.#parts.entra, bearerTokenOf(request), auth.right)) };
    }
    if (auth.kind === 'anonymous' && auth.about === 'geography') {
      return undefined;
    }
    if (auth.kind === 'webhook' && auth.about === 'geography') {
      return this.#verifyShared(auth.from, request, undefined, readBody);
    }
    if (resource === undefined) {
      throw new Fault(faults.unknownResource);
    }
    switch (auth.kind) {
      case 'anonymous':
        return undefined;
      case 'accessKey': {
        const token = bearerTokenOf(request);
        if (token === undefined) {
          return this.#verifyKey(operation, auth.right, request, resource, readBody, readToExplain);
        }
        const { subject } = await signIn(this.#parts.entra, token, auth.right);
        return { kind: 'owner', subject };
      }
      case 'entraUser':
        return signInUser(this.#parts.entra, bearerTokenOf(request));
      case 'userToken': {
        const text = auth.header === undefined ? bearerTokenOf(request) : request.header(auth.header);
        const token = this.verifyUser(text, resource);
        if (!auth.scopes.some((scope) => token.scopes.has(scope))) {
          throw new Fault(faults.forbidden);
        }
        return { kind: 'user', rawId: token.rawId, scopes: token.scopes };
      }
      case 'webhook':
        return this.#verifyWebhook(auth.from, request, resource, readBody);
      case 'callToken': {
        const { callTokens, clock } = this.#parts;
        const callId = request.params[auth.param] ?? '';
        const token = bearerTokenOf(request);
        if (callTokens === undefined || token === undefined || callId === '') {
          throw new Fault(faults.unauthorized);
        }
        const { holder } = callTokens.verify(token, { resourceId: resource.immutableId, callId }, clock.now());
        return { kind: 'call', callId, holder };
      }
    }
  }

  /** Whether somebody with these headers may look at the geography; where there is something to be told to everybody. */
  async mayRead(header: ApiRequest['header']): Promise<boolean> {
    try {
      await signIn(this.#parts.entra, bearerTokenOf({ header }), 'read');
      return true;
    } catch (failure) {
      if (failure instanceof Fault) {
        return false;
      }
      throw failure;
    }
  }

  async #verifyWebhook(
    from: string,
    request: ApiRequest,
    resource: Resource,
    readBody: () => Promise<Buffer>,
  ): Promise<WebhookCaller> {
    const token = bearerTokenOf(request);
    if (token !== undefined) {
      const { subject } = await signIn(this.#parts.entra, token, 'upstream');
      return { kind: 'webhook', from, subject };
    }
    return this.#verifyShared(from, request, resource, readBody);
  }

  async #verifyShared(
    from: string,
    request: ApiRequest,
    resource: Resource | undefined,
    readBody: () => Promise<Buffer>,
  ): Promise<WebhookCaller> {
    const { clock, webhookSecrets } = this.#parts;
    const secrets = webhookSecrets?.(from, resource) ?? [];
    await verifyWebhook({ request, readBody, secrets, realNow: clock.realNow() });
    return { kind: 'webhook', from, subject: undefined };
  }

  async #verifyKey(
    { path }: Asked,
    right: OwnerRight,
    request: ApiRequest,
    resource: Resource,
    readBody: () => Promise<Buffer>,
    readToExplain: () => Promise<Buffer | undefined>,
  ): Promise<OwnerCaller> {
    const { clock, keys, emulator, frontEnd, keysElsewhere, privacyKeys } = this.#parts;
    if (resource.disableLocalAuth === true) {
      throw new Fault(faults.localAuthDisabled);
    }
    const check = {
      request,
      routeTemplate: path,
      keys: keys.signingKeys(resource, clock.now()),
      realNow: clock.realNow(),
      frontEnd,
      emulator,
      ...(keysElsewhere !== undefined && { elsewhere: keysElsewhere }),
    };
    const signer = signerOf(check);
    if (signer === undefined) {
      const body = emulator ? await readToExplain() : undefined;
      if (body !== undefined) {
        verifySignature({ ...check, body });
      }
      throw new Fault(faults.denied);
    }
    requireSignedBody(check, await readBody());
    if (right === 'privacy' && !privacyKeys.has(signer.slot)) {
      throw new Fault(faults.rightWithheld);
    }
    return { kind: 'owner', keySlot: signer.slot, keyGeneration: signer.generation };
  }

  /**
   * Whose a user token is that a resource has issued, and that is alive.
   *
   * @throws {Fault} 401
   */
  verifyUser(text: string | undefined, resource: Resource): VerifiedUserToken {
    if (text === undefined) {
      throw new Fault(faults.unauthorized);
    }
    const now = this.#parts.clock.now();
    const token = this.#parts.tokens.verify(text, now);
    const isOfResource = token.resourceId === resource.immutableId && isKeyInForce(resource, token, now);
    if (!isOfResource || !this.#parts.isAlive(token)) {
      throw new Fault(faults.unauthorized);
    }
    return token;
  }
}

/**
 * A token ends with the key that issued it, or with the time that such tokens are left.
 *
 * @param now product ms
 */
export function isKeyInForce(resource: Resource, { key }: Pick<VerifiedUserToken, 'key'>, now: number): boolean {
  if (key === undefined || key.generation === resource.keyGenerations[key.slot]) {
    return true;
  }
  const { retiringKeys = [] } = resource;
  return retiringKeys.some((keys) => keys[key.slot] === key.generation && now < keys.tokensUntil);
}

function bearerTokenOf(request: Pick<ApiRequest, 'header'>): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.header('authorization') ?? '')?.[1];
}
