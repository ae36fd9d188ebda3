// Some free numbers, as they come: nothing is held, so that others may be quicker.
import { findOffer } from './find-offer.js';
import { inSlices } from './in-slices.js';
import { atOnce, browsedNumbers, maxTries } from './limits.js';
import type { NumberQuery, OfferedNumber } from './number-provider.js';
import type { NumberParts } from './parts.js';

/** @throws {Fault} 404 for a country without numbers, 400 when no numbers can do what is wanted */
export async function browseNumbers(
  { provider, claims, clock, ids }: NumberParts,
  query: NumberQuery,
): Promise<readonly OfferedNumber[]> {
  await findOffer(provider, query);
  const free: OfferedNumber[] = [];
  let some: OfferedNumber[] = [];
  let tries = 0;
  const look = async () => {
    const claimed = await inSlices(some, ({ phoneNumber }) => claims.claimOf(phoneNumber));
    const now = clock.now();
    // A hold that is over holds nobody off.
    const isFree = (n: number) => claimed[n] === undefined || (claimed[n]?.heldUntil ?? Infinity) <= now;
    free.push(...some.filter((_, n) => isFree(n)));
    tries += some.length;
    some = [];
  };
  for await (const number of provider.numbers(query, ids.fraction())) {
    some.push(number);
    if (some.length === atOnce || some.length >= browsedNumbers - free.length) {
      await look();
    }
    if (free.length >= browsedNumbers || tries >= maxTries) {
      break;
    }
  }
  await look();
  return free.slice(0, browsedNumbers);
}
