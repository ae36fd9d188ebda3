import { expect, it } from 'vitest';
import { z } from 'zod';
import { JsonSchemas } from './json-schema.js';

const Cat = z.object({ name: z.string(), born: z.iso.datetime() }).meta({ id: 'Cat' });
const cat = { $ref: '#/components/schemas/Cat' };

it('A model with a name is written once, wherever it stands', () => {
  const schemas = new JsonSchemas();
  expect(schemas.of(Cat)).toEqual(cat);
  expect(schemas.of(z.object({ cats: z.array(Cat).optional() }))).toEqual({
    type: 'object',
    properties: { cats: { type: 'array', items: cat } },
  });
  expect(schemas.named).toEqual({
    Cat: {
      type: 'object',
      properties: { name: { type: 'string' }, born: { type: 'string', format: 'date-time' } },
      required: ['name', 'born'],
    },
  });
  expect(schemas.resolve(schemas.of(Cat))).toBe(schemas.named['Cat']);
});

it('Two models with one name are refused', () => {
  const schemas = new JsonSchemas();
  schemas.of(Cat);
  expect(() => schemas.of(z.object({ wild: z.boolean() }).meta({ id: 'Cat' }))).toThrow('Two schemas are called Cat');
});

it('What has no name is written where it stands, without what says nothing', () => {
  expect(new JsonSchemas().of(z.record(z.string(), z.int()))).toEqual({
    type: 'object',
    additionalProperties: { type: 'integer' },
  });
});
