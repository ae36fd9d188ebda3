// Which store does which kind of due work, by the declarations of the data map.
import type { BoundStore } from '../data-map/index.js';

export type DueWorkByKind = BoundStore['dueWork'];

/** @throws {Error} when two stores own the same kind: one of them would never be swept */
export function dueWorkOf(stores: readonly BoundStore[]): DueWorkByKind {
  const work: Record<string, DueWorkByKind[string]> = {};
  for (const { store, dueWork } of stores) {
    for (const [kind, step] of Object.entries(dueWork)) {
      if (kind in work) {
        throw new Error(`Due work of kind ${kind} is declared twice, the second time by ${store.name}.`);
      }
      work[kind] = step;
    }
  }
  return work;
}
