// HTTP functions without HTTP streaming: whole bodies travel in memory, as in the messages between Azure's host and
// worker. Cookies of an answer are not carried over.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerEmpty, answerFailure } from './empty-answer.js';
import type { FunctionsCore } from './functions-core.js';
import type { HostLog } from './host.js';
import { Invocation } from './invocation.js';
import { logFailure } from './invocation-failure.js';
import type { HttpFunction } from './registration.js';
import type { RouteMatch } from './route-table.js';

/** 100 MB, the most that the host takes by default in a request. */
const maxBodyBytes = 104_857_600;

/** @param origin scheme and host that the function is to see */
export async function invokeBuffered(
  core: FunctionsCore,
  match: RouteMatch<HttpFunction>,
  request: IncomingMessage,
  response: ServerResponse,
  origin: string,
  log: HostLog,
): Promise<void> {
  const { target } = match;
  try {
    const bytes = await readBody(request);
    if (bytes === undefined) {
      response.setHeader('connection', 'close');
      answerEmpty(response, 413);
      return;
    }
    const http = {
      method: request.method ?? '',
      url: origin + (request.url ?? ''),
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      params: Object.fromEntries(match.values.map((value, index) => [match.names[index] ?? '', value])),
      body: { bytes },
    };
    const invocation = new Invocation(core, target.core, {
      invocationId: randomUUID(),
      inputData: [{ name: target.bindingName, data: { http } }],
      triggerMetadata: {},
    });
    const { returnValue } = await invocation.run();
    const answer = returnValue?.http;
    for (const [name, value] of Object.entries(answer?.headers ?? {})) {
      response.setHeader(name, value);
    }
    response.statusCode = Number(answer?.statusCode ?? 204);
    response.end(answer?.body?.bytes);
  } catch (error) {
    if (!response.destroyed) {
      logFailure(log, target.name, error);
      answerFailure(response);
    }
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) {
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
