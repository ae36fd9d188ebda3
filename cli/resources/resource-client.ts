// Requests to one resource, or to management. Never follows a redirect, and never sends anything to another host than its
// own.
import { CommandError } from '../command-error.js';
import { reachError } from './reach-error.js';
import type { ResourceAccess } from './access.js';
import { pause } from './pause.js';

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends waiting; not given for a request whose answer must not be lost. */
  readonly signal?: AbortSignal;
}

/** The resource refused. The message is a sentence. */
export class ResourceRefused extends CommandError {
  constructor(
    readonly status: number,
    /** Of the error in the body; undefined when it is not written as we write errors, so that somebody else may speak. */
    readonly code: string | undefined,
    message: string,
  ) {
    super(message);
  }
}

/** Whether the resource itself says that; what else answers on the way, with whatever status, does not know its codes. */
export function isRefusal(error: unknown, status: number, code: string): boolean {
  return error instanceof ResourceRefused && error.status === status && error.code === code;
}

const apiVersion = '2026-12-01';
const answerLimitMs = 60_000;
const maxAnswerBytes = 16 * 1024 * 1024;
const maxTries = 5;
const maxRetryAfterSeconds = 30;

export class ResourceClient {
  readonly access: ResourceAccess;

  constructor(access: ResourceAccess) {
    this.access = access;
  }

  /** Path and query of an address that the resource gave out, with the version of the API. */
  pathOf(address: string): string {
    const { origin, label } = this.access;
    const url = new URL(address, origin);
    // The emulator answers http and https on one port; the host is what counts.
    if (url.host !== new URL(origin).host) {
      throw new CommandError(`${label} names an address of another host; it is not followed.`);
    }
    if (!url.searchParams.has('api-version')) {
      url.searchParams.set('api-version', apiVersion);
    }
    return `${url.pathname}${url.search}`;
  }

  /** @throws {ResourceRefused} for every status from 400 on */
  async json(method: 'GET' | 'POST', path: string, options: RequestOptions = {}): Promise<JsonAnswer> {
    const answer = await this.send(method, path, options);
    const text = await this.#textOf(answer);
    try {
      const body = JSON.parse(text === '' ? '{}' : text) as JsonAnswer['body'];
      return { status: answer.status, headers: answer.headers, body };
    } catch {
      throw new CommandError(`${this.access.label} answers with something else than JSON; check the endpoint.`);
    }
  }

  /**
   * The answer with its body still to be read. Says the same again when the resource is busy; a GET also after a break.
   *
   * @throws {ResourceRefused} for every status from 400 on
   */
  async send(method: 'GET' | 'POST', path: string, options: RequestOptions = {}): Promise<Response> {
    const target = this.pathOf(path);
    for (let tries = 1; ; tries++) {
      options.signal?.throwIfAborted();
      try {
        const answer = await this.#fetch(method, target, options);
        if (answer.ok) {
          return answer;
        }
        const isBusy = answer.status === 429 || answer.status === 503;
        if (!isBusy || tries === maxTries) {
          throw await this.#refusal(answer);
        }
        await answer.body?.cancel();
        await pause(retryAfterMs(answer, tries), options.signal);
      } catch (error) {
        if (error instanceof CommandError) {
          throw error;
        }
        options.signal?.throwIfAborted();
        if (method !== 'GET' || tries === maxTries) {
          throw reachError(new URL(this.access.origin).host, error);
        }
        await pause(250 * 2 ** tries, options.signal);
      }
    }
  }

  async #fetch(method: string, target: string, { body, headers, signal }: RequestOptions): Promise<Response> {
    const content = body === undefined ? '' : JSON.stringify(body);
    const authorization = await this.access.authorize({ method, target, content });
    // Until the answer begins; a long download must not be cut.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), answerLimitMs);
    try {
      return await fetch(`${this.access.origin}${target}`, {
        method,
        redirect: 'error',
        signal: signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]),
        headers: {
          ...headers,
          ...authorization,
          ...(content !== '' && { 'content-type': 'application/json' }),
        },
        ...(content !== '' && { body: content }),
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async #textOf(answer: Response): Promise<string> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > maxAnswerBytes) {
        throw new CommandError(`${this.access.label} answers with more than it should.`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  async #refusal(answer: Response): Promise<ResourceRefused> {
    let message = '';
    let code: string | undefined;
    try {
      const { error } = JSON.parse(await this.#textOf(answer)) as {
        error?: { code?: unknown; message?: unknown; innererror?: { code?: unknown; message?: unknown } };
      };
      // The emulator can tell whose key it is; what else it says of a signature is for who writes clients.
      const told = error?.innererror?.code === 'KeyOfAnotherGeography' ? error.innererror : error;
      code = typeof error?.code === 'string' ? error.code : undefined;
      // What comes from a host goes to a terminal: nothing but plain text.
      message = String(told?.message ?? '').replaceAll(/[^ -~]+/g, ' ');
    } catch {
      // Not an answer of ours; the status says what there is to say.
    }
    const reason = message === '' ? '' : `: ${message.slice(0, 300)}`;
    return new ResourceRefused(answer.status, code, `${this.access.label} answered ${answer.status}${reason}`);
  }
}

function retryAfterMs(answer: Response, tries: number): number {
  const seconds = Number(answer.headers.get('retry-after') ?? tries);
  return Math.min(Number.isFinite(seconds) ? Math.max(seconds, 1) : 1, maxRetryAfterSeconds) * 1000;
}
