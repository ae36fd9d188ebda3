// Writes docs/openapi.json: the registered operations as OpenAPI 3.1. Bodies of requests come from the schemas that
// check them, bodies of answers from those that the operations declare and the tests hold every answer against.
import { z } from 'zod';
import { apiVersions, type ServiceName } from '../../shared/api/api-versions.js';
import { type Operation } from '../../shared/api/index.js';
import { StreamedBody, WholeBody } from '../../shared/http/index.js';
import { answerObjects } from './answer-objects.js';
import { JsonSchemas } from './json-schema.js';
import { titleOf } from './known-operations.js';
import { security, securitySchemes } from './security-schemes.js';

const ErrorDetail = z.object({ code: z.string(), message: z.string(), target: z.string().optional() });
export const ErrorBody = z.object({
  error: ErrorDetail.extend({ details: z.array(ErrorDetail).optional(), innererror: ErrorDetail.optional() }),
});

export function openApiDocument(operations: readonly Operation[], version: string): object {
  const services = [...new Set(operations.map(({ service }) => service))];
  const schemas = new JsonSchemas();
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const path = (paths[`/${operation.path}`] ??= {});
    path[operation.method.toLowerCase()] = operationObject(schemas, operation);
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
      description: titleOf(service),
    })),
    paths,
    components: {
      parameters: Object.fromEntries(
        services.filter(hasVersions).map((service) => [versionParameter(service), apiVersion(service)]),
      ),
      responses: { Error: errorResponse('Refused or failed.'), TooManyRequests: tooManyRequests() },
      schemas: { Error: schemas.of(ErrorBody), ...inOrder(schemas.named) },
      securitySchemes: securitySchemes(operations),
    },
  };
}

function inOrder<Value>(named: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(named).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function operationObject(schemas: JsonSchemas, operation: Operation): object {
  const { name, contract, summary, service, limit, errors = {} } = operation;
  const body = requestBody(schemas, operation);
  return {
    operationId: name,
    summary,
    tags: [service],
    ...(contract !== undefined && { 'x-sdk-operation': contract }),
    security: security(operation),
    parameters: [
      ...(hasVersions(service) ? [{ $ref: `#/components/parameters/${versionParameter(service)}` }] : []),
      ...pathParameters(operation),
      ...headerParameters(schemas, operation),
      ...queryParameters(schemas, operation),
    ],
    ...(body !== undefined && { requestBody: body }),
    responses: {
      ...answerObjects(schemas, operation),
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

function headerParameters(schemas: JsonSchemas, { headers }: Operation): object[] {
  // OpenAPI ignores parameters of these names: they stand with the body and with who may call.
  const parameters = headers === undefined ? [] : parametersOf(schemas, headers, 'header');
  return parameters.filter(({ name }) => name !== 'content-type' && name !== 'authorization');
}

function queryParameters(schemas: JsonSchemas, { query }: Operation): object[] {
  return query === undefined ? [] : parametersOf(schemas, query, 'query');
}

function parametersOf(schemas: JsonSchemas, declared: z.ZodType, place: 'query' | 'header') {
  const { properties = {}, required = [] } = schemas.resolve(schemas.of(declared));
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema,
  }));
}

function requestBody(
  schemas: JsonSchemas,
  { body, contentTypes, maxBodyBytes, method }: Operation,
): object | undefined {
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
  return { description, required, content: contentOf([type], { schema: schemas.of(body) }) };
}

/** What clients ask at fixed addresses has none. */
function hasVersions(service: ServiceName): boolean {
  return apiVersions[service].length > 0;
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
      const fields = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } };
      const schema = { anyOf: [fields, { $ref: '#/components/schemas/Error' }] };
      return {
        description: 'What is wrong, by field; as everywhere when it is of no field.',
        content: { 'application/json': { schema } },
      };
    }
    case 'problem':
      return { description: 'Refused.', content: { 'application/problem+json': {} } };
  }
}

function tooManyRequests(): object {
  const response = errorResponse('Called too often; try again after the seconds in Retry-After.');
  return { ...response, headers: { 'Retry-After': { schema: { type: 'integer', minimum: 1 } } } };
}
