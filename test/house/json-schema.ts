// JSON Schemas of what callers send and are answered, from the schemas of the code. Named models are written once.
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

const place = '#/components/schemas/';

export class JsonSchemas {
  /** Those that have a name, by it: what a `$ref` leads to. */
  readonly named: Record<string, JsonSchema> = {};

  /** @throws {Error} when two different schemas have the same name */
  of(schema: z.ZodType): JsonSchema {
    // Within another one, because a schema is not written apart where it is the outermost.
    const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: behindPreprocessing(schema) }), {
      io: 'input',
      unrepresentable: 'any',
      override: ({ jsonSchema }) => tidy(jsonSchema),
    });
    for (const [name, definition] of Object.entries($defs)) {
      const written = relocated(definition);
      if (!isDeepStrictEqual((this.named[name] ??= written), written)) {
        throw new Error(`Two schemas are called ${name}.`);
      }
    }
    return relocated(properties?.['it'] ?? {});
  }

  /** The schema that a `$ref` leads to, or the schema itself. */
  resolve(schema: JsonSchema): JsonSchema {
    const name = schema.$ref?.startsWith(place) ? schema.$ref.slice(place.length) : undefined;
    return name === undefined ? schema : (this.named[name] ?? {});
  }
}

function relocated(schema: z.core.JSONSchema._JSONSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', `"${place}`)) as JsonSchema;
}

/** Leaves away what says nothing to a reader: names that stand elsewhere, what JavaScript calls safe, known formats spelt out. */
function tidy(schema: JsonSchema): void {
  delete schema['id'];
  if (schema.format === 'date-time' || schema.format === 'date') {
    delete schema.pattern;
  }
  if (schema.propertyNames !== undefined && isDeepStrictEqual(schema.propertyNames, { type: 'string' })) {
    delete schema.propertyNames;
  }
  if (schema.maximum === Number.MAX_SAFE_INTEGER) {
    delete schema.maximum;
  }
  if (schema.minimum === Number.MIN_SAFE_INTEGER) {
    delete schema.minimum;
  }
}

/** What `z.preprocess` accepts is anything; what it is meant to accept is what comes behind it. */
function behindPreprocessing(schema: z.ZodType): z.core.$ZodType {
  if (!(schema instanceof z.ZodPipe)) {
    return schema;
  }
  return schema.in instanceof z.ZodTransform ? schema.out : schema;
}
