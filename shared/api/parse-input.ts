// Checks what a caller sent against an operation's schemas: headers, query and body together, so that an answer can say
// everything that is wrong with them.
import { Readable } from 'node:stream';
import { type ApiRequest, Fault, faults, StreamedBody, WholeBody } from '../http/index.js';
import type { Operation } from './operation.js';
import { Problems } from './problems.js';

export interface ParsedInput {
  readonly headers: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/**
 * @param content JSON of the body, or what came of a body that is none
 * @throws {Fault} 400 with all problems
 */
export function checkInput(
  operation: Operation,
  request: ApiRequest,
  search: URLSearchParams,
  content: unknown,
): ParsedInput {
  const problems = new Problems(operation.invalid);
  const input = {
    body: isJson(operation) ? problems.check(operation.body, content, 'body') : content,
    query: operation.query === undefined ? {} : problems.check(operation.query, valuesOf(search), 'query'),
    headers:
      operation.headers === undefined
        ? {}
        : problems.check(operation.headers, headersOf(operation, request), 'headers'),
  };
  problems.throwIfAny();
  return input;
}

/**
 * Reads the body in the form that the operation takes it in.
 *
 * @param readBody reads it whole; it may have been read for its signature already, and then is in `bytes`
 * @throws {Fault} 400, 413, 415 when it is not in that form
 */
export async function readContent(
  operation: Operation,
  request: ApiRequest,
  readBody: () => Promise<Buffer>,
  bytes: Buffer | undefined,
): Promise<unknown> {
  if (operation.body === undefined) {
    return undefined;
  }
  if (isJson(operation)) {
    return parseJson(operation, request, await readBody());
  }
  requireType(operation, request.header('content-type') ?? '');
  if (operation.body === WholeBody) {
    return readBody();
  }
  return bytes === undefined ? request.streamBody(operation.maxBodyBytes) : Readable.from([bytes]);
}

const anyJson = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

type WithBody = Operation & { readonly body: NonNullable<Operation['body']> };

function isJson(operation: Operation): operation is WithBody {
  const { body } = operation;
  return body !== undefined && body !== StreamedBody && body !== WholeBody;
}

function parseJson(operation: Operation, request: ApiRequest, bytes: Buffer): unknown {
  if (bytes.length === 0) {
    return undefined;
  }
  const type = request.header('content-type');
  if (type !== undefined) {
    requireType(operation, type);
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's own message quotes the text, which may be personal data.
    throw new Fault(faults.malformedJson);
  }
}

/** What is declared, or without a declaration: JSON of any kind for JSON, anything for bytes. */
function requireType(operation: Operation, sent: string): void {
  const { contentTypes } = operation;
  if (contentTypes === undefined) {
    if (isJson(operation) && !anyJson.test(sent)) {
      throw new Fault(faults.unsupportedMediaType);
    }
    return;
  }
  const type = sent.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isTaken = contentTypes.some(
    (each) => each === type || (each.endsWith('/*') && type.startsWith(each.slice(0, -1))),
  );
  if (!isTaken) {
    throw new Fault(faults.unsupportedMediaType, {
      message: `Send the request body as ${contentTypes.join(' or ')}.`,
    });
  }
}

/** Each name at most once; undeclared ones are ignored as ACS does. */
function valuesOf(search: URLSearchParams): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of search) {
    if (name !== 'api-version') {
      values[name] = value;
    }
  }
  return values;
}

function headersOf({ headers }: Operation, request: ApiRequest): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(headers?.shape ?? {}).map((name) => [name, request.header(name)]));
}
