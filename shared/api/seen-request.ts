// A request as it is told of when it is answered: for logs. What is in it of people is for whoever writes logs to leave out.
import type { Resource } from '../geography/index.js';
import type { ApiRequest } from '../http/index.js';
import type { Clock } from '../time/clock.js';
import type { AnyInput, Operation } from './operation.js';

export interface SeenRequest {
  readonly operation: Operation;
  /** Of this geography; of no other request is told. */
  readonly resource: Resource;
  readonly requestId: string;
  /** When it came, product ms. */
  readonly at: number;
  readonly durationMs: number;
  readonly status: number;
  readonly params: Readonly<Record<string, string>>;
  /** Scheme and host as the client addressed them. */
  readonly origin: string;
  /** undefined when it did not come so far; likewise what follows. */
  readonly caller: unknown;
  readonly apiVersion: string | undefined;
  /** As parsed. */
  readonly body: unknown;
  /** What the handler answered. */
  readonly result: unknown;
  readonly userAgent: string | undefined;
}

/** Gathers it on the way. */
export class SeenParts {
  readonly #clock: Clock;
  readonly #began: number;
  #arrived: Pick<SeenRequest, 'resource' | 'params' | 'origin' | 'userAgent'> | undefined;
  #caller: unknown;
  #input: AnyInput | undefined;
  #result: unknown;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#began = clock.monotonic();
  }

  arrived(resource: Resource, request: ApiRequest, origin: string): void {
    // Where pages in a browser cannot say it in the header of that name, SDKs say it in another.
    const userAgent = request.header('x-ms-useragent') ?? request.header('user-agent');
    this.#arrived = { resource, params: request.params, origin, userAgent };
  }

  authenticated(caller: unknown): void {
    this.#caller = caller;
  }

  parsed(input: AnyInput): void {
    this.#input = input;
  }

  handled(result: unknown): void {
    this.#result = result;
  }

  /** undefined of a request that belongs to no resource of this geography. */
  whole(operation: Operation, requestId: string, status: number): SeenRequest | undefined {
    const durationMs = this.#clock.monotonic() - this.#began;
    return (
      this.#arrived && {
        ...this.#arrived,
        operation,
        requestId,
        at: this.#clock.now() - durationMs,
        durationMs,
        status,
        caller: this.#caller,
        apiVersion: this.#input?.request.apiVersion,
        body: this.#input?.body,
        result: this.#result,
      }
    );
  }
}
