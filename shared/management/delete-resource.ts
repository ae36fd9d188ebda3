// Deleting a resource: from the moment it is asked for nobody gets in, by key or token; a job then erases everything of it,
// store by store, as the data map says, knowing no capability by name. Receipts of erasures outlive it.
import {
  advanceWalk,
  joinWalk,
  nextInWalk,
  type WalkedStores,
  walkNotBegun,
  walkOf010,
  type WalkProgress,
} from '../data-map/index.js';
import { Fault } from '../http/index.js';
import type { Job, JobKind, JobStep } from '../jobs/index.js';
import type { ArmId, ArmRecord } from '../resources/index.js';
import { managementFaults } from './faults.js';
import { requireRecord } from './manage-resource.js';
import { ownerOfOperations } from './operations.js';
import type { ManagementParts } from './parts.js';

/** Kind of the job, and so of its operation. */
export const eraseResourceKind = 'erase-resource';

/**
 * When the second and last pass begins, product ms after the start: by then no process holds a cache by which something
 * of the resource could still have been written.
 */
const lastPassAfterMs = 61_000;

/** A step goes on for so long, monotonic ms: most stores hold little, and each step is written down. */
const stepMs = 2_000;

interface EraseResourcePayload {
  readonly id: ArmId;
  readonly immutableId: string;
}

interface Progress {
  readonly pass: 0 | 1;
  /** Of this pass. */
  readonly erasing: WalkProgress;
}

/** Of version 0.1.0. */
interface ProgressOf010 {
  readonly pass: 0 | 1;
  /** Place of the store that it is in. */
  readonly store: number;
  /** Within the store. */
  readonly cursor?: string;
}

/**
 * @returns id of the operation
 * @throws {Fault} 404; 409 for the resource that nobody has created
 */
export async function deleteResource(parts: ManagementParts, id: ArmId): Promise<string> {
  const { jobs, operations } = parts;
  const record = await requireRecord(parts, id);
  if (id.type === 'communicationServices' && parts.directory.isDefault(id.name)) {
    throw new Fault(managementFaults.isDefault);
  }
  const payload: EraseResourcePayload = { id: record.id, immutableId: record.immutableId };
  const owner = await ownerOfOperations(parts);
  // From here on it will be deleted, also when this process dies: the job begins with the same step.
  const { id: jobId } = await jobs.add(eraseResourceKind, owner, payload);
  await operations.begin(owner, jobId, eraseResourceKind);
  await close(parts, record);
  await jobs.enqueue(jobId);
  return jobId;
}

export type ErasingParts = Pick<ManagementParts, 'records' | 'directory' | 'hosts' | 'operations' | 'clock'> &
  WalkedStores;

export function eraseResource(parts: ErasingParts): JobKind {
  return {
    step: async (job: Job): Promise<JobStep> => {
      const { id, immutableId } = job.payload as EraseResourcePayload;
      const progress = readProgress(job.cursor);
      if (progress === null) {
        const record = await parts.records.at(id);
        if (record?.immutableId === immutableId) {
          await close(parts, record);
        }
        return more({ pass: 0, erasing: joinWalk(parts, 1, walkNotBegun) });
      }
      const lastPassAt = job.createdOn + lastPassAfterMs;
      if (progress.pass === 1 && parts.clock.now() < lastPassAt) {
        return { state: 'wait', cursor: progress, until: lastPassAt };
      }
      const until = parts.clock.monotonic() + stepMs;
      let erasing = joinWalk(parts, 1, progress.erasing);
      for (let next = nextInWalk(parts, 1, erasing); next !== undefined; next = nextInWalk(parts, 1, erasing)) {
        const walk = { resourceId: immutableId, now: parts.clock.now(), realNow: parts.clock.realNow() };
        const { cursor } = await next.bound.eraseResource(walk, next.cursor);
        erasing = advanceWalk(erasing, next.bound.store.name, cursor);
        if (parts.clock.monotonic() >= until) {
          return more({ pass: progress.pass, erasing });
        }
      }
      return await endPass(parts, job, progress.pass);
    },
  };
}

function readProgress(cursor: unknown): Progress | null {
  const read = cursor as Progress | ProgressOf010 | null;
  if (read === null || 'erasing' in read) {
    return read;
  }
  return { pass: read.pass, erasing: walkOf010(0, read.store, read.cursor) };
}

/** Whoever watches is told after the first pass: the second looks for what crossed it. */
async function endPass(parts: ErasingParts, job: Job, pass: 0 | 1): Promise<JobStep> {
  if (pass === 1) {
    return { state: 'done' };
  }
  await parts.operations.end(job.resourceId, job.id, { status: 'succeeded' });
  return more({ pass: 1, erasing: joinWalk(parts, 1, walkNotBegun) });
}

async function close(
  { records, directory, hosts }: Pick<ManagementParts, 'records' | 'directory' | 'hosts'>,
  record: ArmRecord,
): Promise<void> {
  if (record.state !== 'Deleting') {
    await records.save({ ...record, state: 'Deleting' });
  }
  if (record.id.type === 'communicationServices') {
    await directory.changed(record.id.name);
  }
  if (record.host !== undefined) {
    await hosts.close(record.host);
  }
}

function more(cursor: Progress): JobStep {
  return { state: 'more', cursor };
}
