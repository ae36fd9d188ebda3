// The public keys of an Entra ID tenant, found through its OIDC metadata and kept. Tokens with made-up key ids make it
// ask at most once in ten seconds, whether the authority answers or not.
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { Fault, faults } from '../../http/index.js';
import type { Clock } from '../../time/clock.js';
import { AuthorityError, type FetchJson, fetchJsonFrom } from './fetch-json.js';
import type { EntraSettings } from './settings.js';

const minBetweenFetchesMs = 10_000;
/** Older keys are fetched again in the background of a request that still uses them. */
const refreshAfterMs = 6 * 60 * 60_000;
/** Keys that could not be confirmed for this long are not believed any more. */
const forgetAfterMs = 24 * 60 * 60_000;

interface KeptKeys {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  /** Monotonic ms. */
  readonly fetchedAt: number;
}

export interface KeySourceParts {
  readonly settings: Pick<EntraSettings, 'authorityHost' | 'tenantId' | 'ca'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Told why the keys could not be fetched. */
  reportFailure(failure: unknown): void;
}

/** Issuer that the metadata has to name, and that tokens of version 2.0 carry. */
export function issuerOf({ authorityHost, tenantId }: KeySourceParts['settings']): string {
  return `${authorityHost}/${tenantId}/v2.0`;
}

export class KeySource {
  readonly #parts: KeySourceParts;
  readonly #fetchJson: FetchJson;
  #kept: KeptKeys | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;
  #isFailing = false;
  #fetching: Promise<void> | undefined;

  constructor(parts: KeySourceParts) {
    this.#parts = parts;
    this.#fetchJson = fetchJsonFrom(parts.settings.authorityHost, parts.settings.ca);
  }

  /** Another one after each fetch: what an earlier key has signed is to be verified anew. */
  get fetched(): object | undefined {
    return this.#kept;
  }

  /**
   * The key that a token's header names, for `jose`.
   *
   * @throws {Fault} 503 while it cannot be told whether the key exists
   * @throws {errors.JWKSNoMatchingKey} when it does not
   */
  readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    const { clock } = this.#parts;
    const age = this.#kept === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() - this.#kept.fetchedAt;
    if (age > forgetAfterMs) {
      this.#kept = undefined;
    }
    if (this.#kept === undefined) {
      await this.#fetch();
    } else if (age > refreshAfterMs) {
      void this.#fetch();
    }
    const known = await this.#kept?.find(header, token).catch(undefinedWhenUnknown);
    if (known !== undefined) {
      return known;
    }
    await this.#fetch();
    const kept = this.#kept;
    if (this.#isFailing || kept === undefined) {
      throw new Fault(faults.signInUnavailable, { retryAfterSeconds: 10 });
    }
    return kept.find(header, token);
  };

  /** Fetches the keys unless that was tried just now. Never rejects. */
  async #fetch(): Promise<void> {
    const now = this.#parts.clock.monotonic();
    if (this.#fetching === undefined && now - this.#triedAt >= minBetweenFetchesMs) {
      this.#triedAt = now;
      this.#fetching = this.#fetchKeys(now).finally(() => {
        this.#fetching = undefined;
      });
    }
    await this.#fetching;
  }

  async #fetchKeys(now: number): Promise<void> {
    const { settings, reportFailure } = this.#parts;
    try {
      const issuer = issuerOf(settings);
      const metadata = (await this.#fetchJson(`${issuer}/.well-known/openid-configuration`)) as Record<string, unknown>;
      if (metadata['issuer'] !== issuer) {
        throw new AuthorityError('The metadata of the authority is of another issuer.');
      }
      const keys = await this.#fetchJson(String(metadata['jwks_uri']));
      this.#kept = { find: createLocalJWKSet(keys as JSONWebKeySet), fetchedAt: now };
      this.#isFailing = false;
    } catch (failure) {
      this.#isFailing = true;
      reportFailure(failure);
    }
  }
}

function undefinedWhenUnknown(error: unknown): undefined {
  if (!(error instanceof errors.JWKSNoMatchingKey)) {
    throw error;
  }
}
