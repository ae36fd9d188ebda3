// Whether an erasure has left anything: what it promises is looked for, not believed.
import {
  advanceWalk,
  type BoundStore,
  nextInWalk,
  type PersonalIdentifier,
  type Walk,
  walkNotBegun,
} from '../data-map/index.js';
import type { ErasureProgress, ErasureWork } from './erasure-progress.js';

/** How often what is still found is erased again before the erasure fails. */
const maxRounds = 3;
/** Of one store, in the step of an erasure that has failed. */
const maxStepsAgain = 100;

/** Something is left that a declaration promises to erase. It is tried again, and parked: `GET /health` shows it. */
class ErasureIncomplete extends Error {
  override readonly name = 'ErasureIncomplete';

  constructor(stores: readonly string[]) {
    super(`An erasure still finds what it was to erase in: ${stores.join(', ')}.`);
  }
}

/**
 * All stores are asked once more. What one still holds, and does not say to leave, is erased again; an erasure that goes on
 * finding something is not done, and fails until it is.
 *
 * @returns undefined when nothing is left
 * @throws {ErasureIncomplete} after so many rounds
 */
export async function checkErased({
  parts,
  walk,
  identifiers,
  progress,
}: ErasureWork): Promise<ErasureProgress | undefined> {
  const checking = progress.checking ?? walkNotBegun;
  const turn = nextInWalk(parts, identifiers.length, checking)?.turn;
  const identifier = turn === undefined ? undefined : identifiers[turn];
  if (turn === undefined || identifier === undefined) {
    return undefined;
  }
  const unchecked = parts.stores.filter(({ store }) => checking.walked[store.name] === turn);
  const holding = await storesHolding(unchecked, identifier, walk);
  if (holding.length === 0) {
    return { ...progress, checking: unchecked.reduce((sum, { store }) => advanceWalk(sum, store.name), checking) };
  }
  const rounds = (progress.rounds ?? 0) + 1;
  if (rounds > maxRounds) {
    // Tried in this very step, so that it ends when the cause is mended, however often the job has failed before.
    await eraseAgain(holding, identifier, walk);
    const left = await storesHolding(holding, identifier, walk);
    if (left.length > 0) {
      throw new ErasureIncomplete(left.map(({ store }) => store.name));
    }
    return { ...progress, checking };
  }
  const again = Object.fromEntries(holding.map(({ store }) => [store.name, turn]));
  const erasing = { ...progress.erasing, walked: { ...progress.erasing.walked, ...again } };
  return { ...progress, erasing, rounds };
}

async function storesHolding(
  stores: readonly BoundStore[],
  identifier: PersonalIdentifier,
  walk: Walk,
): Promise<readonly BoundStore[]> {
  const holding: BoundStore[] = [];
  for (const bound of stores) {
    if (bound.store.personalData.length > 0) {
      const { items, notErased = 0 } = await bound.locate(identifier, walk);
      if (items > notErased) {
        holding.push(bound);
      }
    }
  }
  return holding;
}

async function eraseAgain(stores: readonly BoundStore[], identifier: PersonalIdentifier, walk: Walk): Promise<void> {
  for (const bound of stores) {
    let cursor: string | undefined;
    let steps = 0;
    do {
      ({ cursor } = await bound.erase(identifier, walk, cursor));
      steps += 1;
    } while (cursor !== undefined && steps < maxStepsAgain);
  }
}
