import { expect, it } from 'vitest';
import { z } from 'zod';
import { mergePatch, namedOrAbsent, orAbsent, orDefault, orRemoved } from '../../functions/wire/null-and-absent.js';

it('Null is as much as nothing, or as the default', () => {
  const schema = z.object({ name: orAbsent(z.string()), type: orDefault(z.enum(['a', 'b']), 'a') });
  for (const sent of [{}, { name: null, type: null }]) {
    expect(schema.parse(sent)).toEqual({ name: undefined, type: 'a' });
  }
  expect(schema.parse({ name: '', type: 'b' })).toEqual({ name: '', type: 'b' });
  expect(schema.safeParse({ name: 7 }).success).toBe(false);
});

it('Null in a map is a value that is not given', () => {
  const schema = namedOrAbsent(z.string());
  expect(schema.parse({ a: null, b: 'x' })).toEqual({ b: 'x' });
  expect(schema.safeParse({ a: 7 }).success).toBe(false);
});

it('A member that null takes away is told from one that is not named', () => {
  const schema = z.object({ policy: orRemoved(z.string()) });
  expect(schema.parse({ policy: null })).toEqual({ policy: null });
  expect(schema.parse({})).toEqual({});
  expect(schema.safeParse({ policy: 7 }).success).toBe(false);
});

it('In a merge patch null is kept, to take something away', () => {
  const schema = mergePatch(z.object({ role: z.string() }));
  const patch = { ada: { role: 'Presenter' }, bob: null };
  expect(schema.parse(patch)).toEqual(patch);
  expect(schema.safeParse({ ada: { role: null } }).success).toBe(false);
});
