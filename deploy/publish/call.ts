// One HTTP call with a bearer token: repeated a bounded number of times when trying again can help.
import type { Audience } from '../cloud.js';

export interface Caller {
  /** Origin of a host; `https://` and the host, but for tests. */
  origin(host: string): string;
  token(audience: Audience): Promise<string>;
  pause(ms: number): Promise<void>;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly host: string;
  readonly path: string;
  readonly audience: Audience;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Whether an answer that is not an error of the server's or the network's is worth another try. */
  isTransient?(status: number, text: string): boolean;
}

export interface CallAnswer {
  readonly status: number;
  readonly text: string;
}

/** With pauses of 2, 4, 8, 16, 30, 30 ... seconds: two minutes and a half. */
const maxTries = 8;
const longestPauseMs = 30_000;
const timeoutMs = 240_000;
const maxAnswerChars = 64 * 1024;

/** @returns the last answer, whatever its status. @throws {Error} when no try was answered */
export async function call(caller: Caller, request: Call): Promise<CallAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await tryOnce(caller, request).catch((error: unknown) => toError(error));
    const mayHelp =
      outcome instanceof Error ||
      outcome.status === 429 ||
      outcome.status >= 500 ||
      request.isTransient?.(outcome.status, outcome.text) === true;
    if (!mayHelp || attempt === maxTries) {
      if (outcome instanceof Error) {
        throw new Error(`${request.host} could not be reached: ${outcome.message}`);
      }
      return outcome;
    }
    await caller.pause(Math.min(2 ** attempt * 1_000, longestPauseMs));
  }
}

async function tryOnce(caller: Caller, { method, host, path, audience, headers, body }: Call): Promise<CallAnswer> {
  const response = await fetch(`${caller.origin(host)}${path}`, {
    method,
    headers: { ...headers, authorization: `Bearer ${await caller.token(audience)}` },
    ...(body !== undefined && { body }),
    // The token is for this host and no other.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { status: response.status, text: (await response.text()).slice(0, maxAnswerChars) };
}

function toError(error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause : new Error(String(cause));
}

/** @throws {Error} that says what to do about the status */
export function refuse(what: string, { status, text }: CallAnswer, permission: string): never {
  const meaning = {
    401: 'the login has no rights there, or is over: run az login again',
    403: `the login lacks the role "${permission}", or the network does not let it in`,
    404: 'it does not exist: update the stack first',
    409: 'another deployment is under way: try again when it is over',
  }[status];
  const shown = text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  throw new Error(`${what} was refused with ${status}: ${meaning ?? (shown === '' ? 'without a reason' : shown)}`);
}
