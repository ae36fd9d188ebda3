// One other geography, reached at its configured address and nowhere else: requests that are passed on piece by piece in
// both directions, over so many connections, of which no client and no resource holds more than a share.
import { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { Capacity, figure, type Holder } from '../budgets/index.js';
import { type ApiResponse, Fault, faults } from '../http/index.js';
import { passingFaults } from './faults.js';
import { answerHeaders } from './passed-headers.js';

/** Shorter than any front end keeps an idle connection, so that none is closed under a request. */
const idleTimeoutMs = 30_000;

/** What the connection refuses because of the request: the caller's doing, and the home may well be there. */
const refusedUnsent = new Set<unknown>([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_NOT_SUPPORTED',
]);

export interface OutgoingRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: Readable | Buffer | undefined;
  /** In whose name it is sent, and to which resource; undefined for questions of our own, which are few. */
  readonly holder: Holder | undefined;
  /** Until the answer begins, waiting for a connection included; it starts anew with each piece of a body. */
  readonly budgetMs: number;
  readonly signal?: AbortSignal | undefined;
}

export class PeerConnection {
  readonly #pool: Pool;
  readonly #connections = new Capacity({
    total: figure('passingConnections'),
    perCaller: figure('passingPerCaller'),
    perResource: figure('passingPerResource'),
  });

  /**
   * @param address scheme, host and port
   * @param patience ms
   */
  constructor(address: string, patience = { connectMs: figure('peerConnect'), idleMs: figure('answerIdle') }) {
    this.#pool = new Pool(address, {
      // So many that whoever may send finds one: the pool's own queue knows no end.
      connections: figure('passingConnections') + figure('passingQuestions'),
      keepAliveTimeout: idleTimeoutMs,
      keepAliveMaxTimeout: idleTimeoutMs,
      connect: { timeout: patience.connectMs },
      headersTimeout: 0,
      bodyTimeout: patience.idleMs,
    });
  }

  /**
   * @throws {Fault} 502, 503, 504; 400 when the request itself is what cannot be sent; 408 when its body comes too slowly;
   *   429 while its client, or its resource, has a whole share under way; 499 when the client has hung up
   */
  async send(request: OutgoingRequest): Promise<ApiResponse> {
    const began = performance.now();
    const { holder, signal, budgetMs } = request;
    const giveBack = holder && (await this.#connections.take(1, holder, { ms: budgetMs, signal: () => signal }));
    const leftMs = budgetMs - (performance.now() - began);
    return await this.#sendNow(request, leftMs, giveBack ?? ignore);
  }

  async #sendNow(request: OutgoingRequest, leftMs: number, done: () => void): Promise<ApiResponse> {
    const giveUp = new AbortController();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      giveUp.abort();
    }, leftMs);
    const { body: sent, signal } = request;
    try {
      const { statusCode, headers, body } = await unlessGivenUp(
        AbortSignal.any(signal === undefined ? [giveUp.signal] : [giveUp.signal, signal]),
        (until) =>
          this.#pool.request({
            method: request.method as Dispatcher.HttpMethod,
            path: request.target,
            headers: request.headers,
            body: sent instanceof Readable ? Readable.from(pieces(sent, () => timer.refresh())) : sent,
            signal: until,
          }),
        done,
      );
      // Without a listener an answer that breaks off would end the process; whoever reads it gets the error as well.
      body.on('error', ignore);
      const answer = { status: statusCode, headers: answerHeaders(headers) };
      if (request.method !== 'HEAD' && statusCode !== 204 && statusCode !== 304) {
        return { ...answer, body };
      }
      body.resume();
      return answer;
    } catch (failure) {
      if (isLate) {
        throw new Fault(passingFaults.tooSlow);
      }
      if (refusedUnsent.has((failure as { code?: unknown }).code)) {
        throw new Fault(passingFaults.notPassable);
      }
      const brokenOff = sent instanceof Readable ? sent.errored : undefined;
      if (brokenOff instanceof Fault) {
        throw brokenOff;
      }
      throw new Fault(signal?.aborted || brokenOff ? faults.hungUp : passingFaults.unreachable);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Requests under way end first. */
  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/**
 * The answer, or the end of the wait for it: while there is no connection yet, the pool itself does not hear that nobody
 * waits any more.
 *
 * @param done called when the connection is free again
 */
async function unlessGivenUp(
  until: AbortSignal,
  ask: (until: AbortSignal) => Promise<Dispatcher.ResponseData>,
  done: () => void,
): Promise<Dispatcher.ResponseData> {
  const asked = ask(until);
  asked.then(({ body }) => void body.once('close', done), done);
  const heard = new AbortController();
  const givenUp = new Promise<never>((_resolve, reject) => {
    until.addEventListener('abort', () => reject(until.reason as Error), { once: true, signal: heard.signal });
  });
  try {
    return await Promise.race([asked, givenUp]);
  } catch (failure) {
    // What comes later is read by nobody.
    asked.then(({ body }) => void body.on('error', ignore).destroy(), ignore);
    throw failure;
  } finally {
    heard.abort();
  }
}

/**
 * The body as it comes. When the home answers before it has read everything, the rest is read here and dropped: until then
 * the client may not look at the answer.
 */
async function* pieces(body: Readable, onPiece: () => void): AsyncGenerator<unknown> {
  body.on('error', ignore);
  let isWhole = false;
  try {
    for await (const piece of body.iterator({ destroyOnReturn: false })) {
      onPiece();
      yield piece;
    }
    isWhole = true;
  } finally {
    if (!isWhole) {
      body.resume();
    }
  }
}

function ignore(): void {
  // Told by the other end of the stream.
}
