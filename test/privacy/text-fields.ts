// Every field in which a caller can write words, of every operation that changes something: from the schemas of headers,
// query and body, and the names in the path. What a schema leaves open counts as such a field.
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import type { CallOptions } from '../app/call-app.js';
import type { JsonSchema } from '../house/json-schema.js';

export interface TextField {
  readonly operation: string;
  /** Parts of the request, then names; `[]` is each of a list, `*` each value of a map, `*name` each of its names. */
  readonly path: readonly string[];
}

export const nameOf = ({ operation, path }: TextField): string => `${operation} ${path.join('.')}`;

/** What only reads, or only takes away, keeps nothing of what it was asked. */
const keepsNothing = new Set(['GET', 'DELETE']);

export function textFields(operations: readonly Operation[]): TextField[] {
  return operations
    .filter(({ method }) => !keepsNothing.has(method))
    .flatMap((operation) => {
      const { name, headers, query, body } = operation;
      const params = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, param = '']) => ['params', param]);
      const paths = [
        ...params,
        ...openTexts('headers', headers),
        ...openTexts('query', query),
        ...openTexts('body', body),
      ];
      return paths.map((path) => ({ operation: name, path }));
    });
}

function openTexts(part: string, schema: z.ZodType | undefined): string[][] {
  if (schema === undefined) {
    return [];
  }
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const found = new Map([...within(root, root, [part])].map((path) => [path.join('.'), path]));
  return [...found.values()];
}

function* within(root: JsonSchema, schema: JsonSchema, path: string[]): Generator<string[]> {
  const { type, enum: listed, properties, items, additionalProperties, propertyNames } = schema;
  if (schema.$ref !== undefined) {
    const definition = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    yield* within(root, definition as JsonSchema, path);
    return;
  }
  const several = [schema.anyOf, schema.oneOf, schema.allOf].filter((each) => each !== undefined).flat();
  for (const each of several) {
    yield* within(root, each as JsonSchema, path);
  }
  const types = [type ?? []].flat() as string[];
  const isClosed = listed !== undefined || schema.const !== undefined;
  if (!isClosed && (types.includes('string') || (types.length === 0 && several.length === 0))) {
    yield path;
  }
  for (const [name, each] of Object.entries(properties ?? {})) {
    yield* within(root, each as JsonSchema, [...path, name]);
  }
  if (typeof additionalProperties === 'object') {
    if ((propertyNames as JsonSchema | undefined)?.enum === undefined) {
      yield [...path, '*name'];
    }
    yield* within(root, additionalProperties as JsonSchema, [...path, '*']);
  }
  for (const each of [items ?? []].flat()) {
    yield* within(root, each as JsonSchema, [...path, '[]']);
  }
}

/** What a call puts into the field. */
export function textsIn({ path }: TextField, options: CallOptions): string[] {
  let values: unknown[] = [options];
  for (const part of path) {
    values = values.flatMap((value) => {
      if (typeof value !== 'object' || value === null) {
        return [];
      }
      const own = value as Readonly<Record<string, unknown>>;
      return part === '[]' || part === '*' ? Object.values(own) : part === '*name' ? Object.keys(own) : [own[part]];
    });
  }
  return values.filter((value) => typeof value === 'string' || value instanceof Uint8Array).map(String);
}
