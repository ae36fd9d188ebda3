// How requests reach storage: an HttpClient for the Azure SDKs over undici, with about half the CPU of the stock one.
// The SDK keeps its pipeline (signing, serialization, retries); only the sockets below it are ours.
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { Agent, type Dispatcher } from 'undici';
import { figure } from '../budgets/index.js';

/** A storage call is answered, or given up, within this time: stale caches rely on it. Milliseconds. */
export const callTimeoutMs = figure('storageCall');

/** Below the 60 s after which storage closes an idle connection; a shorter `Keep-Alive` hint of the server wins. */
const idleTimeoutMs = 30_000;

export interface Transport extends HttpClient {
  /** Closes every connection; calls under way fail. */
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Connections a service at most; further calls wait their turn, within the time-out. */
  readonly connections?: number;
  /** The same for answers that are read as they come: who reads them slowly keeps no other call waiting. */
  readonly streamConnections?: number;
  /** Milliseconds; the default is {@link callTimeoutMs}. */
  readonly timeoutMs?: number;
}

/**
 * Makes the transport that all storage clients of a process share.
 *
 * Answers that the SDK wants as a stream are streamed; others are collected. Redirects, proxies, compression and
 * progress callbacks are not supported: storage needs none of them.
 *
 * @throws {RestError} with the code of the socket error (ECONNREFUSED, ECONNRESET, ...), or ETIMEDOUT
 */
export function createTransport(options: TransportOptions = {}): Transport {
  const timeoutMs = options.timeoutMs ?? callTimeoutMs;
  const open = (connections: number) =>
    new Agent({
      connections,
      keepAliveTimeout: idleTimeoutMs,
      keepAliveMaxTimeout: idleTimeoutMs,
      connect: { timeout: timeoutMs },
    });
  const agent = open(options.connections ?? figure('storageConnections'));
  const streams = open(options.streamConnections ?? figure('storageStreamConnections'));
  return {
    sendRequest: async (request) => {
      if (request.abortSignal?.aborted) {
        throw aborted();
      }
      const outgoing = toDispatch(request, timeoutMs);
      return request.streamResponseStatusCodes?.size && request.method !== 'HEAD'
        ? await sendStreamed(streams, request, outgoing, timeoutMs)
        : await sendBuffered(agent, request, outgoing, timeoutMs);
    },
    close: async () => {
      await Promise.all([agent.destroy(), streams.destroy()]);
    },
  };
}

function toDispatch(request: PipelineRequest, timeoutMs: number): Dispatcher.DispatchOptions {
  const pathStart = request.url.indexOf('/', request.url.indexOf('://') + 3);
  const origin = pathStart < 0 ? request.url : request.url.slice(0, pathStart);
  if (!request.allowInsecureConnection && !origin.startsWith('https:')) {
    throw new Error('The endpoint is not https and insecure connections are not allowed for this client.');
  }
  const headers: string[] = [];
  for (const [name, value] of request.headers) {
    headers.push(name, value);
  }
  const headersTimeout = request.timeout > 0 ? request.timeout : timeoutMs;
  return {
    origin,
    path: pathStart < 0 ? '/' : request.url.slice(pathStart),
    method: request.method,
    headers,
    body: toBody(request.body),
    headersTimeout,
    bodyTimeout: timeoutMs,
  };
}

function toBody(body: PipelineRequest['body']): Dispatcher.DispatchOptions['body'] {
  const value = typeof body === 'function' ? body() : body;
  if (value === null || value === undefined || typeof value === 'string' || value instanceof Uint8Array) {
    return value;
  }
  if (value instanceof ArrayBuffer) {
    return Buffer.from(value);
  }
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  // What is left are streams and blobs; undici takes both, and anything that iterates over chunks.
  return value as Exclude<Dispatcher.DispatchOptions['body'], undefined>;
}

