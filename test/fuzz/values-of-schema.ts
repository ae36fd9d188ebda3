// Values for a JSON Schema: mostly such as it accepts, and now and then such as it should refuse.
import fc from 'fast-check';
import type { JsonSchema, JsonSchemas } from '../house/json-schema.js';
import { hostileText } from './hostile-text.js';

const depthLimit = 6;
const anything: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, 0, -1, 1.5, 1e300, 2 ** 53, [], {}, [[[[]]]], JSON.parse('{"__proto__":{"x":1}}')),
);

/** @param known texts that mean something where the request goes: ids of what is there */
export function valuesOf(
  schemas: JsonSchemas,
  schema: JsonSchema,
  known: fc.Arbitrary<string>,
  depth = 0,
): fc.Arbitrary<unknown> {
  const values = acceptable(schemas, schemas.resolve(schema), known, depth);
  return fc.oneof({ weight: 12, arbitrary: values }, { weight: 1, arbitrary: anything });
}

function acceptable(
  schemas: JsonSchemas,
  schema: JsonSchema,
  known: fc.Arbitrary<string>,
  depth: number,
): fc.Arbitrary<unknown> {
  const of = (inner: unknown) => valuesOf(schemas, inner as JsonSchema, known, depth + 1);
  if (depth > depthLimit) {
    return anything;
  }
  if (schema.enum !== undefined) {
    return fc.constantFrom(...(schema.enum as unknown[]));
  }
  if (schema.const !== undefined) {
    return fc.constant(schema.const);
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    return fc.oneof(...choices.map(of));
  }
  switch (schema.type) {
    case 'object':
      return objects(schema, of);
    case 'array':
      return fc.array(of(schema.items ?? {}), { maxLength: 4 });
    case 'string':
      return fc.oneof(known, hostileText);
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({ min: schema.minimum ?? -5, max: Math.max(schema.minimum ?? -5, schema.maximum ?? 500) }),
        fc.constantFrom(0, -1, 1e300, 2 ** 53, 0.5),
      );
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return anything;
  }
}

function objects(schema: JsonSchema, of: (inner: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const known = fc.record(Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, of(inner)])), {
    requiredKeys: required,
  });
  if (typeof additionalProperties !== 'object') {
    return known;
  }
  const more = fc.dictionary(hostileText, of(additionalProperties), { maxKeys: 3 });
  return fc.tuple(known, more).map(([one, other]) => ({ ...(one as object), ...other }));
}
