// How far an erasure or an export has come, store by store: names and counts, for whoever waits for it. An erasure is read
// from where its job stands; an export is one long step, which notes it now and then.
import type { BoundStore } from '../data-map/index.js';
import type { Jobs, OperationRecord } from '../jobs/index.js';
import { eraseIdentifiersKind } from './erase-identifiers.js';
import type { ErasureProgress } from './erasure-progress.js';
import { type ExportedSoFar, exportIdentifiersKind } from './export-archives.js';

export interface StoreProgress {
  readonly store: string;
  /** How many are erased or exported; undefined while they are not counted. */
  readonly items?: number;
  readonly isDone: boolean;
}

export interface OperationProgress {
  /** When the first store is looked at, product ms; undefined where that is at once. */
  readonly beginsOn?: number;
  /** Those that can hold something about a person, in the order in which they are gone through. */
  readonly stores: readonly StoreProgress[];
}

/** @returns undefined when it has ended, or has not begun */
export async function progressOf(
  { jobs, stores }: { readonly jobs: Pick<Jobs, 'cursorOf'>; readonly stores: readonly BoundStore[] },
  { id, kind, status, progress }: OperationRecord,
): Promise<OperationProgress | undefined> {
  if (status !== 'running') {
    return undefined;
  }
  const names = stores.filter(({ store }) => store.personalData.length > 0).map(({ store }) => store.name);
  if (kind === exportIdentifiersKind) {
    const done = (progress ?? {}) as ExportedSoFar;
    return { stores: names.map((store) => exported(store, done)) };
  }
  const cursor = kind === eraseIdentifiersKind ? (await jobs.cursorOf(id))?.cursor : undefined;
  if (!isErasure(cursor)) {
    return undefined;
  }
  const { beginAt, counting, erasing, counts } = cursor;
  // A store that was counted more often than it was walked has yet to be walked for as many identifiers.
  const turns = Math.max(1, ...Object.values(counting.walked));
  return {
    beginsOn: beginAt,
    stores: names.map((store) => {
      const items = counts[store];
      return { store, ...(items !== undefined && { items }), isDone: (erasing.walked[store] ?? 0) >= turns };
    }),
  };
}

function exported(store: string, done: ExportedSoFar): StoreProgress {
  const items = done[store];
  return items === undefined ? { store, isDone: false } : { store, items, isDone: true };
}

/** Of a version that noted it otherwise nothing is told. */
function isErasure(cursor: unknown): cursor is ErasureProgress {
  return typeof cursor === 'object' && cursor !== null && 'erasing' in cursor && 'counting' in cursor;
}