/** Collects the answer through undici's handler interface, which saves the stream that `request()` would build. */
function sendBuffered(
  agent: Agent,
  request: PipelineRequest,
  outgoing: Dispatcher.DispatchOptions,
  timeoutMs: number,
): Promise<PipelineResponse> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let ended: Error | undefined;
    let status = 0;
    let headers = createHttpHeaders();
    const chunks: Buffer[] = [];

    const { abortSignal } = request;
    const finish = () => {
      clearTimeout(timer);
      abortSignal?.removeEventListener('abort', onAbort);
    };
    const giveUp = (error: Error) => {
      ended = error;
      finish();
      reject(error);
      controller?.abort(error);
    };
    const onAbort = () => giveUp(aborted());
    // Also covers the wait for a free connection, which undici's own time-outs do not.
    const timer = setTimeout(() => giveUp(timedOut(request)), request.timeout > 0 ? request.timeout : timeoutMs);
    abortSignal?.addEventListener('abort', onAbort, { once: true });

    agent.dispatch(outgoing, {
      onRequestStart: (started) => {
        controller = started;
        if (ended) {
          started.abort(ended);
        }
      },
      onResponseStart: (_controller, statusCode, received) => {
        status = statusCode;
        headers = toHeaders(received);
      },
      onResponseData: (_controller, chunk) => {
        chunks.push(chunk);
      },
      onResponseEnd: () => {
        finish();
        const bodyAsText = request.method === 'HEAD' ? undefined : toText(chunks);
        resolve({ request, status, headers, ...(bodyAsText === undefined ? {} : { bodyAsText }) });
      },
      onResponseError: (_controller, error) => {
        finish();
        reject(toRestError(error, request));
      },
    });
  });
}

function toText(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  return first && chunks.length === 1 ? first.toString('utf8') : Buffer.concat(chunks).toString('utf8');
}

async function sendStreamed(
  agent: Agent,
  request: PipelineRequest,
  outgoing: Dispatcher.DispatchOptions,
  timeoutMs: number,
): Promise<PipelineResponse> {
  const { abortSignal } = request;
  const end = new AbortController();
  const stop = () => end.abort();
  let isLate = false;
  // Also covers the wait for a free connection, during which undici does not hear that nobody waits any more. When the
  // answer has begun it is read at the pace of its reader.
  const timer = setTimeout(
    () => {
      isLate = true;
      stop();
    },
    request.timeout > 0 ? request.timeout : timeoutMs,
  );
  abortSignal?.addEventListener('abort', stop);
  const givenUp = new Promise<never>((_resolve, reject) => {
    end.signal.addEventListener('abort', () => reject(aborted()), { once: true });
  });
  const asked = agent.request({ ...outgoing, signal: end.signal });
  try {
    const { body, statusCode, headers } = await Promise.race([asked, givenUp]);
    const response = { request, status: statusCode, headers: toHeaders(headers) };
    const wanted = request.streamResponseStatusCodes;
    // The SDK destroys a download that nobody reads on without listening for what that makes of it, which would end the
    // process. Whoever reads gets the error as well.
    body.on('error', () => undefined);
    body.once('close', () => abortSignal?.removeEventListener('abort', stop));
    return wanted?.has(statusCode) || wanted?.has(Number.POSITIVE_INFINITY)
      ? { ...response, readableStreamBody: body }
      : { ...response, bodyAsText: await body.text() };
  } catch (error) {
    asked.then(
      ({ body }) => void body.on('error', () => undefined).destroy(),
      () => undefined,
    );
    abortSignal?.removeEventListener('abort', stop);
    if (abortSignal?.aborted) {
      throw aborted();
    }
    throw isLate ? timedOut(request) : toRestError(error, request);
  } finally {
    clearTimeout(timer);
  }
}

function toHeaders(received: NodeJS.Dict<string | string[]>): PipelineResponse['headers'] {
  const headers = createHttpHeaders();
  for (const name in received) {
    const value = received[name];
    const first = Array.isArray(value) ? value[0] : value;
    if (first) {
      headers.set(name, first);
    }
  }
  return headers;
}

/** The codes the SDK's retry policies know, for what undici calls by names of its own. */
const socketCodes: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_HEADERS_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_BODY_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_SOCKET: 'ECONNRESET',
  UND_ERR_DESTROYED: 'ECONNRESET',
  UND_ERR_CLOSED: 'ECONNRESET',
};

function toRestError(error: unknown, request: PipelineRequest): RestError {
  const { code, message } = error as { code?: string; message?: string };
  return new RestError(message || 'The storage request could not be sent.', {
    code: socketCodes[code ?? ''] ?? code ?? RestError.REQUEST_SEND_ERROR,
    request,
  });
}

function timedOut(request: PipelineRequest): RestError {
  return new RestError('Storage did not answer in time.', { code: 'ETIMEDOUT', request });
}

/** What the SDKs throw when the caller's signal fires. */
function aborted(): Error {
  const error = new Error('The storage request was aborted.');
  error.name = 'AbortError';
  return error;
}
