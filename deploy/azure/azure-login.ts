// Tokens of whoever is logged in with the Azure CLI, kept until shortly before they end.
import { type AccessToken, AzureCliCredential } from '@azure/identity';
import type { Audience } from '../cloud.js';

const reserveMs = 5 * 60_000;

export class AzureLogin {
  readonly #credential = new AzureCliCredential();
  readonly #tokens = new Map<Audience, AccessToken>();

  /** @throws {Error} when there is no Azure CLI, or nobody is logged in */
  async token(audience: Audience): Promise<string> {
    const known = this.#tokens.get(audience);
    if (known !== undefined && known.expiresOnTimestamp - Date.now() > reserveMs) {
      return known.token;
    }
    const fresh = await this.#credential.getToken(`${audience}/.default`);
    this.#tokens.set(audience, fresh);
    return fresh.token;
  }
}
