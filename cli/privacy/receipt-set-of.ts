// Which set the receipts of an erasure are of. It goes on over several runs of the command; a new one begins when there is
// more to be erased, or at other places, than the last was signed for: then every place is asked anew for all of it.
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { newSetAfterMs } from '../receipt/receipt-set.js';
import type { ReceiptSet, RunState } from './run-state.js';
import type { WholePerson } from './whole-person.js';

export async function receiptSetOf(
  state: Pick<RunState, 'set' | 'saveSet' | 'operations'>,
  { all, identifiers }: Pick<WholePerson, 'all' | 'identifiers'>,
): Promise<ReceiptSet> {
  const places = all.map(({ endpoint }) => endpoint).sort();
  const { set: last, operations } = state;
  const isGoingOn =
    last !== undefined &&
    last.covers === identifiers.length &&
    isDeepStrictEqual(last.places, places) &&
    Date.now() - Date.parse(last.begunOn) < newSetAfterMs;
  if (isGoingOn) {
    return last;
  }
  const before = last === undefined ? Math.min(operations.size, 1) : Number(last.suffix || 1);
  const set: ReceiptSet = {
    id: randomUUID(),
    receipts: places.length,
    places,
    covers: identifiers.length,
    begunOn: new Date().toISOString(),
    suffix: before === 0 ? '' : ` ${before + 1}`,
  };
  await state.saveSet(set);
  return set;
}
