// The JSON body of a control request, with a limit.
import type { IncomingMessage } from 'node:http';
import { RequestRefused } from '../emulator-error.js';

const maxBodyBytes = 64 * 1024;

/** @returns the members of the object in the body; none when the body is empty */
export async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) throw new RequestRefused(413, 'BodyTooLarge', 'The body may have at most 64 KiB.');
    chunks.push(chunk);
  }
  if (length === 0) return {};
  const body = parse(Buffer.concat(chunks).toString());
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new RequestRefused(400, 'InvalidBody', 'The body must be a JSON object.');
  }
  return { ...body };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestRefused(400, 'InvalidBody', 'The body must be a JSON object.');
  }
}
