// What is held in several places, as one: the reports of identify and the plans of erasure add it up.
import type { Located } from './data-store.js';

/** Since the older of both, until the later one is gone; when one of them has no end, both have none. */
export function bothLocated(one: Located, other: Located): Located {
  if (one.items === 0) {
    return other;
  }
  if (other.items === 0) {
    return one;
  }
  const since = Math.min(one.since ?? Number.POSITIVE_INFINITY, other.since ?? Number.POSITIVE_INFINITY);
  const keptUntil = Math.max(one.keptUntil ?? Number.POSITIVE_INFINITY, other.keptUntil ?? Number.POSITIVE_INFINITY);
  const notErased = (one.notErased ?? 0) + (other.notErased ?? 0);
  return {
    items: one.items + other.items,
    ...(notErased > 0 && { notErased }),
    ...(Number.isFinite(since) && { since }),
    ...(Number.isFinite(keptUntil) && { keptUntil }),
  };
}
