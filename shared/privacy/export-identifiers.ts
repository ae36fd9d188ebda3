// The job that exports identifiers: walks the data map and streams a zip into a blob. The zip is one step, because it
// cannot be continued: an attempt that is stopped begins anew and overwrites what the one before has left.
import type { BoundStore, ExportItem, PersonalIdentifier } from '../data-map/index.js';
import type { Job, JobKind, JobStep } from '../jobs/index.js';
import { StorageConflict, StorageStale } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Archives, ExportResult } from './export-archives.js';
import { addStore } from './export-contents.js';
import { type ExportedStore, renderManifest } from './export-manifest.js';
import { renderIndex } from './export-pages.js';
import { ZipWriter } from './export-zip.js';
import { formatIdentifier } from './identifier.js';

export interface ExportPayload {
  readonly identifiers: readonly PersonalIdentifier[];
  readonly includesReceived: boolean;
  readonly resourceName: string;
  readonly geography: string;
}

/** Archives are kept this long after they are made, product ms. */
const archiveLifeMs = 24 * 60 * 60_000;

/** Longer than any function may run: so no second worker begins while the first is at it. Product ms. */
const longestAttemptMs = 11 * 60_000;
/** Hashes that are remembered as noted; above that some are noted again. */
const maxRememberedHashes = 20_000;

export interface ExportParts {
  readonly stores: readonly BoundStore[];
  readonly archives: Archives;
  readonly clock: Clock;
}

export function exportIdentifiers(parts: ExportParts): JobKind {
  return {
    step: async (job: Job): Promise<JobStep> => {
      const { archives, clock } = parts;
      if (job.cursor === null) return { state: 'more', cursor: 'begun', wakeAt: clock.now() + longestAttemptMs };
      const settled = await settle(archives, job);
      if (settled !== undefined) return settled;
      const over = await archives.version(job.resourceId, job.id);
      let result: ExportResult;
      try {
        result = await writeArchive(parts, job, over);
        await archives.expireAt(job.resourceId, job.id, result.expiresOn);
      } catch (error) {
        // An erasure that puts the blocks away makes the write fail; so does another worker that was quicker.
        const settledMeanwhile = await settle(archives, job);
        if (settledMeanwhile !== undefined) return settledMeanwhile;
        if (!(error instanceof StorageConflict) && !(error instanceof StorageStale)) throw error;
        return { state: 'wait', cursor: job.cursor, until: clock.now() + longestAttemptMs };
      }
      const done: JobStep = { state: 'done', result, keptUntil: result.expiresOn };
      return (await statusOf(archives, job)) === 'failed' ? withdraw(archives, job) : done;
    },
  };
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

async function writeArchive(parts: ExportParts, job: Job, over: string | null): Promise<ExportResult> {
  const zip = new ZipWriter(parts.clock.now());
  const breakOff = (error: unknown) => zip.abort(error instanceof Error ? error : new Error('The export broke off.'));
  const [expiresOn] = await Promise.all([
    fill(zip, parts, job).catch(breakOff),
    parts.archives.write(job.resourceId, job.id, zip.content, { createdOn: parts.clock.now(), over }).catch(breakOff),
  ]);
  if (zip.failure !== undefined) throw zip.failure;
  return { ...zip.digest(), expiresOn: Number(expiresOn) };
}

/** @returns when the archive expires, product ms */
async function fill(zip: ZipWriter, { stores, archives, clock }: ExportParts, job: Job): Promise<number> {
  const { identifiers, includesReceived, resourceName, geography } = job.payload as ExportPayload;
  const noted = new Set<string>();
  const note = async (identifier: PersonalIdentifier) => {
    const hash = archives.hashOf(identifier);
    if (noted.has(hash)) return;
    await archives.note(job.resourceId, job.id, hash);
    if (noted.size >= maxRememberedHashes) noted.clear();
    noted.add(hash);
  };
  let keptUntil = Number.POSITIVE_INFINITY;
  const seen = async ({ receivedFrom, others = [], keptUntil: until }: ExportItem) => {
    if (receivedFrom !== undefined) await note(receivedFrom);
    for (const other of others) await note(other);
    keptUntil = Math.min(keptUntil, until ?? keptUntil);
  };
  for (const identifier of identifiers) await note(identifier);

  const walk = { resourceId: job.resourceId, now: clock.now(), realNow: clock.realNow() };
  const held: ExportedStore[] = [];
  const emptyStores: string[] = [];
  for (const bound of stores) {
    if (bound.store.personalData.length === 0) continue;
    const exported = await addStore(zip, bound, { identifiers, includesReceived, walk, seen });
    if (exported === undefined) emptyStores.push(bound.store.name);
    else held.push(exported);
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
  return expiresOn;
}
