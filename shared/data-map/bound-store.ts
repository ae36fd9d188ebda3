// A declared store together with what its walks need opened: what a walk over the whole data map goes through.
import type {
  DataStore,
  EraseStep,
  ExportItem,
  ExportOptions,
  Located,
  LocateStep,
  PersonalIdentifier,
  Remainder,
} from './data-store.js';
import type { DueWork, DueWorkTogether, Moment, RemovedRows } from './expiry.js';
import type { Explanation } from './explanation.js';
import { bothLocated } from './located.js';

/** Whose data is walked, and when. */
export interface Walk extends Moment {
  /** Immutable id of the resource, or the id of the subscription. */
  readonly resourceId: string;
  /** What management keeps of all resources of this subscription is walked. */
  readonly subscriptionId?: string;
  /** Ids of the persons whose data it is, where that is known; see `StoreAccess`. */
  readonly persons?: readonly string[] | undefined;
  /** Whether an identifier is somebody else's too, beside theirs; where nobody can say, it is meant whole. */
  isShared?(identifier: PersonalIdentifier): Promise<boolean>;
}

const sharedRemainder: Remainder = {
  what: 'What lies under a phone number or an address of the person that is also one of somebody else',
  why: 'It is the other person’s as well. What lies under the identifiers that are the person’s alone is erased.',
};

/** One kind of due work; work for one thing at a time has groups of one. */
export interface BoundDueWork {
  groupOf(id: string): string;
  /** @param ids different ones of one group */
  work(ids: readonly string[], moment: Moment): Promise<boolean>;
}

export interface BoundStore {
  readonly store: DataStore<never>;
  /** All that is held, however long that takes. */
  locate(identifier: PersonalIdentifier, walk: Walk): Promise<Located>;
  /** A bounded part of that. */
  locateStep(identifier: PersonalIdentifier, walk: Walk, cursor?: string): Promise<LocateStep>;
  exportItems(identifier: PersonalIdentifier, walk: Walk, options: ExportOptions): AsyncIterable<ExportItem>;
  erase(identifier: PersonalIdentifier, walk: Walk, cursor?: string): Promise<EraseStep>;
  remains(identifier: PersonalIdentifier, walk: Walk): Promise<Remainder | undefined>;
  /** Everything of the resource; does nothing where the declaration gives a reason. */
  eraseResource(walk: Walk, cursor?: string): Promise<EraseStep>;
  /** Whose that is which items of the store lead to; present when the declaration says how one finds out. */
  readonly resourceThrough?: (key: string) => Promise<string | undefined>;
  /** The due work of the store, by kind. */
  readonly dueWork: Readonly<Record<string, BoundDueWork>>;
  /** Present when rows lie in the order of their time. */
  readonly removeOldest?: (moment: Moment, limit: number) => Promise<RemovedRows>;
  /** undefined when there is no such thing, or the store explains nothing */
  explain(id: string, walk: Walk): Promise<Explanation | undefined>;
}

export function bind<Opened>(store: DataStore<Opened>, opened: Opened): BoundStore {
  const { expired, eraseResource, belongsThrough } = store;
  const due = typeof expired !== 'string' && 'due' in expired ? Object.entries(expired.due) : [];
  const isPassedBy = ({ subscriptionId }: Walk) => subscriptionId === undefined || store.isOfSubscriptions === true;
  const isLeft = async (identifier: PersonalIdentifier, walk: Walk) =>
    store.knowsPersons !== true && (await walk.isShared?.(identifier)) === true;
  const isWalked = async (identifier: PersonalIdentifier, walk: Walk) =>
    isPassedBy(walk) && !(await isLeft(identifier, walk));
  const locateStep: BoundStore['locateStep'] = async (identifier, walk, cursor) =>
    (await isWalked(identifier, walk)) ? store.locate(identifier, { ...walk, opened }, cursor) : { items: 0 };
  const holds = async (identifier: PersonalIdentifier, walk: Walk) => {
    let next: string | undefined;
    do {
      const { items, cursor } = await store.locate(identifier, { ...walk, opened }, next);
      if (items > 0) {
        return true;
      }
      next = cursor;
    } while (next !== undefined);
    return false;
  };
  return {
    store: store as DataStore<never>,
    locate: async (identifier, walk) => {
      let located: Located = { items: 0 };
      let next: string | undefined;
      do {
        const { cursor, ...step } = await locateStep(identifier, walk, next);
        located = bothLocated(located, step);
        next = cursor;
      } while (next !== undefined);
      return located;
    },
    locateStep,
    exportItems: async function* (identifier, walk, options) {
      if (await isWalked(identifier, walk)) {
        yield* store.exportItems(identifier, { ...walk, opened }, options);
      }
    },
    erase: async (identifier, walk, cursor) =>
      (await isWalked(identifier, walk)) ? store.erase(identifier, { ...walk, opened }, cursor) : { erased: 0 },
    remains: async (identifier, walk) => {
      if (!isPassedBy(walk)) {
        return undefined;
      }
      if (await isLeft(identifier, walk)) {
        return (await holds(identifier, walk)) ? sharedRemainder : undefined;
      }
      return store.remains?.(identifier, { ...walk, opened });
    },
    eraseResource: async (walk, cursor) =>
      typeof eraseResource === 'string' ? { erased: 0 } : eraseResource({ ...walk, opened }, cursor),
    ...(belongsThrough !== undefined && { resourceThrough: (key: string) => belongsThrough.resourceOf(key, opened) }),
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
