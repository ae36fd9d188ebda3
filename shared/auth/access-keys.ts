// Access keys and every other secret are derived from the geography's master secret and stored nowhere.
import type { Resource } from '../geography/index.js';
import { BoundedCache } from './bounded-cache.js';
import type { KeySlot } from './caller.js';
import { deriveBytes } from './keyed-hash.js';

const accessKeyBytes = 64;
const purposeKeyBytes = 32;
const minMasterSecretBytes = 32;
const maxCachedResources = 1000;

/** One of the two keys of a resource that may sign a request; `key` is the access key base64-decoded. */
export interface SigningKey {
  readonly slot: KeySlot;
  readonly key: Buffer;
}

/** The access key of a slot as customers see it: base64 of 64 bytes. Raising the slot's generation replaces it. */
export function deriveAccessKey(
  masterSecret: Buffer,
  resource: Pick<Resource, 'immutableId' | 'keyGenerations'>,
  slot: KeySlot,
): string {
  const generation = String(resource.keyGenerations[slot]);
  return deriveBytes(masterSecret, accessKeyBytes, 'access-key', resource.immutableId, slot, generation).toString(
    'base64',
  );
}

type KeyedResource = Pick<Resource, 'immutableId' | 'keyGenerations' | 'masterSecretVersion'>;

/** The geography's master secrets by version, and what is derived from them. */
export class KeyRing {
  /** The highest configured version: new resources are made with it. */
  readonly currentVersion: number;
  readonly #masterSecrets: ReadonlyMap<number, Buffer>;
  readonly #signingKeys = new BoundedCache<readonly SigningKey[]>(maxCachedResources);

  /** @throws {Error} when there is no master secret or one is shorter than 32 bytes */
  constructor(masterSecrets: ReadonlyMap<number, Buffer>) {
    if (masterSecrets.size === 0) {
      throw new Error('No master secret is configured. Configure at least one version.');
    }
    for (const [version, secret] of masterSecrets) {
      if (secret.length < minMasterSecretBytes) {
        throw new Error(
          `Master secret version ${version} has ${secret.length} bytes. Configure at least ${minMasterSecretBytes} random bytes, as base64.`,
        );
      }
    }
    this.#masterSecrets = new Map(masterSecrets);
    this.currentVersion = Math.max(...masterSecrets.keys());
  }

  /** The access key as customers see it (connection strings, listKeys). */
  accessKey(resource: KeyedResource, slot: KeySlot): string {
    return deriveAccessKey(this.#masterSecret(resource.masterSecretVersion), resource, slot);
  }

  /** Both keys of a resource, ready to check signatures with; cached. */
  signingKeys(resource: KeyedResource): readonly SigningKey[] {
    const { primary, secondary } = resource.keyGenerations;
    const cacheKey = `${resource.masterSecretVersion}/${primary}/${secondary}/${resource.immutableId}`;
    let keys = this.#signingKeys.get(cacheKey);
    if (!keys) {
      keys = (['primary', 'secondary'] as const).map((slot) => ({
        slot,
        key: Buffer.from(this.accessKey(resource, slot), 'base64'),
      }));
      this.#signingKeys.set(cacheKey, keys);
    }
    return keys;
  }

  /**
   * 32 bytes bound to one purpose, e.g. `identity-tag`. Keep the result: nothing is cached here.
   *
   * @param version what outlives a change of the master secret (ids of a resource) needs the resource's own version
   */
  deriveKey(purpose: string, version = this.currentVersion): Buffer {
    return deriveBytes(this.#masterSecret(version), purposeKeyBytes, 'purpose', purpose);
  }

  /** @throws {Error} when the version is not configured: an operator's mistake, not a caller's */
  #masterSecret(version: number): Buffer {
    const secret = this.#masterSecrets.get(version);
    if (!secret) {
      throw new Error(`Master secret version ${version} is not configured. Add it beside the current one.`);
    }
    return secret;
  }
}
