// In the emulator the resource that nobody has created has a number from the start.
import type { GeographySlug } from '../geography/index.js';
import { seededNumber } from './emulated-lots.js';
import { numberId } from './number-items.js';
import type { NumberParts } from './parts.js';

const seedId = 'number';

/** Once for ever: one that an owner has given back stays so. May be stopped anywhere and repeated. */
export async function seedNumber(
  { items, claims, clock }: Pick<NumberParts, 'items' | 'claims' | 'clock'>,
  geography: GeographySlug,
  resourceId: string,
): Promise<void> {
  if ((await items.find(resourceId, 'seed', seedId)) !== undefined) {
    return;
  }
  const number = seededNumber(geography);
  const purchase = { resourceId, order: seedId, on: Math.floor(clock.now()) };
  await items.put(resourceId, 'number', numberId(number.phoneNumber), { purchase: seedId });
  await claims.give(number, purchase);
  await items.put(resourceId, 'seed', seedId, {});
}
