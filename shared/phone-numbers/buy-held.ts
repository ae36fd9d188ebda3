// Makes numbers that are held a resource's own: each stands in its index before it is its own, so that deleting the resource
// finds it, wherever this is stopped.
import { inSlices } from './in-slices.js';
import { numberId } from './number-items.js';
import type { NumberParts } from './parts.js';

export interface HeldBy {
  readonly resourceId: string;
  /** Id of the search or the reservation. */
  readonly heldBy: string;
  /** Id of the purchase. */
  readonly purchase: string;
}

/** May be repeated. @returns those that are its own now; the others are not held any more */
export async function buyHeld(
  { items, claims, clock }: NumberParts,
  numbers: readonly string[],
  { resourceId, heldBy, purchase }: HeldBy,
): Promise<readonly string[]> {
  const on = Math.floor(clock.now());
  const bought = await inSlices(numbers, async (number) => {
    const id = numberId(number);
    const etag = await items.put(resourceId, 'number', id, { purchase });
    const claim = await claims.buy(number, heldBy, { resourceId, order: purchase, on });
    // One that is not held any more may be its own by another purchase: then it stays in the index.
    if (claim === undefined && (await claims.claimOf(number))?.resourceId !== resourceId) {
      await items.dropUnchanged(resourceId, 'number', { id, etag });
    }
    return claim !== undefined;
  });
  return numbers.filter((_, n) => bought[n]);
}
