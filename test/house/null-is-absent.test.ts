// What a body need not have may be `null` in it, which is as much: clients of some languages write it so.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { ComposedApp } from '../../functions/compose.js';
import { composeForReading } from './composed-app.js';

let app: ComposedApp;
beforeAll(async () => {
  app = await composeForReading();
});
afterAll(() => app?.storage.close());

type Schema = z.core.$ZodType;

function takes(schema: Schema, value: unknown): boolean {
  try {
    return z.safeParse(schema, value).success;
  } catch {
    // A part of a schema may rest on what another part has seen to.
    return false;
  }
}

/** Paths of what may be left out, or is one of many by its name, and may not be `null`. */
function refusals(schema: Schema, path: string, seen = new Set<Schema>()): string[] {
  if (seen.has(schema)) {
    return [];
  }
  seen.add(schema);
  const within = (inner: Schema, name = '') => refusals(inner, path + name, seen);
  const own = takes(schema, undefined) && !takes(schema, null) ? [path] : [];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return [...own, ...Object.entries(def.shape).flatMap(([name, member]) => within(member, `.${name}`))];
    case 'record':
      return [...(takes(def.valueType, null) ? [] : [`${path}.*`]), ...within(def.valueType, '.*')];
    case 'array':
      return [...own, ...within(def.element, '[]')];
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'nonoptional':
      // What the whole takes its inside need not.
      return [...own, ...inside(def.innerType, path, seen)];
    case 'pipe':
      return [...own, ...inside(def.in, path, seen), ...inside(def.out, path, seen)];
    case 'union':
      return [...own, ...def.options.flatMap((option) => inside(option, path, seen))];
    default:
      return own;
  }
}

const inside = (schema: Schema, path: string, seen: Set<Schema>) =>
  refusals(schema, path, seen).filter((found) => found !== path);

it('Every member of a body that may be left out may be null', () => {
  const bodies = app.operations.flatMap(({ name, body }) => (body instanceof z.ZodType ? [{ name, body }] : []));
  expect(bodies.length).toBeGreaterThan(30);
  expect(bodies.flatMap(({ name, body }) => refusals(body, name))).toEqual([]);
});

it('One that refuses null is found, however deep it is', () => {
  const schema = z.object({
    a: z.string().optional(),
    b: z.array(z.object({ c: z.int().default(1), d: z.string() })).nullish(),
    e: z.preprocess((sent) => sent, z.record(z.string(), z.string())),
    f: z
      .object({ g: z.boolean().optional() })
      .nullish()
      .transform((value) => value ?? undefined),
  });
  expect(refusals(schema, 'x')).toEqual(['x.a', 'x.b[].c', 'x.e.*', 'x.f.g']);
});
