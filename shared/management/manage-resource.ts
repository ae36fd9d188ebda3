// Reading and changing what exists: look-ups, lists over all geographies, keys, names.
import type { KeySlot } from '../auth/index.js';
import type { GeographySlug } from '../geography/index.js';
import { Fault } from '../http/index.js';
import {
  type ArmId,
  type ArmRecord,
  type ArmScope,
  isResourceName,
  lets,
  listPath,
  provider,
} from '../resources/index.js';
import { askOthers, findElsewhere, requireAll } from './ask-others.js';
import { saveChange } from './create-resource.js';
import { managementFaults } from './faults.js';
import type { Asker, ManagementParts } from './parts.js';

/** @throws {Fault} 404 */
export async function requireRecord({ records, directory }: ManagementParts, id: ArmId): Promise<ArmRecord> {
  if (directory.isDefault(id.name)) {
    await directory.default();
  }
  const record = await records.find(id);
  if (record === undefined) {
    throw new Fault(managementFaults.notFound);
  }
  return record;
}

/** @throws {Fault} 404; 409 while it is created or deleted */
export async function requireSettled(parts: ManagementParts, id: ArmId): Promise<ArmRecord> {
  const record = await requireRecord(parts, id);
  if (!lets(record.state).owners) {
    throw new Fault(managementFaults.beingDeleted);
  }
  return record;
}

/** Another geography, when the resource lies there; undefined when it lies here or nowhere. */
export async function homeOf(parts: ManagementParts, asker: Asker, id: ArmId): Promise<GeographySlug | undefined> {
  if (parts.peers.slugs.length === 0) {
    return undefined;
  }
  if (parts.directory.isDefault(id.name)) {
    await parts.directory.default();
  }
  if ((await parts.records.find(id)) !== undefined) {
    return undefined;
  }
  return findElsewhere(parts, asker, id);
}

export interface MergedList<Item> {
  readonly here: readonly ArmRecord[];
  /** As the other geographies have written them. */
  readonly elsewhere: readonly Item[];
  /** Geographies that could not be asked. */
  readonly away: readonly GeographySlug[];
}

/**
 * Resources of a subscription or group, in all geographies.
 *
 * @param isPartial leave out what cannot be asked
 * @throws {Fault} 503 naming the geographies that cannot be asked
 */
export async function listResources<Item>(
  parts: ManagementParts,
  asker: Asker,
  scope: ArmScope,
  isPartial: boolean,
): Promise<MergedList<Item>> {
  await parts.directory.default();
  const here = await parts.records.list(scope);
  if (asker.isForwarded) {
    return { here, elsewhere: [], away: [] };
  }
  const answers = await askOthers<{ value?: Item[] }>(parts, asker, { method: 'GET', path: listPath(scope) });
  if (!isPartial) {
    requireAll(answers);
  }
  return {
    here,
    elsewhere: answers.flatMap(({ body }) => body?.value ?? []),
    away: answers.filter(({ body }) => body === undefined).map(({ geography }) => geography),
  };
}

/** Ends a key: the next generation takes its place here at once, on every other instance within two seconds. */
export async function regenerateKey(
  parts: ManagementParts,
  asker: Asker,
  id: ArmId,
  slot: KeySlot,
): Promise<ArmRecord> {
  const record = await requireSettled(parts, id);
  const keyGenerations = { ...record.keyGenerations, [slot]: record.keyGenerations[slot] + 1 };
  // What stands beside it since a replacement ends too.
  const retiringKeys = record.retiringKeys?.map(({ [slot]: _ended, ...rest }) => rest);
  return saveChange(parts, asker, record, { keyGenerations, ...(retiringKeys !== undefined && { retiringKeys }) });
}

/** @throws {Fault} 503 naming the geographies that cannot be asked */
export async function checkName(
  parts: ManagementParts,
  asker: Asker,
  subscriptionId: string,
  { name, type }: { readonly name: string; readonly type: string },
): Promise<'available' | 'Invalid' | 'AlreadyExists'> {
  if (!isResourceName(name)) {
    return 'Invalid';
  }
  await parts.directory.default();
  const found = await parts.records.at({
    type: 'communicationServices',
    subscriptionId,
    resourceGroup: '-',
    name,
  });
  if (found !== undefined && !parts.records.isDead(found)) {
    return 'AlreadyExists';
  }
  if (asker.isForwarded) {
    return 'available';
  }
  const path = `/subscriptions/${subscriptionId}/providers/${provider}/checkNameAvailability`;
  const answers = await askOthers<{ nameAvailable?: boolean }>(parts, asker, {
    method: 'POST',
    path,
    body: { name, type },
  });
  return requireAll(answers).every(({ body }) => body.nameAvailable === true) ? 'available' : 'AlreadyExists';
}
