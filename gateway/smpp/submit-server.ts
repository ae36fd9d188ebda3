// Takes what the app hands over, by HTTP: one signed request with some messages, answered when each has an outcome.
import { once } from 'node:events';
import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { verifyWebhook } from '../../shared/auth/webhook-signature.js';
import type { Clock } from '../../shared/time/clock.js';
import type { RunningServer } from '../bounded-server.js';
import { limitPerAddress } from './limit-per-address.js';
import {
  beginMs,
  closeMs,
  headMs,
  httpConnectionsPerAddress,
  maxHttpConnections,
  maxRequestBytes,
  maxRequests,
  maxUnsigned,
  maxUnsignedOfAddress,
  maxWaitingMessages,
} from './limits.js';
import type { Outcome } from './message-outcome.js';
import { BodyTooLarge, PlaceTaken, readBody } from './read-body.js';
import { readSubmitRequest, type RequestedMessage } from './submit-request.js';
import { UnsignedBodies } from './unsigned-bodies.js';

export interface SubmitServerOptions {
  readonly address: string;
  /** 0 for any. */
  readonly port: number;
  /** PEM; undefined where it answers in clear, which is for the machine that it runs on. */
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  /** Any of them may have signed. */
  readonly secrets: readonly Buffer[];
  readonly clock: Pick<Clock, 'realNow' | 'monotonic'>;
  /** Whether there is a connection to submit on. */
  isReady(): boolean;
  /** @param leftMs until when it is begun, in ms from then; 0 or less when it is too late */
  submit(message: RequestedMessage, leftMs: () => number): Promise<Outcome>;
  /** Told when those who wait have less time than they thought. */
  askAgain(): void;
  /** Told the kind of what was not expected. */
  log(line: string): void;
}

const submitPath = '/sms/messages';

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly retryAfterSeconds?: number;
}

/** What is going on. */
interface Work {
  readonly unsigned: UnsignedBodies;
  requests: number;
  messages: number;
  /** Nothing is begun any more; monotonic ms. */
  endsAt: number;
}

export async function listenForMessages(options: SubmitServerOptions): Promise<RunningServer> {
  const { address, port, tls, log, clock } = options;
  const running = new Set<Promise<void>>();
  const work: Work = {
    unsigned: new UnsignedBodies(maxUnsigned, maxUnsignedOfAddress),
    requests: 0,
    messages: 0,
    endsAt: Number.POSITIVE_INFINITY,
  };
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const answered = answerTo(options, work, request, response)
      .catch((error: unknown) => {
        log(`Messages could not be taken (${error instanceof Error ? error.name : 'unknown'}).`);
        return { status: 500 };
      })
      .then((answer) => render(answer, request, response, Number.isFinite(work.endsAt)));
    running.add(answered);
    void answered.finally(() => running.delete(answered));
  };
  // After the time in which something is begun, nobody needs the rest of a request.
  const times = { headersTimeout: headMs, requestTimeout: headMs + beginMs, connectionsCheckingInterval: 1_000 };
  const server: Server =
    tls === undefined
      ? createPlain(times, take)
      : createSecure({ ...times, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: headMs }, take);
  server.maxConnections = maxHttpConnections;
  limitPerAddress(server, httpConnectionsPerAddress);
  server.listen(port, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      work.endsAt = clock.monotonic();
      server.close();
      work.unsigned.endAll();
      options.askAgain();
      const timer = setTimeout(() => server.closeAllConnections(), closeMs);
      while (running.size > 0) {
        await Promise.all(running);
      }
      clearTimeout(timer);
      server.closeAllConnections();
    },
  };
}

async function answerTo(
  options: SubmitServerOptions,
  work: Work,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer> {
  const until = options.clock.monotonic() + beginMs;
  if (request.method !== 'POST' || request.url?.split('?')[0] !== submitPath) {
    return { status: 404 };
  }
  let body: Buffer;
  try {
    body = await readSigned(options, work.unsigned, request);
  } catch (error) {
    return error instanceof PlaceTaken ? notNow : { status: error instanceof BodyTooLarge ? 413 : 401 };
  }
  const messages = readSubmitRequest(body)?.messages;
  if (messages === undefined) {
    return { status: 400 };
  }
  const isFull = work.requests >= maxRequests || work.messages + messages.length > maxWaitingMessages;
  if (isFull || !options.isReady() || Number.isFinite(work.endsAt)) {
    return notNow;
  }
  work.requests += 1;
  work.messages += messages.length;
  try {
    return { status: 200, body: { results: await submitAll(options, work, until, messages, response) } };
  } finally {
    work.requests -= 1;
    work.messages -= messages.length;
  }
}

async function submitAll(
  { clock, submit, askAgain }: SubmitServerOptions,
  work: Work,
  until: number,
  messages: readonly RequestedMessage[],
  response: ServerResponse,
): Promise<readonly object[]> {
  let endsAt = until;
  // Nobody hears what would become of the others, so they stay where they are.
  response.once('close', () => {
    if (response.writableFinished) {
      return;
    }
    endsAt = Math.min(endsAt, clock.monotonic());
    askAgain();
  });
  const leftMs = (): number => Math.min(endsAt, work.endsAt) - clock.monotonic();
  return Promise.all(messages.map(async (message) => ({ id: message.id, ...(await submit(message, leftMs)) })));
}

/** None of them was taken. */
const notNow: Answer = { status: 503, retryAfterSeconds: 5 };

/** @throws {BodyTooLarge} {@link PlaceTaken}, and what says that it is not signed */
async function readSigned(
  { secrets, clock }: SubmitServerOptions,
  unsigned: UnsignedBodies,
  request: IncomingMessage,
): Promise<Buffer> {
  let body: Buffer | undefined;
  const read = async (): Promise<Buffer> => {
    const giveWay = new AbortController();
    const leave = unsigned.begin(request.socket.remoteAddress ?? '', () => giveWay.abort());
    try {
      return (body = await readBody(request, maxRequestBytes, giveWay.signal));
    } finally {
      leave();
    }
  };
  await verifyWebhook({
    request: { header: (name) => request.headers[name.toLowerCase()]?.toString() },
    readBody: read,
    secrets,
    realNow: clock.realNow(),
  });
  return body ?? Buffer.alloc(0);
}

/** @returns when the answer is on its way, or nobody is there to hear it */
function render(answer: Answer, request: IncomingMessage, response: ServerResponse, isLast: boolean): Promise<void> {
  const { status, body, retryAfterSeconds } = answer;
  if (response.destroyed) {
    return Promise.resolve();
  }
  // What was not read is not waited for.
  const isWhole = request.complete;
  const gone = new Promise<void>((resolve) => {
    response.once('finish', resolve);
    response.once('close', resolve);
  });
  response.writeHead(status, {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    ...((isLast || !isWhole) && { connection: 'close' }),
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
  if (!isWhole) {
    const { socket } = request;
    request.resume();
    response.once('finish', () => socket.destroySoon());
  }
  return gone;
}
