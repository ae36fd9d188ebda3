// Tells an operator how long one stored thing is kept, and why; by the declarations of the data map.
import { Fault } from '../http/index.js';
import type { BoundStore, Explanation } from '../data-map/index.js';
import type { Resource } from '../geography/index.js';
import type { Clock } from '../time/clock.js';
import { retentionFaults } from './faults.js';

export interface ExplainParts {
  /** The data map, opened. */
  readonly stores: readonly BoundStore[];
  readonly clock: Clock;
}

/** What can be explained, in the order of the data map. */
export function explainedKinds(stores: readonly BoundStore[]): readonly string[] {
  return stores.flatMap(({ store }) => store.explain?.kind ?? []);
}

/**
 * @param isInPath the id stood in the path of the request
 * @throws {Fault} 400 for an unknown kind, or an id that must not stand in a path; 404 when nothing is kept
 */
export async function explain(
  { stores, clock }: ExplainParts,
  resource: Resource,
  { kind, id, isInPath }: { readonly kind: string; readonly id: string; readonly isInPath: boolean },
): Promise<Explanation> {
  const bound = stores.find(({ store }) => store.explain?.kind === kind);
  if (bound === undefined) {
    throw new Fault(retentionFaults.unknownKind, { target: 'kind' });
  }
  if (isInPath && bound.store.explain?.isIdPersonal) {
    throw new Fault(retentionFaults.personalId, { target: 'id' });
  }
  const walk = { resourceId: resource.immutableId, now: clock.now(), realNow: clock.realNow() };
  const explanation = await bound.explain(id, walk);
  if (explanation === undefined) {
    throw new Fault(retentionFaults.nothingKept);
  }
  return explanation;
}
