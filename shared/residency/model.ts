// The residency record of one day: what lies in the stores of a geography, and that all of it belongs there.

/** Kind of the due work that removes records whose time has come. */
export const dropResidencyKind = 'drop-residency';

/** A value of its own: 0 means that somebody looked and nothing was there, this that nobody has looked. */
export const notCounted = 'notCounted';
export type Figure = number | typeof notCounted;

/** What one store holds. */
export interface StoreCount {
  readonly store: string;
  /** Rows, blobs or messages. */
  readonly items: Figure;
  /** Of each resource by its immutable id; of the first five hundred that were met. */
  readonly resources: Readonly<Record<string, number>>;
  /** Items of no resource of this geography; anything but 0 is an alert. */
  readonly foreign: Figure;
  /** Items of which nothing tells whether they belong here, such as receipts of resources that are deleted. */
  readonly unchecked: number;
}

/** What a store holds of one resource. */
export function itemsOf({ items, resources }: StoreCount, resourceId: string): Figure {
  const told = Object.values(resources).reduce((sum, each) => sum + each, 0);
  // Who is not named has none only when every item is somebody's who is.
  return resources[resourceId] ?? (told === items ? 0 : notCounted);
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
  return stores.reduce((sum, { foreign }) => sum + (foreign === notCounted ? 0 : foreign), 0);
}

/** Names of the stores of which it is not known whether all of it belongs here: the sum of what is foreign leaves them out. */
export function uncheckedIn({ stores }: Pick<ResidencyRecord, 'stores'>): readonly string[] {
  return stores.filter(({ foreign, unchecked }) => foreign === notCounted || unchecked > 0).map(({ store }) => store);
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
