// How far an erasure has come. Each store is counted and walked once for each identifier, in the order of those.
import {
  type PersonalIdentifier,
  type Walk,
  type WalkedStores,
  walkOf010,
  type WalkProgress,
} from '../data-map/index.js';

export interface ErasureProgress {
  /** Product ms. */
  readonly beginAt: number;
  /** Product ms. */
  readonly buryAgainAt: number;
  /** For the receipt; without one nothing is counted. */
  readonly counting: WalkProgress;
  readonly erasing: WalkProgress;
  /** Whether anything is left; absent in what builds before this check have written. */
  readonly checking?: WalkProgress;
  /** How often something was found left. */
  readonly rounds?: number;
  /** Items found, by name of the store. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What a step of an erasure works on. */
export interface ErasureWork<Parts extends WalkedStores = WalkedStores> {
  readonly parts: Parts;
  readonly walk: Walk;
  readonly identifiers: readonly PersonalIdentifier[];
  readonly progress: ErasureProgress;
}

/** Of version 0.1.0, which went through all stores for one identifier before the next, first counting, then erasing. */
interface ErasureProgressOf010 {
  readonly beginAt: number;
  readonly buryAgainAt: number;
  /** 0 is counting, 1 is erasing; without a receipt 0 is erasing. One more is the end. */
  readonly phase: number;
  /** Place of the identifier that it is at. */
  readonly identifier: number;
  /** Place of the store that it is in. */
  readonly store: number;
  /** Within the store. */
  readonly cursor?: string;
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * @param identifiers how many are erased
 * @returns null when the erasure has not begun
 */
export function readProgress(cursor: unknown, identifiers: number, hasReceipt: boolean): ErasureProgress | null {
  const read = cursor as ErasureProgress | ErasureProgressOf010 | null;
  if (read === null || 'erasing' in read) {
    return read;
  }
  const { beginAt, buryAgainAt, identifier, store, counts } = read;
  const walkOf = (phase: number): WalkProgress => {
    if (read.phase === phase) {
      return walkOf010(identifier, store, read.cursor);
    }
    return walkOf010(read.phase > phase ? identifiers : 0, 0);
  };
  const counting = hasReceipt ? walkOf(0) : walkOf010(0, 0);
  return { beginAt, buryAgainAt, counting, erasing: walkOf(hasReceipt ? 1 : 0), counts };
}
