// How a store lets go of what has expired. The sweep knows nothing else: what no declaration names is never removed.

/** The opened storage of one geography and the time; due work concerns no resource but the one that its id names. */
export interface ExpiryAccess<Opened> extends Moment {
  readonly opened: Opened;
}

export interface Moment {
  /** Product time, milliseconds. */
  readonly now: number;
  /** Real time, milliseconds; for the few promises that a moved clock must not shorten. */
  readonly realNow: number;
}

/**
 * Does one kind of due work for the thing with this id. The due index is a superset: the work asks the thing itself first,
 * unless its time can never change, and may be stopped anywhere and done again.
 *
 * @returns true when it is done, or there is nothing to do (any more); false when it is to be asked again a little later
 */
export type DueWork<Opened> = (id: string, access: ExpiryAccess<Opened>) => Promise<boolean>;

/** Due work of a kind that is cheaper done for several things at once. */
export interface DueWorkTogether<Opened> {
  /** Things of the same group are handed over together. */
  groupOf(id: string): string;
  /**
   * Like {@link DueWork}, for 1-100 different ids of one group that are due; some may be done already.
   *
   * @returns true when all are done; otherwise, and when it throws, all are put off and come again
   */
  together(ids: readonly string[], access: ExpiryAccess<Opened>): Promise<boolean>;
}

/** What one step over rows in the order of their time came to. */
export interface RemovedRows {
  readonly removed: number;
  /** How long the oldest of them had been due, ms. */
  readonly oldestOverdueMs: number;
}

/**
 * One of three. Nothing else is ever swept.
 *
 * - `due`: the kinds of due work that the store owns. Whoever writes something with a time adds an entry to the due index.
 * - `inOrderOfTime`: the row keys begin with the time, so the oldest rows are the first of a partition and need no index.
 *   Removes at most `limit` rows; repeated until it removes none.
 * - a reason why nothing expires by itself, or with what it goes; a sentence for a data-protection officer.
 */
export type Expiry<Opened> =
  | { readonly due: Readonly<Record<string, DueWork<Opened> | DueWorkTogether<Opened>>> }
  | { inOrderOfTime(access: ExpiryAccess<Opened>, limit: number): Promise<RemovedRows> }
  | string;
