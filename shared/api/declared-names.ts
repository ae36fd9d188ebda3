// Names and values as Azure compares them: `?MaxPageSize=` is `maxPageSize`, and `"disabled"` is `Disabled` where only a few
// values are possible. Before a schema checks what was sent, it is put in the schema's own letters.
import type { z } from 'zod';

type Schema = z.core.$ZodType;

const namesOf = new WeakMap<Schema, ReadonlyMap<string, string>>();

/** Declared names by their lower-case form, of every object that the schema can be. */
export function declaredNames(schema: Schema): ReadonlyMap<string, string> {
  let names = namesOf.get(schema);
  if (names === undefined) {
    names = new Map(shapesOf(schema).flatMap((shape) => Object.keys(shape).map((name) => [name.toLowerCase(), name])));
    namesOf.set(schema, names);
  }
  return names;
}

/**
 * The value in the letters of its schema, as far as the schema names something; all else stays.
 *
 * @param ofNames whether names count so too: in Azure Resource Manager they do
 */
export function inDeclaredLetters(schema: Schema, value: unknown, ofNames: boolean): unknown {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'enum':
      return typeof value === 'string' ? ofEntries(Object.values(def.entries), value) : value;
    case 'literal':
      return typeof value === 'string' ? ofEntries(def.values, value) : value;
    case 'array':
      return Array.isArray(value) ? value.map((each) => inDeclaredLetters(def.element, each, ofNames)) : value;
    case 'record':
      return isObject(value)
        ? Object.fromEntries(
            Object.entries(value).map(([name, each]) => [name, inDeclaredLetters(def.valueType, each, ofNames)]),
          )
        : value;
    case 'object':
      return isObject(value) ? objectInLetters(schema, def.shape, value, ofNames) : value;
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return inDeclaredLetters(def.innerType, value, ofNames);
    case 'pipe': {
      // What was sent is not what the second half sees, unless the first is `z.preprocess`.
      const isPreprocessed = (def.in as z.core.$ZodTypes)._zod.def.type === 'transform';
      return inDeclaredLetters(isPreprocessed ? def.out : def.in, value, ofNames);
    }
    case 'union':
      return def.options.reduce<unknown>((so, option) => inDeclaredLetters(option, so, ofNames), value);
    default:
      return value;
  }
}

function objectInLetters(
  schema: Schema,
  shape: Readonly<Record<string, Schema>>,
  value: Readonly<Record<string, unknown>>,
  ofNames: boolean,
): Readonly<Record<string, unknown>> {
  const names = declaredNames(schema);
  return Object.fromEntries(
    Object.entries(value).map(([sent, each]) => {
      const declared = Object.hasOwn(shape, sent) || !ofNames ? sent : names.get(sent.toLowerCase());
      const name = declared === undefined || (declared !== sent && Object.hasOwn(value, declared)) ? sent : declared;
      const inner = Object.hasOwn(shape, name) ? shape[name] : undefined;
      return [name, inner === undefined ? each : inDeclaredLetters(inner, each, ofNames)];
    }),
  );
}

function ofEntries(entries: readonly unknown[], sent: string): unknown {
  const found = entries.find((entry) => typeof entry === 'string' && entry.toLowerCase() === sent.toLowerCase());
  return entries.includes(sent) ? sent : (found ?? sent);
}

function shapesOf(schema: Schema): Readonly<Record<string, Schema>>[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return [def.shape];
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return shapesOf(def.innerType);
    case 'pipe':
      return [...shapesOf(def.in), ...shapesOf(def.out)];
    case 'union':
      return def.options.flatMap(shapesOf);
    default:
      return [];
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
