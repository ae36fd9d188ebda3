// The numbers of a resource, in pages. The index says which it may have; each number says itself whose it is.
import { inSlices } from './in-slices.js';
import type { NumberClaim } from './model.js';
import type { NumberParts } from './parts.js';

export interface NumberPage {
  readonly numbers: readonly NumberClaim[];
  readonly isLast: boolean;
}

export async function listNumbers(
  { items, claims }: NumberParts,
  resourceId: string,
  skip: number,
  top: number,
): Promise<NumberPage> {
  const listed: string[] = [];
  let seen = 0;
  for await (const number of items.numbers(resourceId)) {
    seen += 1;
    if (seen > skip) {
      listed.push(number);
    }
    // One more says that there is a next page.
    if (listed.length > top) {
      break;
    }
  }
  const found = await inSlices(listed.slice(0, top), (number) => claims.owned(resourceId, number));
  return { numbers: found.filter((claim) => claim !== undefined), isLast: listed.length <= top };
}
