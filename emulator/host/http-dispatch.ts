// Answers HTTP requests with functions. With HTTP streaming on, request and response objects go straight to the
// library's own listener, in place of the second connection over which Azure's host proxies them: code under
// `functions/` cannot tell the difference.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { invokeBuffered } from './buffered-http.js';
import { allowOrigin, answerPreflight } from './cors.js';
import { listenerHeader } from '../../shared/passing/passed-headers.js';
import { answerEmpty, answerFailure } from './empty-answer.js';
import { reencodeTarget } from './forwarded-path.js';
import type { FunctionsCore } from './functions-core.js';
import type { TypedData } from './functions-core-contract.js';
import type { HostLog } from './host.js';
import { Invocation } from './invocation.js';
import { logFailure } from './invocation-failure.js';
import type { OwnNames } from './own-names.js';
import type { PageOrigins } from './page-origins.js';
import { refuseForeign, refuseHost, refuseName } from './refusals.js';
import type { HttpFunction } from './registration.js';
import { addressOf, type RequestAddress } from './request-address.js';
import { logAnswer, type RequestLog } from './request-log.js';
import type { RouteMatch, RouteTable } from './route-table.js';

/** Set by Azure's front end only; a client must not be believed. */
const originalPathHeader = 'x-waws-unencoded-url';
/** Azure's front end adds who connected to it; the first is the client, as far as the others are to be believed. */
const clientAddressHeader = 'x-forwarded-for';

export interface HttpDispatchOptions {
  readonly core: FunctionsCore;
  readonly routes: RouteTable<HttpFunction>;
  /** The library's listener when HTTP streaming is on. */
  readonly streamServer: Server | undefined;
  readonly reencodePaths: boolean;
  readonly origins: PageOrigins;
  readonly names: OwnNames;
  /** Port at which requests for any host come in; at others the app is told the listener. */
  readonly basePort: number | undefined;
  readonly log: HostLog;
  readonly requestLog: RequestLog;
  /** Takes the lines of the request log. */
  readonly tellRequest: (line: string) => void;
}

export class HttpDispatch {
  readonly #options: HttpDispatchOptions;
  #active = 0;

  constructor(options: HttpDispatchOptions) {
    this.#options = options;
  }

  /** Invocations under way. */
  get active(): number {
    return this.#active;
  }

  /** Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', ignore);
    const { headers } = request;
    const { origin } = headers;
    const { origins, names, requestLog, tellRequest } = this.#options;
    const isForeign = origins.isForeign(headers);
    if (!isForeign && origin !== undefined) {
      if (answerPreflight(request, response, origin)) {
        return;
      }
      allowOrigin(response, origin);
    }
    const address = addressOf(request);
    const match = address && this.#routeOf(request, address);
    logAnswer(request, response, match?.target.name, requestLog, tellRequest);
    if (isForeign) {
      refuseForeign(response);
    } else if (address === undefined) {
      refuseHost(response);
    } else if (!names.has(address.sentHost)) {
      refuseName(response);
    } else if (match === undefined) {
      answerEmpty(response, 404);
    } else {
      this.#prepare(request, address);
      void this.#invoke(match, request, response, address);
    }
  }

  #routeOf({ method = '' }: IncomingMessage, address: RequestAddress): RouteMatch<HttpFunction> | undefined {
    const target = this.#targetOf(address);
    const queryStart = target.indexOf('?');
    return this.#options.routes.match(method, queryStart < 0 ? target : target.slice(0, queryStart));
  }

  #targetOf({ target }: RequestAddress): string {
    return this.#options.reencodePaths ? reencodeTarget(target) : target;
  }

  /** Makes it what Azure's front end would hand over. */
  #prepare(request: IncomingMessage, address: RequestAddress): void {
    const { headers } = request;
    if (address.port === this.#options.basePort) {
      delete headers[listenerHeader];
    } else {
      headers[listenerHeader] = `localhost:${address.port}`;
    }
    headers.host = address.sentHost;
    if (headers[originalPathHeader] !== undefined) {
      delete headers[originalPathHeader];
    }
    const { remoteAddress = '' } = request.socket;
    const passedBy = headers[clientAddressHeader];
    headers[clientAddressHeader] = passedBy === undefined ? remoteAddress : `${String(passedBy)}, ${remoteAddress}`;
    request.url = this.#targetOf(address);
  }

  async #invoke(
    match: RouteMatch<HttpFunction>,
    request: IncomingMessage,
    response: ServerResponse,
    { scheme, host }: RequestAddress,
  ): Promise<void> {
    const { core, streamServer, log } = this.#options;
    this.#active++;
    if (streamServer === undefined) {
      await invokeBuffered(core, match, request, response, `${scheme}://${host}`, log);
    } else {
      await this.#invokeStreaming(streamServer, match, request, response, scheme, host);
    }
    this.#active--;
  }

  async #invokeStreaming(
    streamServer: Server,
    match: RouteMatch<HttpFunction>,
    request: IncomingMessage,
    response: ServerResponse,
    scheme: string,
    host: string,
  ): Promise<void> {
    const { core } = this.#options;
    const { target } = match;
    const { headers } = request;
    const invocationId = randomUUID();
    const triggerMetadata: Record<string, TypedData> = {};
    for (let index = 0; index < match.values.length; index++) {
      triggerMetadata[match.names[index] ?? ''] = { string: match.values[index] ?? '' };
    }
    triggerMetadata['Headers'] = { json: JSON.stringify(headers) };
    headers['x-ms-invocation-id'] = invocationId;
    headers['x-forwarded-host'] = host;
    headers['x-forwarded-proto'] = scheme;
    const inputData = [{ name: target.bindingName, data: undefined }];
    const invocation = new Invocation(core, target.core, { invocationId, inputData, triggerMetadata });
    try {
      streamServer.emit('request', request, response);
      const { returnValue } = await invocation.run();
      // The library answers over the stream, and says so with `undefined`; `null` stands for no return value at all.
      if (returnValue !== undefined || !response.writableEnded) {
        throw new TypeError('An HTTP function returned nothing. Return at least a status.');
      }
    } catch (error) {
      await this.#fail(invocation, target, response, error);
    }
  }

  async #fail(invocation: Invocation, target: HttpFunction, response: ServerResponse, error: unknown): Promise<void> {
    if (response.destroyed) {
      this.#options.log('debug', `[system] ${target.name}: the client hung up.`);
    } else {
      logFailure(this.#options.log, target.name, error);
    }
    try {
      await invocation.answer(500);
    } catch {
      answerFailure(response);
    }
  }
}

function ignore(): void {
  // A response whose connection is gone: nobody is left to tell.
}
