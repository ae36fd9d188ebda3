// What is promised of the records of a capability: given, taken into an empty resource and given again, they are the same.
import { expect } from 'vitest';
import type { Capability, RecordKind } from '../../functions/capability.js';
import type { Resource } from '../../shared/geography/index.js';

type Records = Pick<Capability, 'records' | 'name'>;

/**
 * Checks all kinds of records of a capability, in their order. The resource has to hold something of each.
 *
 * @param empty makes the resource hold nothing of them
 * @returns what was given, by kind
 */
export async function roundTrip(
  { name, records = [] }: Records,
  resource: Resource,
  empty: () => Promise<unknown>,
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const given = await giveAll(records, resource);
  for (const { name: kind, schema } of records) {
    const items = given.get(kind) ?? [];
    expect(items.length, `${name} gives nothing of ${kind}`).toBeGreaterThan(0);
    for (const item of items) {
      // A schema that lets less through than is given would lose it on the way.
      expect(schema.parse(JSON.parse(JSON.stringify(item)))).toEqual(item);
    }
  }
  await empty();
  for (const [kind, items] of await giveAll(records, resource)) {
    expect(items, `${kind} after emptying`).toEqual([]);
  }
  // Twice: whatever moves records may be stopped and repeat itself.
  for (let times = 0; times < 2; times++) {
    for (const { name: kind, schema, take } of records) {
      for (const item of given.get(kind) ?? []) {
        await take(resource, schema.parse(JSON.parse(JSON.stringify(item))));
      }
    }
    expect(await giveAll(records, resource)).toEqual(given);
  }
  return given;
}

async function giveAll(records: readonly RecordKind[], resource: Resource): Promise<Map<string, unknown[]>> {
  const all = new Map<string, unknown[]>();
  for (const { name, give } of records) {
    const items: unknown[] = [];
    for await (const item of give(resource)) {
      items.push(item);
    }
    all.set(name, items);
  }
  return all;
}
