// The one place where a control request is read: its JSON body, with a limit, and its query, against the route's schemas.
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { RequestRefused } from '../emulator-error.js';
import type { EmulatorOperations } from '../operations.js';
import type { ControlRequest } from './control-route.js';
import { findRoute } from './find-route.js';

/**
 * @returns what carries the request out
 * @throws {RequestRefused} when there is no such route, or the request does not fit its schemas
 */
export async function readRequest(request: IncomingMessage): Promise<(operations: EmulatorOperations) => unknown> {
  const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
  const { route, param } = findRoute(request.method === 'HEAD' ? 'GET' : (request.method ?? ''), path);
  const text = await readText(request, route.maxBodyBytes);
  const read: ControlRequest<unknown, unknown> = {
    body: check(route.body, text === '' ? {} : parse(text), 'InvalidBody', 'The body of this request'),
    query: check(route.query, Object.fromEntries(new URLSearchParams(query)), 'InvalidQuery', 'The query'),
    param,
  };
  return (operations) => route.handle(operations, read);
}

async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new RequestRefused(413, 'BodyTooLarge', `The body may have at most ${maxBytes / 1024} KiB.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestRefused(400, 'InvalidBody', 'The body must be JSON.');
  }
}

function check(schema: z.ZodType, value: unknown, code: string, what: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  if (issue === undefined) {
    throw new RequestRefused(400, code, `${what} is not understood.`);
  }
  if (issue.code === 'unrecognized_keys') {
    throw new RequestRefused(400, code, `${what} ${allowedBy(schema)}.`);
  }
  const field = issue.path.join('.');
  throw new RequestRefused(400, code, field === '' ? `${what} must be a JSON object.` : `"${field}" ${issue.message}.`);
}

function allowedBy(schema: z.ZodType): string {
  const known = 'shape' in schema ? Object.keys(schema.shape as object) : [];
  return known.length === 0 ? 'takes no members' : `takes only "${known.join('" and "')}"`;
}
