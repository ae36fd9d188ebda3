// Stores of the data map that keep their things in memory, to play builds whose stores differ. Each thing is removed by a
// step of its own, so that walks stop inside of a store too.
import {
  bind,
  type BoundStore,
  dataStore,
  type DataStoreDeclaration,
  retiredStore,
} from '../../shared/data-map/index.js';

/** Things by whose they are: the raw id of an identity, or the id of a resource. */
export type Things = Map<string, number>;

export interface MemoryWorld {
  /** Things by name of the store, whatever build is at work. */
  readonly stores: Map<string, Things>;
  /** Each step of a walk: name of the store and whose it was. */
  readonly walked: string[];
}

/** @param owners have so many things each in every store */
export function plantThings(names: readonly string[], owners: readonly string[], things: number): MemoryWorld {
  const planted = () => new Map(owners.map((owner) => [owner, things]));
  return { stores: new Map(names.map((name) => [name, planted()])), walked: [] };
}

export function memoryStore(world: MemoryWorld, name: string, { isRetired = false } = {}): BoundStore {
  const things = world.stores.get(name) ?? new Map<string, number>();
  const removeOne = (owner: string) => {
    world.walked.push(`${name} ${owner}`);
    const left = things.get(owner) ?? 0;
    things.set(owner, Math.max(0, left - 1));
    return { erased: Math.min(left, 1), ...(left > 1 && { cursor: `${left - 1} left` }) };
  };
  const declaration: DataStoreDeclaration<undefined> = {
    name,
    area: 'persons',
    rank: 'content',
    medium: 'table',
    holds: 'Things',
    personalData: ['things'],
    keptFor: 'ever',
    locate: async (identifier) => ({ items: identifier.kind === 'identity' ? (things.get(identifier.rawId) ?? 0) : 0 }),
    async *exportItems() {},
    erase: async (identifier) => (identifier.kind === 'identity' ? removeOne(identifier.rawId) : { erased: 0 }),
    lateWrites: 'Nothing is written',
    eraseResource: async ({ resourceId }) => removeOne(resourceId),
    expired: 'Nothing expires',
  };
  return bind(isRetired ? retiredStore(declaration) : dataStore(declaration), undefined);
}

/** What is left, as `store owner`. */
export function whatIsLeft({ stores }: MemoryWorld): string[] {
  return [...stores].flatMap(([name, things]) =>
    [...things].flatMap(([owner, count]) => (count === 0 ? [] : [`${name} ${owner}`])),
  );
}
