// A declared store together with what its walks need opened: what a walk over the whole data map goes through.
import type {
  DataStore,
  EraseStep,
  ExportItem,
  ExportOptions,
  Located,
  PersonalIdentifier,
  Remainder,
} from './data-store.js';
import type { DueWork, DueWorkTogether, Moment, RemovedRows } from './expiry.js';
import type { Explanation } from './explanation.js';

/** Whose data is walked, and when. */
export interface Walk extends Moment {
  /** Immutable id of the resource. */
  readonly resourceId: string;
}

/** One kind of due work; work for one thing at a time has groups of one. */
export interface BoundDueWork {
  groupOf(id: string): string;
  /** @param ids different ones of one group */
  work(ids: readonly string[], moment: Moment): Promise<boolean>;
}

export interface BoundStore {
  readonly store: DataStore<never>;
  locate(identifier: PersonalIdentifier, walk: Walk): Promise<Located>;
  exportItems(identifier: PersonalIdentifier, walk: Walk, options: ExportOptions): AsyncIterable<ExportItem>;
  erase(identifier: PersonalIdentifier, walk: Walk, cursor?: string): Promise<EraseStep>;
  remains(identifier: PersonalIdentifier, walk: Walk): Promise<Remainder | undefined>;
  /** Everything of the resource; does nothing where the declaration gives a reason. */
  eraseResource(walk: Walk, cursor?: string): Promise<EraseStep>;
  /** The due work of the store, by kind. */
  readonly dueWork: Readonly<Record<string, BoundDueWork>>;
  /** Present when rows lie in the order of their time. */
  readonly removeOldest?: (moment: Moment, limit: number) => Promise<RemovedRows>;
  /** undefined when there is no such thing, or the store explains nothing */
  explain(id: string, walk: Walk): Promise<Explanation | undefined>;
}

export function bind<Opened>(store: DataStore<Opened>, opened: Opened): BoundStore {
  const { expired, eraseResource } = store;
  const due = typeof expired !== 'string' && 'due' in expired ? Object.entries(expired.due) : [];
  return {
    store: store as DataStore<never>,
    locate: (identifier, walk) => store.locate(identifier, { ...walk, opened }),
    exportItems: (identifier, walk, options) => store.exportItems(identifier, { ...walk, opened }, options),
    erase: (identifier, walk, cursor) => store.erase(identifier, { ...walk, opened }, cursor),
    remains: async (identifier, walk) => store.remains?.(identifier, { ...walk, opened }),
    eraseResource: async (walk, cursor) =>
      typeof eraseResource === 'string' ? { erased: 0 } : eraseResource({ ...walk, opened }, cursor),
    dueWork: Object.fromEntries(due.map(([kind, work]) => [kind, bindWork(work, opened)])),
    ...(typeof expired !== 'string' &&
      'inOrderOfTime' in expired && {
        removeOldest: (moment, limit) => expired.inOrderOfTime({ ...moment, opened }, limit),
      }),
    explain: async (id, walk) => store.explain?.explain(id, { ...walk, opened }),
  };
}

function bindWork<Opened>(work: DueWork<Opened> | DueWorkTogether<Opened>, opened: Opened): BoundDueWork {
  if (typeof work === 'function') {
    return { groupOf: (id) => id, work: async ([id = ''], moment) => work(id, { ...moment, opened }) };
  }
  return {
    groupOf: (id) => work.groupOf(id),
    work: (ids, moment) => work.together(ids, { ...moment, opened }),
  };
}
