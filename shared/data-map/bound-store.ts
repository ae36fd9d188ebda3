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

/** Whose data is walked, and when. */
export interface Walk {
  /** Immutable id of the resource. */
  readonly resourceId: string;
  /** Product time, milliseconds. */
  readonly now: number;
  /** Real time, milliseconds. */
  readonly realNow: number;
}

export interface BoundStore {
  readonly store: DataStore<never>;
  locate(identifier: PersonalIdentifier, walk: Walk): Promise<Located>;
  exportItems(identifier: PersonalIdentifier, walk: Walk, options: ExportOptions): AsyncIterable<ExportItem>;
  erase(identifier: PersonalIdentifier, walk: Walk, cursor?: string): Promise<EraseStep>;
  remains(identifier: PersonalIdentifier, walk: Walk): Promise<Remainder | undefined>;
  expired(walk: Walk, limit: number): Promise<number>;
}

export function bind<Opened>(store: DataStore<Opened>, opened: Opened): BoundStore {
  return {
    store: store as DataStore<never>,
    locate: (identifier, walk) => store.locate(identifier, { ...walk, opened }),
    exportItems: (identifier, walk, options) => store.exportItems(identifier, { ...walk, opened }, options),
    erase: (identifier, walk, cursor) => store.erase(identifier, { ...walk, opened }, cursor),
    remains: async (identifier, walk) => store.remains?.(identifier, { ...walk, opened }),
    expired: (walk, limit) => store.expired({ ...walk, opened }, limit),
  };
}
