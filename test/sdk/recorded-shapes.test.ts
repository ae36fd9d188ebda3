// What operations declare to answer, against the shapes of what the service was recorded to answer: every field that was
// seen is declared with its type, every field that was always there is required. Fields of later versions may be more.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { type AnswerStatus, NoBody } from '../../shared/http/index.js';
import { composeForReading } from '../house/composed-app.js';
import { type JsonSchema, JsonSchemas } from '../house/json-schema.js';
import { ErrorBody } from '../house/openapi-document.js';
import { recordedShapes } from './recorded-shapes.js';

/** By operation and status, what differs on purpose, word for word; each with its reason, here and in docs/differences.md. */
const onPurpose: Readonly<Record<string, readonly string[]>> = {};

let app: ComposedApp;
const schemas = new JsonSchemas();

beforeAll(async () => {
  app = await composeForReading();
});
afterAll(() => app?.storage.close());

/** The schema itself, or all that it may be. */
function optionsOf(schema: JsonSchema): JsonSchema[] {
  const { anyOf, oneOf } = schemas.resolve(schema);
  const options = (anyOf ?? oneOf) as JsonSchema[] | undefined;
  return options === undefined ? [schemas.resolve(schema)] : options.flatMap(optionsOf);
}

/** What stands at a field of each that a schema may be; undefined where there is no such field. */
function fieldOf(schema: JsonSchema, name: string): (JsonSchema | undefined)[] {
  return optionsOf(schema).map(({ properties, additionalProperties }) =>
    name === '*' ? (additionalProperties as JsonSchema | undefined) : (properties?.[name] as JsonSchema | undefined),
  );
}

/** @param path `value[].content.message` */
function faultsAt(root: JsonSchema, path: string, recorded: string): string[] {
  const names = path.split('.');
  let holders: JsonSchema[] = [root];
  for (const [index, name] of names.entries()) {
    const plain = name.replace('[]', '');
    const found = holders.flatMap((holder) => fieldOf(holder, plain)).filter((each) => each !== undefined);
    if (found.length === 0) {
      return [`${path} is not declared`];
    }
    if (index === names.length - 1) {
      return [...wrongType(found, path, recorded), ...notRequired(holders, plain, path, recorded)];
    }
    const isList = name.endsWith('[]');
    holders = found.flatMap((each) => (isList ? optionsOf(each).map(({ items }) => items as JsonSchema) : [each]));
  }
  return [];
}

function wrongType(found: readonly JsonSchema[], path: string, recorded: string): string[] {
  const type = recorded.replace('?', '');
  const declared = [...new Set(found.flatMap(optionsOf).map((each) => each.type))];
  return type === 'any' || (declared.length === 1 && declared[0] === type)
    ? []
    : [`${path} is declared as ${declared.join(', ')}, and was recorded as ${type}`];
}

function notRequired(holders: readonly JsonSchema[], name: string, path: string, recorded: string): string[] {
  // Of several models with one field each, only those that have it are asked.
  const having = holders.flatMap(optionsOf).filter(({ properties }) => properties?.[name] !== undefined);
  const isAlways = having.every(({ required = [] }) => required.includes(name));
  return recorded.endsWith('?') || isAlways ? [] : [`${path} was always there, and is declared as if it need not be`];
}

describe('As recorded', () => {
  it.each(recordedShapes.map((shape) => [`${shape.operation} ${shape.status}`, shape] as const))('%s', (key, shape) => {
    const operation = app.operations.find(({ name }) => name === shape.operation);
    const isRefusal = shape.status >= 400;
    const schema = isRefusal ? ErrorBody : operation?.answers.get(shape.status as AnswerStatus);
    expect(schema, 'declares this status').toBeDefined();
    if (shape.fields === null) {
      expect(schema).toBe(NoBody);
      return;
    }
    const root = schemas.of(schema ?? NoBody);
    const faults = Object.entries(shape.fields).flatMap(([path, recorded]) =>
      // One schema for all refusals: which fields each has is seen on real ones (test/answers).
      faultsAt(root, path, isRefusal ? `${recorded.replace('?', '')}?` : recorded),
    );
    expect(faults).toEqual(onPurpose[key] ?? []);
  });
});
