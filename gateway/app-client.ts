// Asks the function app, in requests that are signed with the secret that both share. What nobody answers is asked again:
// each question may be repeated, because a mail has its operation id and a bounce changes nothing the second time.
import { setTimeout as wait } from 'node:timers/promises';
import { Agent } from 'undici';
import { signWebhook, webhookSignatureHeader } from '../shared/auth/webhook-signature.js';
import type { Clock } from '../shared/time/clock.js';
import { askAgainMs, askMs, maxAnswerBytes } from './limits.js';
import { readWhole } from './read-whole.js';

export interface AppClientParts {
  /** Scheme and host of the app, for what is about no resource. */
  readonly app: string;
  readonly secret: Buffer;
  /** PEM of who vouches for it, in place of those that Node.js trusts. */
  readonly ca?: string | undefined;
  readonly clock: Clock;
  /** How many questions at once; the others wait. */
  readonly connections: number;
  /** How long what nobody answers is asked again, real ms. */
  readonly againMs?: number | undefined;
  /** For one answer, real ms. */
  readonly askMs?: number | undefined;
  /** What an operator has to compare when the app does not believe the signature. */
  readonly secretNames?: string | undefined;
  /** Told when the app does not believe the signature, which only an operator can mend. */
  log(line: string): void;
}

export interface AppAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Nobody has answered, or nobody who could. */
export class AppUnreachable extends Error {
  override readonly name = 'AppUnreachable';
}

const version = '2026-12-01';
const firstWaitMs = 200;
const mailSecrets = 'GATEWAY_SECRET with DOMICILE_GATEWAY_SECRETS';

export class AppClient {
  readonly #parts: AppClientParts;
  readonly #agent: Agent;
  readonly #askMs: number;
  #isDenied = false;

  constructor(parts: AppClientParts) {
    this.#parts = parts;
    const { ca, connections } = parts;
    this.#askMs = parts.askMs ?? askMs;
    this.#agent = new Agent({
      connections,
      headersTimeout: this.#askMs,
      bodyTimeout: this.#askMs,
      connect: { timeout: 5_000, ...(ca !== undefined && { ca }) },
    });
  }

  /**
   * @param host of the resource that it is about; undefined for what is about none
   * @throws {AppUnreachable}
   */
  async ask(path: string, body: object, host?: string): Promise<AppAnswer> {
    const { app, clock, againMs = askAgainMs } = this.#parts;
    const origin = host === undefined ? app : `${new URL(app).protocol}//${host}`;
    const bytes = Buffer.from(JSON.stringify(body));
    const until = clock.monotonic() + againMs;
    for (let pauseMs = firstWaitMs; ; pauseMs *= 2) {
      const answer = await this.#askOnce(origin, path, bytes);
      this.#noteTrust(answer?.status === 401);
      if (answer !== undefined && ![500, 502, 503, 504].includes(answer.status)) {
        return answer;
      }
      if (clock.monotonic() + pauseMs > until) {
        throw new AppUnreachable('The function app does not answer.');
      }
      await wait(pauseMs, undefined, { ref: false });
    }
  }

  #noteTrust(isDenied: boolean): void {
    if (isDenied && !this.#isDenied) {
      this.#parts.log(
        `The function app does not believe the gateway: compare ${this.#parts.secretNames ?? mailSecrets}.`,
      );
    }
    this.#isDenied = isDenied;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** @returns undefined when there was no answer */
  async #askOnce(origin: string, path: string, bytes: Buffer): Promise<AppAnswer | undefined> {
    const { secret, clock } = this.#parts;
    try {
      const { statusCode, body } = await this.#agent.request({
        origin,
        path: `${path}?api-version=${version}`,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [webhookSignatureHeader]: signWebhook(secret, bytes, clock.realNow()),
        },
        body: bytes,
        signal: AbortSignal.timeout(this.#askMs),
      });
      const text = await readWhole(body, maxAnswerBytes);
      return { status: statusCode, body: text === '' ? undefined : JSON.parse(text) };
    } catch {
      // Whatever it was says nothing of whether the question has arrived.
      return undefined;
    }
  }
}
