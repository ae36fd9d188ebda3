// The numbers of a resource that is deleted go back to the inventory: those of its index, and what is held for its searches and
// reservations. It is done before the index is removed.
import type { EraseStep } from '../data-map/index.js';
import { inSlices } from './in-slices.js';
import { digitsOf } from './model.js';
import type { NumberParts } from './parts.js';

const numbersPerStep = 200;

/** @param cursor a kind, and of numbers the one where the step before ended */
export async function eraseClaims(
  { items, claims }: NumberParts,
  resourceId: string,
  cursor = 'search',
): Promise<EraseStep> {
  const erase = async (numbers: readonly string[]) =>
    (await inSlices(numbers, (number) => claims.giveBackOf(number, resourceId))).filter(Boolean).length;
  let erased = 0;
  if (cursor === 'search') {
    for await (const { content } of items.all(resourceId, 'search')) {
      erased += await erase(content.numbers);
    }
    return { erased, cursor: 'reservation' };
  }
  if (cursor === 'reservation') {
    for await (const { content } of items.all(resourceId, 'reservation')) {
      erased += await erase(Object.keys(content.numbers).map((digits) => `+${digits}`));
    }
    return { erased, cursor: 'number' };
  }
  const [, after = ''] = cursor.split('~');
  const some: string[] = [];
  for await (const number of items.numbers(resourceId, after)) {
    some.push(number);
    if (some.length === numbersPerStep) {
      return { erased: await erase(some), cursor: `number~${digitsOf(number)}` };
    }
  }
  return { erased: await erase(some) };
}
