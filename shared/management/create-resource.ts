// Creating a resource. One id is one resource in one geography: the record says `Creating` here before the others are
// asked, so of two that begin at once at least one sees the other. Who has ended wins; between two that are creating the
// lower slug: the higher one withdraws as soon as it sees the lower, and the lower waits until the higher has withdrawn, or
// ended, because that may have asked here before anything was to be seen.
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../http/index.js';
import {
  type ArmId,
  type ArmRecord,
  type Changeable,
  changedBy,
  isSameId,
  lets,
  madeBy,
  resourceFaults,
} from '../resources/index.js';
import { type Elsewhere, whoHas } from './ask-others.js';
import { managementFaults } from './faults.js';
import type { Asker, ManagementParts } from './parts.js';

/** How often the lower slug looks again, and how long it waits, monotonic ms. */
const lookAgainMs = 100;
const waitMs = 10_000;

/**
 * Creates a resource here, or replaces what its owner may change of one that is here.
 *
 * @param given the immutable id, of a resource that had it elsewhere before; no route gives one. That no other geography
 *   has it is for the caller to find out
 * @throws {Fault} 409 when the name or the id is taken, 503 while another geography cannot be asked
 * @throws {ResidencyBreach} when the storage is that of another geography
 */
export async function putResource(
  parts: ManagementParts,
  asker: Asker,
  id: ArmId,
  wanted: Changeable,
  given: { readonly immutableId?: string } = {},
): Promise<{ record: ArmRecord; isNew: boolean }> {
  // It also finds out whose the storage is, before the first row is written.
  await parts.directory.default();
  const found = await parts.records.at(id);
  if (found !== undefined && !parts.records.isDead(found)) {
    if (!isSameId(found.id, id)) {
      throw new Fault(managementFaults.nameTaken);
    }
    if (!lets(found.state).owners) {
      throw new Fault(managementFaults.beingDeleted);
    }
    if (given.immutableId !== undefined && given.immutableId !== found.immutableId) {
      throw new Fault(managementFaults.idTaken);
    }
    return { record: await saveChange(parts, asker, found, wanted), isNew: false };
  }
  const claim = await parts.records.claim({ ...newRecord(parts, asker, id, wanted), ...given }, found);
  let host: string | undefined;
  try {
    if (given.immutableId !== undefined && (await parts.records.isIdTaken(claim))) {
      throw new Fault(managementFaults.idTaken);
    }
    await prevail(parts, asker, id);
    if (id.type === 'communicationServices') {
      host = await parts.hosts.open(id.name);
    }
    // Past this time the others take the claim for dead.
    if (parts.clock.monotonic() >= asker.deadline) {
      throw new Fault(resourceFaults.changedMeanwhile);
    }
    const record = await parts.records.save({ ...claim, host, state: 'Succeeded' });
    await parts.directory.changed(id.name);
    return { record, isNew: true };
  } catch (error) {
    if (host !== undefined) {
      await parts.hosts.close(host);
    }
    await parts.records.withdraw(claim);
    throw error;
  }
}

/** Writes a change of a record that is there. */
export async function saveChange(
  parts: ManagementParts,
  { caller }: Asker,
  record: ArmRecord,
  change: Partial<ArmRecord>,
): Promise<ArmRecord> {
  const saved = await parts.records.save({ ...record, ...change, ...changedBy(caller, parts.clock.now()) });
  if (record.id.type === 'communicationServices') {
    await parts.directory.changed(record.id.name);
  }
  return saved;
}

function newRecord(parts: ManagementParts, { caller }: Asker, id: ArmId, wanted: Changeable): Omit<ArmRecord, 'etag'> {
  const { clock, ids, keys, geography } = parts;
  const now = clock.now();
  return {
    ...wanted,
    id,
    geography,
    immutableId: ids.uuid(),
    state: 'Creating',
    claimedMs: clock.realNow(),
    keyGenerations: { primary: 1, secondary: 1 },
    masterSecretVersion: keys.currentVersion,
    ...madeBy(caller, now),
  };
}

/** @throws {Fault} when the id is, or is going to be, a resource of another geography */
async function prevail(parts: ManagementParts, asker: Asker, id: ArmId): Promise<void> {
  const until = Math.min(asker.deadline, parts.clock.monotonic() + waitMs);
  for (;;) {
    const others = await whoHas(parts, asker, id);
    if (others.some(hasEnded)) {
      throw new Fault(managementFaults.dataLocationIsForEver);
    }
    const rivals = others.filter(isRival);
    if (rivals.length === 0) {
      return;
    }
    const isLowest = rivals.every(({ geography }) => parts.geography < geography);
    if (!isLowest || parts.clock.monotonic() >= until) {
      throw new Fault(managementFaults.beingCreated);
    }
    await delay(lookAgainMs);
  }
}

function hasEnded({ state }: Elsewhere): boolean {
  return state !== 'none' && lets(state).isSettled;
}

function isRival({ state }: Elsewhere): boolean {
  return state !== 'none' && !lets(state).isSettled;
}
