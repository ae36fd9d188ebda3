// The answers of an operation as OpenAPI writes them: what is in the body, and the headers that are always there.
import type { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import { type AnswerStatus, downloadTypeOf, NoBody } from '../../shared/http/index.js';
import type { JsonSchemas } from './json-schema.js';

const statusTexts = {
  200: 'Done.',
  201: 'Made.',
  202: 'Accepted.',
  204: 'Done; no body.',
  206: 'The part that was asked for.',
  207: 'Done in part; the body says which.',
  302: 'Elsewhere; see Location.',
} as const satisfies Record<AnswerStatus, string>;

const text = { type: 'string' };
const address = { type: 'string', format: 'uri-reference' };

/** Headers as their standards write them. */
const headers: Readonly<Record<string, readonly [name: string, schema: object]>> = {
  location: ['Location', address],
  'operation-location': ['Operation-Location', address],
  'azure-asyncoperation': ['Azure-AsyncOperation', address],
  'retry-after': ['Retry-After', { type: 'integer', minimum: 0 }],
  etag: ['ETag', text],
  'accept-ranges': ['Accept-Ranges', text],
  'content-range': ['Content-Range', text],
};

export function answerObjects(schemas: JsonSchemas, { answers, answerHeaders }: Operation): Record<string, object> {
  return Object.fromEntries(
    [...answers].map(([status, schema]) => {
      const always = (answerHeaders[status] ?? []).map((name) => {
        const [written, value] = headers[name] ?? [name, text];
        return [written, { required: true, schema: value }] as const;
      });
      const content = contentOf(schemas, schema);
      return [
        status,
        {
          description: statusTexts[status],
          ...(always.length > 0 && { headers: Object.fromEntries(always) }),
          ...(content !== undefined && { content }),
        },
      ];
    }),
  );
}

function contentOf(schemas: JsonSchemas, schema: z.ZodType | undefined): object | undefined {
  if (schema === undefined || schema === NoBody) {
    return undefined;
  }
  const download = downloadTypeOf(schema);
  return download === undefined ? { 'application/json': { schema: schemas.of(schema) } } : { [download]: {} };
}
