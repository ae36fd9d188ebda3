// Which versions of the master secret are in use, and for what: so that it can be seen when a replacement is over.
import type { ManagementParts } from './parts.js';

export interface SecretVersion {
  readonly version: number;
  /** Whether the settings have it. */
  readonly isConfigured: boolean;
  /** Resources whose ids follow from it. */
  readonly made: number;
  /** Resources whose access keys follow from it. */
  readonly keys: number;
  /** Resources whose earlier keys follow from it and still work. */
  readonly retiringKeys: number;
  /** Resources of which tokens may be about that such keys have issued. */
  readonly drainingTokens: number;
  /** Until the last of those have ended, product ms; undefined when there are none. */
  readonly drainedOn: number | undefined;
}

/** Ascending. */
export async function secretVersions({ directory, records, keys, clock }: ManagementParts): Promise<SecretVersion[]> {
  await directory.default();
  const all = await records.all('communicationServices');
  const now = clock.now();
  const versionOf = (record: (typeof all)[number]) => record.keysVersion ?? record.masterSecretVersion;
  const retiring = all
    .flatMap(({ retiringKeys = [] }) => retiringKeys)
    .filter((each) => now < each.tokensUntil && (each.primary !== undefined || each.secondary !== undefined));
  const versions = new Set([
    ...keys.versions,
    ...all.flatMap((record) => [record.masterSecretVersion, versionOf(record)]),
    ...retiring.map(({ masterSecretVersion }) => masterSecretVersion),
  ]);
  return [...versions]
    .sort((a, b) => a - b)
    .map((version) => {
      const ending = retiring.filter(({ masterSecretVersion }) => masterSecretVersion === version);
      return {
        version,
        isConfigured: keys.versions.includes(version),
        made: all.filter((record) => record.masterSecretVersion === version).length,
        keys: all.filter((record) => versionOf(record) === version).length,
        retiringKeys: ending.filter(({ keysUntil }) => now < keysUntil).length,
        drainingTokens: ending.length,
        drainedOn: ending.length === 0 ? undefined : Math.max(...ending.map(({ tokensUntil }) => tokensUntil)),
      };
    });
}
