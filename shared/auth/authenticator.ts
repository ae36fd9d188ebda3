// Finds out who makes a request, as the operation asks: an access key's signature over the whole request, or a user
// access token of this resource that was not revoked.
import { Fault } from '../api/fault.js';
import { faults } from '../api/faults.js';
import type { ApiRequest } from '../api/http.js';
import type { Resource } from '../resources/model.js';
import type { Clock } from '../time/clock.js';
import type { KeyRing } from './access-keys.js';
import type { Auth, KeySlot, ManagerCaller, OwnerCaller, UserCaller } from './caller.js';
import type { TokenVerifier } from './user-token.js';
import type { VerifiedUserToken } from './user-token-claims.js';
import { verifySignature } from './verify-signature.js';

export interface AuthenticatorParts {
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly tokens: TokenVerifier;
  /** Keys that may use the right `privacy`. */
  readonly privacyKeys: ReadonlySet<KeySlot>;
  /** Adds the explanation of a wrong signature to the answer; never in a deployed app. */
  readonly emulator: boolean;
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
   * @param readBody read only where the body is signed
   * @throws {Fault} 401 `Denied` or `Unauthorized`, 403 `Forbidden` when the token's scopes do not suffice
   */
  async authenticate(
    operation: Asked,
    request: ApiRequest,
    resource: Resource | undefined,
    readBody: () => Promise<Buffer>,
  ): Promise<OwnerCaller | UserCaller | ManagerCaller | undefined> {
    if (operation.auth.kind === 'entra') throw new Fault(faults.unauthorized);
    if (resource === undefined) throw new Fault(faults.unknownResource);
    switch (operation.auth.kind) {
      case 'anonymous':
        return undefined;
      case 'accessKey': {
        const { clock, keys, emulator, privacyKeys } = this.#parts;
        const keySlot = verifySignature({
          request,
          routeTemplate: operation.path,
          body: await readBody(),
          keys: keys.signingKeys(resource),
          realNow: clock.realNow(),
          emulator,
        });
        if (operation.auth.right === 'privacy' && !privacyKeys.has(keySlot)) throw new Fault(faults.rightWithheld);
        return { kind: 'owner', keySlot };
      }
      case 'userToken': {
        const token = this.#verifyToken(request, resource);
        if (!operation.auth.scopes.some((scope) => token.scopes.has(scope))) throw new Fault(faults.forbidden);
        return { kind: 'user', rawId: token.rawId, scopes: token.scopes };
      }
    }
  }

  #verifyToken(request: ApiRequest, resource: Resource): VerifiedUserToken {
    const [, text] = /^Bearer +(\S+)$/i.exec(request.header('authorization') ?? '') ?? [];
    if (text === undefined) throw new Fault(faults.unauthorized);
    const token = this.#parts.tokens.verify(text, this.#parts.clock.now());
    const isOfResource =
      token.resourceId === resource.immutableId && token.keyGeneration === resource.keyGenerations[token.keySlot];
    if (!isOfResource || !this.#parts.isAlive(token)) throw new Fault(faults.unauthorized);
    return token;
  }
}
