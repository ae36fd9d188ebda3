// The master secret has a successor: the access keys of what is there follow from the new one from now on. Nobody is shut out
// meanwhile: the old keys go on for a time, and what they have issued for a day after that.
import { Fault } from '../http/index.js';
import { resourceFaults, type ArmRecord, lets } from '../resources/index.js';
import type { RetiringKeys } from '../geography/index.js';
import { saveChange } from './create-resource.js';
import type { Asker, ManagementParts } from './parts.js';

/** The longest life of a user token. */
const drainMs = 24 * 60 * 60_000;
/** Resources that one request goes through. */
const pageSize = 25;

export interface KeyReplacement {
  /** How long the old keys still work, product ms; 0 ends them, and every token that they have issued, at once. */
  readonly keysForMs: number;
  /** Name of the resource at which the page before ended. */
  readonly after?: string | undefined;
}

export interface ReplacedKeys {
  readonly record: ArmRecord;
  /** Undefined where the old ones have ended. */
  readonly retiring: RetiringKeys | undefined;
}

export interface ReplacementPage {
  /** Those that were changed; who has new keys already is left as it is. */
  readonly replaced: readonly ReplacedKeys[];
  /** Where the next page begins; undefined at the end. */
  readonly next: string | undefined;
}

/** @throws {Fault} 409 when somebody else changes a resource at the same time, twice; what was done stays done */
export async function replaceKeys(
  parts: ManagementParts,
  asker: Asker,
  { keysForMs, after = '' }: KeyReplacement,
): Promise<ReplacementPage> {
  await parts.directory.default();
  const all = (await parts.records.all('communicationServices'))
    .filter((record) => lets(record.state).owners && !parts.records.isDead(record))
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const waiting = all.filter((record) => nameOf(record) > after);
  const page = waiting.slice(0, pageSize);
  const replaced: ReplacedKeys[] = [];
  for (const record of page) {
    const saved = await replaceOf(parts, asker, record, keysForMs);
    if (saved !== undefined) {
      replaced.push({ record: saved, retiring: saved.retiringKeys?.at(-1) });
    }
  }
  const last = page.at(-1);
  return { replaced, next: waiting.length > page.length && last !== undefined ? nameOf(last) : undefined };
}

async function replaceOf(
  parts: ManagementParts,
  asker: Asker,
  record: ArmRecord,
  keysForMs: number,
): Promise<ArmRecord | undefined> {
  try {
    const change = changeOf(parts, record, keysForMs);
    return change && (await saveChange(parts, asker, record, change));
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== resourceFaults.changedMeanwhile.code) {
      throw error;
    }
    const now = await parts.records.at(record.id);
    const change = now && changeOf(parts, now, keysForMs);
    return now && change && (await saveChange(parts, asker, now, change));
  }
}

/** undefined when there is nothing to do. */
function changeOf({ keys, clock }: ManagementParts, record: ArmRecord, keysForMs: number) {
  const version = record.keysVersion ?? record.masterSecretVersion;
  const now = clock.now();
  const left = keysForMs === 0 ? [] : (record.retiringKeys ?? []).filter(({ tokensUntil }) => now < tokensUntil);
  if (version >= keys.currentVersion) {
    const endsSome = keysForMs === 0 && (record.retiringKeys ?? []).length > 0;
    return endsSome ? { keysVersion: version, retiringKeys: left } : undefined;
  }
  const { primary, secondary } = record.keyGenerations;
  const keysUntil = now + keysForMs;
  const retiring = { masterSecretVersion: version, primary, secondary, keysUntil, tokensUntil: keysUntil + drainMs };
  return {
    keysVersion: keys.currentVersion,
    // Never a generation that was there before: tokens name it, and not the secret.
    keyGenerations: { primary: primary + 1, secondary: secondary + 1 },
    retiringKeys: keysForMs === 0 ? left : [...left, retiring],
  };
}

function nameOf({ id }: ArmRecord): string {
  return id.name.toLowerCase();
}
