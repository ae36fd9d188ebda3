// The body of a request, read when somebody wants it, and no longer than its client sends it at a pace.
import type { ReadableStream, ReadableStreamDefaultReader } from 'node:stream/web';
import type { HttpRequest } from '@azure/functions';
import { MovementFloor, PaceCeiling, TooSlow } from '../../shared/budgets/index.js';
import { Fault, faults } from '../../shared/http/index.js';

type WithBody = Pick<HttpRequest, 'headers' | 'body'>;

const longBytes = 64 * 1024;

/** @throws {Fault} 413 behind `maxBytes`, 408 when it does not come within this time or more slowly than the floor */
export async function readBody(request: WithBody, maxBytes: number, withinMs: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const place = placeFor(request, maxBytes);
  let placed = 0;
  for await (const chunk of chunksOf(request, maxBytes, withinMs)) {
    if (chunks.length === 0 && placed + chunk.byteLength <= place.length) {
      place.set(chunk, placed);
      placed += chunk.byteLength;
    } else {
      chunks.push(chunk);
    }
  }
  const [only] = chunks;
  if (only === undefined) {
    return place.subarray(0, placed);
  }
  return placed === 0 && chunks.length === 1
    ? Buffer.from(only)
    : Buffer.concat([place.subarray(0, placed), ...chunks]);
}

/** What is long goes at once to where it is wanted whole: in pieces and whole it would be here twice. */
function placeFor({ headers }: WithBody, maxBytes: number): Buffer {
  const declared = Number(headers.get('content-length') ?? 0);
  return Buffer.allocUnsafeSlow(declared >= longBytes && declared <= maxBytes ? declared : 0);
}

/** @param withinMs the whole body; without it only the floor counts */
export async function* chunksOf(
  request: WithBody,
  maxBytes: number,
  withinMs = Number.POSITIVE_INFINITY,
  { floor = new MovementFloor(), ceiling = new PaceCeiling() } = {},
): AsyncGenerator<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > maxBytes) {
    throw new Fault(faults.bodyTooLarge);
  }
  if (request.body === null) {
    return;
  }
  // Not a loop over the body: leaving that early would close the connection, and the client never see why.
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  const until = performance.now() + withinMs;
  const next = () => floor.within(readNext(reader), until - performance.now());
  let length = 0;
  let isWhole = false;
  try {
    for (let read = await next(); !read.done; read = await next()) {
      const { byteLength } = read.value;
      floor.moved(byteLength);
      length += byteLength;
      if (length > maxBytes) {
        throw new Fault(faults.bodyTooLarge);
      }
      yield read.value;
      await ceiling.moved(byteLength);
    }
    isWhole = true;
  } catch (failure) {
    throw failure instanceof TooSlow ? new Fault(faults.requestTooSlow) : failure;
  } finally {
    if (!isWhole) {
      void dropRest(reader);
    }
  }
}

/** A body that breaks off is nobody's failure here. */
async function readNext(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read();
  } catch {
    throw new Fault(faults.hungUp);
  }
}

/** Reads on to nowhere, as node:http does with a body that nobody wants; soon after the answer its connection is closed. */
async function dropRest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {}
  } catch {
    // The client has gone.
  }
}
