// One other geography, reached at its configured address and nowhere else: a bounded pool of connections, and requests
// that are passed on piece by piece in both directions.
import { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { type ApiResponse, Fault, faults } from '../http/index.js';
import { passingFaults } from './faults.js';
import { answerHeaders } from './passed-headers.js';

const maxConnections = 64;
/** Requests under way at most, waiting ones included. */
const maxInFlight = 512;
/** Shorter than any front end keeps an idle connection, so that none is closed under a request. */
const idleTimeoutMs = 30_000;
const connectTimeoutMs = 5_000;
/** An answer that stops for as long as this is given up. */
const answerIdleMs = 30_000;

export interface OutgoingRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: Readable | Buffer | undefined;
  readonly budgetMs: number;
  readonly signal?: AbortSignal | undefined;
}

export class PeerConnection {
  readonly #pool: Pool;
  #inFlight = 0;

  /** @param address scheme, host and port */
  constructor(address: string) {
    this.#pool = new Pool(address, {
      connections: maxConnections,
      keepAliveTimeout: idleTimeoutMs,
      keepAliveMaxTimeout: idleTimeoutMs,
      connect: { timeout: connectTimeoutMs },
      headersTimeout: 0,
      bodyTimeout: answerIdleMs,
    });
  }

  /** @throws {Fault} 502, 503, 504; 499 when the client has hung up */
  async send(request: OutgoingRequest): Promise<ApiResponse> {
    if (this.#inFlight >= maxInFlight) {
      throw new Fault(passingFaults.busy, { retryAfterSeconds: 1 });
    }
    this.#inFlight += 1;
    const done = () => void (this.#inFlight -= 1);
    const giveUp = new AbortController();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      giveUp.abort();
    }, request.budgetMs);
    const { body: sent } = request;
    try {
      const { statusCode, headers, body } = await this.#pool.request({
        method: request.method as Dispatcher.HttpMethod,
        path: request.target,
        headers: request.headers,
        body: sent instanceof Readable ? Readable.from(pieces(sent, () => timer.refresh())) : sent,
        signal: request.signal === undefined ? giveUp.signal : AbortSignal.any([giveUp.signal, request.signal]),
      });
      body.once('close', done);
      // Without a listener an answer that breaks off would end the process; whoever reads it gets the error as well.
      body.on('error', ignore);
      const answer = { status: statusCode, headers: answerHeaders(headers) };
      if (request.method !== 'HEAD' && statusCode !== 204 && statusCode !== 304) {
        return { ...answer, body };
      }
      body.resume();
      return answer;
    } catch {
      done();
      if (isLate) {
        throw new Fault(passingFaults.tooSlow);
      }
      const isHungUp = request.signal?.aborted || (sent instanceof Readable && sent.errored);
      throw new Fault(isHungUp ? faults.hungUp : passingFaults.unreachable);
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
