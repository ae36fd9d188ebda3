// An answer about somebody that comes a page at a time, as one: what a store holds may stand in parts on two of them.

export interface StoreItems {
  readonly store: string;
  readonly geography: string;
  readonly items: number;
  readonly since?: string;
  readonly keptUntil?: string;
  /** How many of the items an erasure would leave. */
  readonly notErased?: number;
}

export type Page = Readonly<Record<string, unknown>>;

/** @param one everything before */
export function mergePages(one: Page, other: Page): Page {
  const stores = new Map<string, StoreItems>();
  for (const each of [...storesOf(one), ...storesOf(other)]) {
    const before = stores.get(each.store);
    stores.set(each.store, before === undefined ? each : bothParts(before, each));
  }
  const notErased = [...listOf(one['notErased']), ...listOf(other['notErased'])];
  return { ...other, stores: [...stores.values()], ...(other['notErased'] !== undefined && { notErased }) };
}

/** Since the older, until the later; without an end when one of them has none. */
function bothParts(one: StoreItems, other: StoreItems): StoreItems {
  if (one.items === 0 || other.items === 0) {
    return one.items === 0 ? other : one;
  }
  const { keptUntil: _until, ...rest } = one;
  const since = [one.since, other.since].filter((each) => each !== undefined).toSorted()[0];
  const ends = [one.keptUntil, other.keptUntil].filter((each) => each !== undefined).toSorted();
  const notErased = (one.notErased ?? 0) + (other.notErased ?? 0);
  return {
    ...rest,
    items: one.items + other.items,
    ...(since !== undefined && { since }),
    ...(ends[1] !== undefined && { keptUntil: ends[1] }),
    ...(notErased > 0 && { notErased }),
  };
}

function storesOf(page: Page): readonly StoreItems[] {
  return listOf(page['stores']) as readonly StoreItems[];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
