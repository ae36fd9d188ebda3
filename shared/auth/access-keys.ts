// Access keys and every other secret are derived from the geography's master secret and stored nowhere.
import type { Resource } from '../geography/index.js';
import { BoundedCache } from './bounded-cache.js';
import type { KeySlot } from './caller.js';
import { deriveBytes } from './keyed-hash.js';

const accessKeyBytes = 64;
const purposeKeyBytes = 32;
const minMasterSecretBytes = 32;
const maxCachedResources = 1000;
/** Purposes stand in the code, so they are few. */
const maxCachedPurposes = 100;

/** One of the two keys of a resource that may sign a request; `key` is the access key base64-decoded. */
export interface SigningKey {
  readonly slot: KeySlot;
  /** Tokens that are issued with it name it, and end with it. */
  readonly generation: number;
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

type KeyedResource = Pick<
  Resource,
  'immutableId' | 'keyGenerations' | 'masterSecretVersion' | 'keysVersion' | 'retiringKeys'
>;

interface KeyPlace {
  readonly version: number;
  readonly slot: KeySlot;
  readonly generation: number;
}

/** Something follows from a master secret that the settings do not have. */
export class UnknownSecretVersion extends Error {
  override readonly name = 'UnknownSecretVersion';

  constructor(version: number) {
    super(`Master secret version ${version} is not configured. Add it beside the current one.`);
  }
}

/** The geography's master secrets by version, and what is derived from them. */
export class KeyRing {
  /** The highest configured version: new resources are made with it. */
  readonly currentVersion: number;
  /** All that are configured, ascending. */
  readonly versions: readonly number[];
  readonly #masterSecrets: ReadonlyMap<number, Buffer>;
  readonly #signingKeys = new BoundedCache<readonly SigningKey[]>(maxCachedResources);
  readonly #purposeKeys = new BoundedCache<Buffer>(maxCachedPurposes);

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
    this.versions = [...masterSecrets.keys()].sort((a, b) => a - b);
    this.currentVersion = Math.max(...masterSecrets.keys());
  }

  /** The access key as customers see it (connection strings, listKeys). */
  accessKey(resource: KeyedResource, slot: KeySlot): string {
    return deriveAccessKey(this.#masterSecret(keysVersionOf(resource)), resource, slot);
  }

  /**
   * The keys of a resource that may sign, ready to check signatures with; cached.
   *
   * @param now product time, ms, for those that work only for a while; without it none of them does
   */
  signingKeys(resource: KeyedResource, now = Number.POSITIVE_INFINITY): readonly SigningKey[] {
    const places = placesOf(resource, now);
    const cacheKey = `${resource.immutableId}/${places.map((place) => Object.values(place).join('.')).join('/')}`;
    let keys = this.#signingKeys.get(cacheKey);
    if (!keys) {
      keys = places.map(({ version, slot, generation }) => ({
        slot,
        generation,
        key: Buffer.from(this.#derive(resource.immutableId, version, slot, generation), 'base64'),
      }));
      this.#signingKeys.set(cacheKey, keys);
    }
    return keys;
  }

  /**
   * 32 bytes bound to one purpose, e.g. `identity-tag`; cached, because some are asked for with every member of a thread.
   *
   * @param version what outlives a change of the master secret (ids of a resource) needs the resource's own version
   */
  deriveKey(purpose: string, version = this.currentVersion): Buffer {
    const cacheKey = `${version}/${purpose}`;
    let key = this.#purposeKeys.get(cacheKey);
    if (!key) {
      key = deriveBytes(this.#masterSecret(version), purposeKeyBytes, 'purpose', purpose);
      this.#purposeKeys.set(cacheKey, key);
    }
    return key;
  }

  #derive(immutableId: string, version: number, slot: KeySlot, generation: number): string {
    const keyGenerations = { primary: generation, secondary: generation };
    return deriveAccessKey(this.#masterSecret(version), { immutableId, keyGenerations }, slot);
  }

  /** @throws {UnknownSecretVersion} an operator's mistake, not a caller's, or an update that has not come here yet */
  #masterSecret(version: number): Buffer {
    const secret = this.#masterSecrets.get(version);
    if (!secret) {
      throw new UnknownSecretVersion(version);
    }
    return secret;
  }
}

function keysVersionOf({ keysVersion, masterSecretVersion }: KeyedResource): number {
  return keysVersion ?? masterSecretVersion;
}

/** Those that stay first: they are tried first. */
function placesOf(resource: KeyedResource, now: number): readonly KeyPlace[] {
  const slots = ['primary', 'secondary'] as const;
  const version = keysVersionOf(resource);
  const staying = slots.map((slot) => ({ version, slot, generation: resource.keyGenerations[slot] }));
  const retiring = (resource.retiringKeys ?? [])
    .filter(({ keysUntil }) => now < keysUntil)
    .flatMap((keys) =>
      slots.flatMap((slot) => {
        const generation = keys[slot];
        return generation === undefined ? [] : [{ version: keys.masterSecretVersion, slot, generation }];
      }),
    );
  return [...staying, ...retiring];
}
