// How far a count of the stores has come.
import { walkOf010, type WalkProgress } from '../data-map/index.js';
import type { StoreCursor } from './count-page.js';

export interface CountCursor {
  readonly startedOn: number;
  readonly counted: WalkProgress;
  /** In the store that it is in the middle of, which that names. */
  readonly at?: StoreCursor;
}

/** Of version 0.1.0. */
interface CountCursorOf010 {
  readonly startedOn: number;
  /** Place of the store that it is in. */
  readonly store: number;
  readonly at?: StoreCursor;
}

/** null when the count has not begun. */
export function readCountCursor(cursor: unknown): CountCursor | null {
  const read = cursor as CountCursor | CountCursorOf010 | null;
  if (read === null || 'counted' in read) {
    return read;
  }
  const { store, ...others } = read;
  return { ...others, counted: walkOf010(0, store) };
}
