// Writes docs/openapi.json: the registered operations as OpenAPI 3.1. Bodies of requests come from the schemas that
// check them; bodies of answers have no schema here, they are those of ACS.
import { z } from 'zod';
import { apiVersions, type ServiceName } from '../../shared/api/api-versions.js';
import { type Operation } from '../../shared/api/index.js';
import { type AnswerStatus, StreamedBody, WholeBody } from '../../shared/http/index.js';
import { jsonSchemaOf } from './json-schema.js';
import { knownServices } from './known-operations.js';
import { security, securitySchemes } from './security-schemes.js';

const statusTexts = {
  200: 'Done.',
  201: 'Made.',
  202: 'Accepted.',
  204: 'Done; no body.',
  206: 'The part that was asked for.',
  207: 'Done in part; the body says which.',
  302: 'Elsewhere; see Location.',
} as const satisfies Record<AnswerStatus, string>;

const ErrorDetail = z.object({ code: z.string(), message: z.string(), target: z.string().optional() });
const ErrorBody = z.object({
  error: ErrorDetail.extend({ details: z.array(ErrorDetail).optional(), innererror: ErrorDetail.optional() }),
});

export function openApiDocument(operations: readonly Operation[], version: string): object {
  const services = [...new Set(operations.map(({ service }) => service))];
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const path = (paths[`/${operation.path}`] ??= {});
    path[operation.method.toLowerCase()] = operationObject(operation);
  }
  return {
    openapi: '3.1.0',
    'x-generated': 'Made by `npm run docs` from the registered operations. Do not edit; a test fails when it is stale.',
    info: {
      title: 'Domicile',
      version,
      description: 'The operations of Azure Communication Services that Domicile answers.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'https://localhost:7401', description: 'The first resource of the emulator' }],
    tags: services.map((service) => ({
      name: service,
      description: knownServices[service]?.title ?? `Our own: ${service}`,
    })),
    paths,
    components: {
      parameters: Object.fromEntries(services.map((service) => [versionParameter(service), apiVersion(service)])),
      responses: { Error: errorResponse('Refused or failed.'), TooManyRequests: tooManyRequests() },
      schemas: { Error: jsonSchemaOf(ErrorBody) },
      securitySchemes: securitySchemes(operations),
    },
  };
}

function operationObject(operation: Operation): object {
  const { name, contract, summary, service, statuses, limit, errors = {} } = operation;
  const body = requestBody(operation);
  return {
    operationId: name,
    summary,
    tags: [service],
    ...(contract !== undefined && { 'x-sdk-operation': contract }),
    security: security(operation),
    parameters: [
      { $ref: `#/components/parameters/${versionParameter(service)}` },
      ...pathParameters(operation),
      ...headerParameters(operation),
      ...queryParameters(operation),
    ],
    ...(body !== undefined && { requestBody: body }),
    responses: {
      ...Object.fromEntries(statuses.map((status) => [status, { description: statusTexts[status] }])),
      ...Object.fromEntries(Object.entries(errors).map(([status, shape]) => [status, errorOfShape(shape)])),
      ...(limit !== undefined && { 429: { $ref: '#/components/responses/TooManyRequests' } }),
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

function pathParameters({ path }: Operation): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function headerParameters({ headers }: Operation): object[] {
  // OpenAPI ignores parameters of these names: they stand with the body and with who may call.
  const parameters = headers === undefined ? [] : parametersOf(headers, 'header');
  return parameters.filter(({ name }) => name !== 'content-type' && name !== 'authorization');
}

function queryParameters({ query }: Operation): object[] {
  return query === undefined ? [] : parametersOf(query, 'query');
}

function parametersOf(declared: z.ZodType, place: 'query' | 'header') {
  const { properties = {}, required = [] } = jsonSchemaOf(declared);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema,
  }));
}

function requestBody({ body, contentTypes, maxBodyBytes, method }: Operation): object | undefined {
  if (body === undefined) {
    return undefined;
  }
  const description = `At most ${maxBodyBytes} bytes.`;
  const contentOf = (types: readonly string[], media: object) =>
    Object.fromEntries((contentTypes ?? types).map((type) => [type, media]));
  if (body === StreamedBody || body === WholeBody) {
    return { description, required: true, content: contentOf(['*/*'], {}) };
  }
  const required = !body.safeParse(undefined).success;
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return { description, required, content: contentOf([type], { schema: jsonSchemaOf(body) }) };
}

function versionParameter(service: ServiceName): string {
  return `${service}ApiVersion`;
}

function apiVersion(service: ServiceName): object {
  return { name: 'api-version', in: 'query', required: true, schema: { type: 'string', enum: apiVersions[service] } };
}

function errorResponse(description: string): object {
  return {
    description,
    headers: { 'x-ms-error-code': { schema: { type: 'string' } } },
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
}

function errorOfShape(shape: 'acs' | 'fields' | 'problem' = 'acs'): object {
  switch (shape) {
    case 'acs':
      return { $ref: '#/components/responses/Error' };
    case 'fields': {
      const schema = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } };
      return { description: 'What is wrong, by field.', content: { 'application/json': { schema } } };
    }
    case 'problem':
      return { description: 'Refused.', content: { 'application/problem+json': {} } };
  }
}

function tooManyRequests(): object {
  const response = errorResponse('Called too often; try again after the seconds in Retry-After.');
  return { ...response, headers: { 'Retry-After': { schema: { type: 'integer', minimum: 1 } } } };
}
