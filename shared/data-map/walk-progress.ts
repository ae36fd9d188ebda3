// How far a walk over the stores has come, by their names: a build that has other stores, or another order of them, goes
// on where an earlier one has stopped, and leaves none out.
import type { BoundStore } from './bound-store.js';

/** What a walk goes through. */
export interface WalkedStores {
  /** The data map, opened, in the order of erasure. */
  readonly stores: readonly BoundStore[];
  /** Names of stores of earlier builds of which nothing is left. */
  readonly gone: ReadonlySet<string>;
}

export interface WalkProgress {
  /** How many times each store was walked to its end. It names every store of every build that has worked on the walk. */
  readonly walked: Readonly<Record<string, number>>;
  /** Where the walk is in stores that it is in the middle of, as they said. */
  readonly begun: Readonly<Record<string, string>>;
}

export interface NextInWalk {
  readonly bound: BoundStore;
  /** How many times the store was walked before. */
  readonly turn: number;
  /** Where to go on in it; undefined at its beginning. */
  readonly cursor: string | undefined;
}

/** A walk cannot be finished by this build. It is tried again, and one that knows the store ends it. */
export class StoreMissing extends Error {
  override readonly name = 'StoreMissing';

  constructor(store: string) {
    super(
      `Data store ${store} is in no declaration of this build, and work that an earlier build began has yet to go through it. Declare it as retired until its tables are empty.`,
    );
  }
}

export const walkNotBegun: WalkProgress = { walked: {}, begun: {} };

/**
 * Takes a walk on by this build.
 *
 * @param times how often each store is to be walked
 * @throws {StoreMissing} when the walk has yet to go through a store that this build does not have
 */
export function joinWalk({ stores, gone }: WalkedStores, times: number, { walked, begun }: WalkProgress): WalkProgress {
  const here = new Set(stores.map(({ store }) => store.name));
  for (const [name, turns] of Object.entries(walked)) {
    if (turns < times && !here.has(name) && !gone.has(name)) {
      throw new StoreMissing(name);
    }
  }
  const unwalked = Object.fromEntries([...here].map((name) => [name, 0]));
  return { walked: { ...unwalked, ...walked }, begun };
}

/**
 * Of the stores that were walked the fewest times the first in the order of erasure.
 *
 * @returns undefined when every store of this build was walked so many times
 */
export function nextInWalk(
  { stores }: Pick<WalkedStores, 'stores'>,
  times: number,
  { walked, begun }: WalkProgress,
): NextInWalk | undefined {
  let next: NextInWalk | undefined;
  for (const bound of stores) {
    const { name } = bound.store;
    const turn = walked[name] ?? 0;
    if (turn < (next?.turn ?? times)) {
      next = { bound, turn, cursor: begun[name] };
    }
  }
  return next;
}

/** @param cursor where the store is to be gone on in; undefined when the step came to its end */
export function advanceWalk({ walked, begun }: WalkProgress, store: string, cursor?: string): WalkProgress {
  const { [store]: _before, ...others } = begun;
  return cursor === undefined
    ? { walked: { ...walked, [store]: (walked[store] ?? 0) + 1 }, begun: others }
    : { walked, begun: { ...others, [store]: cursor } };
}
