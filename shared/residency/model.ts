// The residency record of one day: what lies in the stores of a geography, and that all of it belongs there.

/** Kind of the due work that removes records whose time has come. */
export const dropResidencyKind = 'drop-residency';

/** What one store holds. */
export interface StoreCount {
  readonly store: string;
  /** Rows or blobs. */
  readonly items: number;
  /** Of each resource by its immutable id; of the first five hundred that were met. */
  readonly resources: Readonly<Record<string, number>>;
  /** Items of no resource of this geography; anything but 0 is an alert. */
  readonly foreign: number;
}

export interface ResidencyRecord {
  /** Product time, `2026-11-23`. */
  readonly day: string;
  /** Product ms. */
  readonly startedOn: number;
  /** Product ms. */
  readonly endedOn: number;
  readonly stores: readonly StoreCount[];
}

export function foreignIn({ stores }: Pick<ResidencyRecord, 'stores'>): number {
  return stores.reduce((sum, { foreign }) => sum + foreign, 0);
}

/** A promise is broken: somebody has to look. */
export class ForeignData extends Error {
  override readonly name = 'ForeignData';

  constructor(items: number, geography: string) {
    super(
      `${items} items in the storage of ${geography} belong to no resource of it. Compare the residency record of the day, store by store, and find out how they got there.`,
    );
  }
}
