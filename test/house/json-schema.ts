// JSON Schema of what a caller may send, from the schema that checks it.
import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _$schema, ...json } = z.toJSONSchema(behindPreprocessing(schema), {
    io: 'input',
    unrepresentable: 'any',
  });
  return json;
}

/** What `z.preprocess` accepts is anything; what it is meant to accept is what comes behind it. */
function behindPreprocessing(schema: z.ZodType): z.core.$ZodType {
  if (!(schema instanceof z.ZodPipe)) {
    return schema;
  }
  return schema.in instanceof z.ZodTransform ? schema.out : schema;
}
