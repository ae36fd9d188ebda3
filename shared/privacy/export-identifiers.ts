// The job that exports identifiers: walks the data map and streams a zip into a blob. The zip is one step, because it
// cannot be continued: an attempt that is stopped begins anew and overwrites what the one before has left.
import type { Burials } from '../announcements/index.js';
import type { OwnerCaller } from '../auth/index.js';
import { type BoundStore, type ExportItem, formatIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import type { Job, JobKind, JobStep } from '../jobs/index.js';
import { StorageConflict, StorageStale } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { ArchiveCopies } from './archive-copies.js';
import type { AuditTrail } from './audit-trail.js';
import { type Archives, type ExportResult, longestAttemptMs } from './export-archives.js';
import { addStore } from './export-contents.js';
import { type ExportedStore, renderManifest } from './export-manifest.js';
import { renderIndex } from './export-pages.js';
import type { ZipWriter } from './export-zip.js';
import { walkOf, type WalkParts } from './scope.js';

export interface ExportPayload {
  /** Who asked, and whether a person or identifiers were named: for the audit trail. */
  readonly caller: OwnerCaller;
  readonly action: 'export-person' | 'export-identifiers';
  readonly identifiers: readonly PersonalIdentifier[];
  /** Ids of the persons that are meant; absent in what earlier builds began. */
  readonly persons?: readonly string[];
  readonly includesReceived: boolean;
  readonly resourceName: string;
  readonly geography: string;
  /** When it is not a resource that is exported. */
  readonly subscriptionId?: string;
}

/** Archives are kept this long after they are made, product ms. */
const archiveLifeMs = 24 * 60 * 60_000;

/** Words of somebody were read who was deleted meanwhile; read again later, they are not there. */
class DeletedMeanwhile extends Error {}
/** Product ms. */
const readAgainAfterMs = 60_000;

/** Whoever waits is told so often how far it is, monotonic ms; a short export tells nothing on the way. */
const tellEveryMs = 2_000;

/** Hashes that are remembered as noted; above that some are noted again. */
const maxRememberedHashes = 20_000;

export interface ExportParts {
  readonly stores: readonly BoundStore[];
  readonly archives: Archives;
  readonly copies: Pick<ArchiveCopies, 'announce'>;
  readonly clock: Clock;
  readonly audit: AuditTrail;
  readonly burials: Pick<Burials, 'wasDeleted'>;
  readonly persons: WalkParts['persons'];
}

/** An archive that is written; only the audit trail and the caller have yet to hear of it. */
interface Written {
  readonly result: ExportResult;
  readonly counts: Readonly<Record<string, number>>;
  /** Product ms. */
  readonly endedOn: number;
}

export function exportIdentifiers(parts: ExportParts): JobKind {
  return {
    step: async (job: Job): Promise<JobStep> => {
      const { archives, clock } = parts;
      if (job.cursor === null) {
        return { state: 'more', cursor: 'begun', wakeAt: clock.now() + longestAttemptMs };
      }
      const settled = await settle(archives, job);
      if (settled !== undefined) {
        return settled;
      }
      if (job.cursor !== 'begun') {
        return finish(parts, job, job.cursor as Written);
      }
      const over = await archives.version(job.resourceId, job.id);
      let written: Written;
      try {
        await parts.copies.announce(job.resourceId);
        written = await writeArchive(parts, job, over);
        await archives.expireAt(job.resourceId, job.id, written.result.expiresOn);
      } catch (error) {
        // An erasure that puts the blocks away makes the write fail; so does another worker that was quicker.
        const settledMeanwhile = await settle(archives, job);
        if (settledMeanwhile !== undefined) {
          return settledMeanwhile;
        }
        if (error instanceof DeletedMeanwhile) {
          return { state: 'wait', cursor: job.cursor, until: clock.now() + readAgainAfterMs };
        }
        if (!(error instanceof StorageConflict) && !(error instanceof StorageStale)) {
          throw error;
        }
        return { state: 'wait', cursor: job.cursor, until: clock.now() + longestAttemptMs };
      }
      return (await settle(archives, job)) ?? { state: 'more', cursor: written };
    },
  };
}

async function finish({ audit }: ExportParts, job: Job, { result, counts, endedOn }: Written): Promise<JobStep> {
  const { caller, action } = job.payload as ExportPayload;
  await audit.record({ immutableId: job.resourceId }, caller, action, counts, { uuid: job.id, at: endedOn });
  return { state: 'done', result, keptUntil: result.expiresOn };
}

/** What is to be done when nobody waits for the archive any more; undefined while somebody does. */
async function settle(archives: Archives, job: Job): Promise<JobStep | undefined> {
  switch (await statusOf(archives, job)) {
    case 'running':
      return undefined;
    case 'succeeded':
      return { state: 'done' };
    case 'failed':
      return withdraw(archives, job);
  }
}

/** Failed: somebody in it was erased meanwhile; or the process died before anybody was told of this operation. */
async function statusOf(archives: Archives, job: Job) {
  return (await archives.operation(job.resourceId, job.id))?.status ?? 'failed';
}

async function withdraw(archives: Archives, job: Job): Promise<JobStep> {
  await archives.remove(job.resourceId, job.id);
  return { state: 'done' };
}

async function writeArchive(parts: ExportParts, job: Job, over: string | null): Promise<Written> {
  const { ZipWriter: Writer } = await import('./export-zip.js');
  const zip = new Writer(parts.clock.now());
  const breakOff = (error: unknown) => zip.abort(error instanceof Error ? error : new Error('The export broke off.'));
  const [filled] = await Promise.all([
    fill(zip, parts, job).catch(breakOff),
    parts.archives.write(job.resourceId, job.id, zip.content, { createdOn: parts.clock.now(), over }).catch(breakOff),
  ]);
  if (filled === undefined || zip.failure !== undefined) {
    throw zip.failure;
  }
  const { expiresOn, counts } = filled;
  return { result: { ...zip.digest(), expiresOn }, counts, endedOn: parts.clock.now() };
}

/** @returns when the archive expires, product ms, and how many items of which store are in it */
async function fill(zip: ZipWriter, { stores, archives, clock, burials, persons }: ExportParts, job: Job) {
  const {
    identifiers,
    persons: meant,
    includesReceived,
    resourceName,
    geography,
    subscriptionId,
  } = job.payload as ExportPayload;
  const scope = { immutableId: job.resourceId, ...(subscriptionId !== undefined && { subscriptionId }) };
  const noted = new Set<string>();
  const note = async (hash: string, write: () => Promise<void>) => {
    if (noted.has(hash)) {
      return;
    }
    await write();
    if (noted.size >= maxRememberedHashes) {
      noted.clear();
    }
    noted.add(hash);
  };
  const notePerson = (identifier: PersonalIdentifier) =>
    note(archives.hashOf(identifier), () => archives.notePerson(job.resourceId, job.id, identifier));
  /** An erasure that has looked for archives already will not find what is noted only now. */
  const noteOther = async (identifier: PersonalIdentifier) => {
    if (noted.has(archives.hashOf(identifier))) {
      return;
    }
    await notePerson(identifier);
    if (await burials.wasDeleted(job.resourceId, identifier, job.createdOn)) {
      throw new DeletedMeanwhile();
    }
  };
  let keptUntil = Number.POSITIVE_INFINITY;
  const readsFrom = (whole: string) =>
    note(archives.hashOfWhole(whole), () => archives.noteWhole(job.resourceId, job.id, whole));
  const seen = async ({ receivedFrom, others = [], keptUntil: until }: ExportItem) => {
    if (receivedFrom !== undefined) {
      await noteOther(receivedFrom);
    }
    for (const other of others) {
      await noteOther(other);
    }
    keptUntil = Math.min(keptUntil, until ?? keptUntil);
  };
  for (const identifier of identifiers) {
    await notePerson(identifier);
  }

  const walk = walkOf({ clock, persons }, scope, meant);
  const held: ExportedStore[] = [];
  const emptyStores: string[] = [];
  const done: Record<string, number> = {};
  let toldAt = clock.monotonic();
  for (const bound of stores) {
    if (bound.store.personalData.length === 0) {
      continue;
    }
    const exported = await addStore(zip, bound, { identifiers, includesReceived, walk, readsFrom, seen });
    if (exported === undefined) {
      emptyStores.push(bound.store.name);
    } else {
      held.push(exported);
    }
    done[bound.store.name] = exported?.records ?? 0;
    if (clock.monotonic() - toldAt >= tellEveryMs) {
      toldAt = clock.monotonic();
      await archives.noteProgress(job.resourceId, job.id, done);
    }
  }

  const createdOn = clock.now();
  const expiresOn = Math.min(createdOn + archiveLifeMs, keptUntil);
  const facts = {
    operationId: job.id,
    resourceName,
    geography,
    identifiers: identifiers.map(formatIdentifier),
    includesReceived,
    createdOn,
    expiresOn,
    stores: held,
    emptyStores,
  };
  await zip.add({ name: 'manifest.json', content: [renderManifest(facts)] });
  await zip.add({ name: 'index.html', content: [renderIndex(facts)] });
  zip.end();
  return { expiresOn, counts: Object.fromEntries(held.map(({ store, records }) => [store, records])) };
}
