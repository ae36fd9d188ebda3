// Checks what a caller sent against an operation's schemas and says, without repeating any of it, what is wrong.
import type { z } from 'zod';
import { type ApiRequest, Fault, faults } from '../http/index.js';
import type { Operation } from './operation.js';

/** The query parameters an operation declared, each name at most once; undeclared ones are ignored as ACS does. */
export function parseQuery(operation: Operation, search: URLSearchParams): unknown {
  if (operation.query === undefined) {
    return {};
  }
  const values: Record<string, string> = {};
  for (const [name, value] of search) {
    if (name !== 'api-version') {
      values[name] = value;
    }
  }
  return check(operation.query, values, 'query');
}

/** @throws {Fault} 400, 415 when the body is not what the operation's schema describes */
export function parseBody(operation: Operation, request: ApiRequest, body: Buffer): unknown {
  if (operation.body === undefined) {
    return undefined;
  }
  if (body.length === 0) {
    return check(operation.body, undefined, 'body');
  }
  const type = request.header('content-type');
  if (type !== undefined && !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
    throw new Fault(faults.unsupportedMediaType);
  }
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    // The parser's own message quotes the text, which may be personal data.
    throw new Fault(faults.malformedJson);
  }
  return check(operation.body, value, 'body');
}

function check(schema: z.ZodType, value: unknown, where: 'query' | 'body'): unknown {
  const outcome = schema.safeParse(value);
  if (outcome.success) {
    return outcome.data;
  }
  const issue = outcome.error.issues[0];
  const target = targetOf(issue?.path ?? []);
  const subject = target === undefined ? `The ${where}` : `"${target}" in the ${where}`;
  throw new Fault(faults.badRequest, {
    message: `${subject} is not valid. ${issue?.message ?? ''}`.trim(),
    ...(target !== undefined && { target }),
  });
}

/** Names the field, but not keys below `metadata`: those are the caller's own words. */
function targetOf(path: readonly PropertyKey[]): string | undefined {
  if (path.length === 0) {
    return undefined;
  }
  const end = path.indexOf('metadata');
  const shown = end < 0 ? path : path.slice(0, end + 1);
  return shown
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}
