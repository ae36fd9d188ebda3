// The key that signs what receivers of callbacks check as RS256: ACS "Secure webhook endpoints and WebSocket connections".
// Nothing is made or read before somebody needs it.
import type { KeyObject } from 'node:crypto';
import { catalogue, Fault } from '../http/index.js';
import { createSigningKeys, type SigningKeys } from './signing-keys.js';

const callbackFaults = catalogue({
  noKey: {
    status: 501,
    code: 'CallbackKeyMissing',
    message:
      'This service has no key that signs callbacks. Whoever runs it sets DOMICILE_CALLBACK_KEY to an RSA private key.',
  },
});

export class CallbackKeys {
  readonly #make: (() => KeyObject) | undefined;
  readonly #retired: readonly KeyObject[];
  #keys: SigningKeys | undefined;

  /**
   * @param make the private key; undefined when there is none
   * @param retired public keys whose signatures are still good
   */
  constructor(make: (() => KeyObject) | undefined, retired: readonly KeyObject[] = []) {
    this.#make = make;
    this.#retired = retired;
  }

  /** @throws {Fault} 501 `CallbackKeyMissing` when no key is configured */
  get(): SigningKeys {
    if (this.#make === undefined) {
      throw new Fault(callbackFaults.noKey);
    }
    this.#keys ??= createSigningKeys(this.#make(), this.#retired);
    return this.#keys;
  }
}
