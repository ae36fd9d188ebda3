// Deleting a resource: from the moment it is asked for nobody gets in, by key or token; a job then erases everything of it,
// store by store, as the data map says, knowing no capability by name. Receipts of erasures outlive it.
import type { BoundStore } from '../data-map/index.js';
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
  readonly store: number;
  /** Within the store. */
  readonly cursor?: string | undefined;
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

export type ErasingParts = Pick<ManagementParts, 'records' | 'directory' | 'hosts' | 'operations' | 'clock'> & {
  /** The data map, pointers behind what they point at. */
  readonly stores: readonly BoundStore[];
};

export function eraseResource(parts: ErasingParts): JobKind {
  return {
    step: async (job: Job): Promise<JobStep> => {
      const { id, immutableId } = job.payload as EraseResourcePayload;
      const progress = job.cursor as Progress | null;
      if (progress === null) {
        const record = await parts.records.at(id);
        if (record?.immutableId === immutableId) {
          await close(parts, record);
        }
        return more({ pass: 0, store: 0 });
      }
      const lastPassAt = job.createdOn + lastPassAfterMs;
      if (progress.pass === 1 && parts.clock.now() < lastPassAt) {
        return { state: 'wait', cursor: progress, until: lastPassAt };
      }
      const until = parts.clock.monotonic() + stepMs;
      let { store, cursor } = progress;
      for (let bound = parts.stores[store]; bound !== undefined; bound = parts.stores[store]) {
        const walk = { resourceId: immutableId, now: parts.clock.now(), realNow: parts.clock.realNow() };
        ({ cursor } = await bound.eraseResource(walk, cursor));
        if (cursor === undefined) {
          store += 1;
        }
        if (parts.clock.monotonic() >= until) {
          return more({ ...progress, cursor, store });
        }
      }
      return await endPass(parts, job, progress.pass);
    },
  };
}

/** Whoever watches is told after the first pass: the second looks for what crossed it. */
async function endPass({ operations }: ErasingParts, job: Job, pass: 0 | 1): Promise<JobStep> {
  if (pass === 1) {
    return { state: 'done' };
  }
  await operations.end(job.resourceId, job.id, { status: 'succeeded' });
  return more({ pass: 1, store: 0 });
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
