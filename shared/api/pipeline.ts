// How every request flows: resource by host, or on to the geography it lies in; api-version, authentication, rate limits,
// parsing, handler, rendering. Errors thrown on the way are rendered here and nowhere else.
import { type Authenticator, clientOf, type FrontEnd, isAboutGeography } from '../auth/index.js';
import { figure } from '../budgets/index.js';
import { type GeographySlug, requireResident } from '../geography/index.js';
import {
  type ApiRequest,
  type ApiResponse,
  declaredLength,
  exposeHeaders,
  Fault,
  faults,
  renderFault,
  type ResponseFacts,
} from '../http/index.js';
import { type Arrival, arrive, type FindHere, passHome, type Peers } from '../passing/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { deprecatedVersions, hasVersions, isPublished, supportedVersions } from './api-versions.js';
import type { AuditPort } from './audit.js';
import { handleAudited } from './handle-audited.js';
import type { Limiter } from './limits/index.js';
import { asAnswered } from './not-now.js';
import type { AnyInput, Operation } from './operation.js';
import { checkInput, readContent, versionOf } from './parse-input.js';
import { renderResult } from './render.js';
import { SeenParts, type SeenRequest } from './seen-request.js';
import { RequestShares, type Shares } from './shares.js';

export interface PipelineParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly authenticator: Authenticator;
  readonly limiter: Limiter;
  /** What all requests share. */
  readonly shares: Shares;
  /** What stands before the app, if anything does. */
  readonly frontEnd?: FrontEnd | undefined;
  /** Brings what other instances have announced up to date, where that is due. */
  catchUp(): Promise<void>;
  /** The resource of this geography that a request is for; undefined when there is none. */
  readonly findResource: FindHere;
  /** Where this app is: every resource whose data it touches has to be of it. */
  readonly geography: GeographySlug;
  /** The way to the other geographies. */
  readonly peers: Peers;
  /** Where operations leave who asked for what. */
  readonly audit: AuditPort;
  /** Told of each request of a resource of this geography when it is answered; must not wait for anything. */
  note?(seen: SeenRequest): void;
  /** Told of failures that are ours. Gets the function's name and the error; must not log more of the request. */
  reportFailure(operationName: string, requestId: string, failure: unknown): void;
}

export type Pipeline = (operation: Operation, request: ApiRequest) => Promise<ApiResponse>;

/** What a request decides rests on who its caller was when it began; nothing is decided later than this, monotonic ms. */
const requestBudgetMs = figure('request');
const printableId = /^[\x21-\x7e]{1,128}$/;
const halfPair = /\p{Surrogate}/u;

export function createPipeline(parts: PipelineParts): Pipeline {
  return (operation, received) => {
    const response = answerOrRefuse(parts, operation, received);
    return received.header('origin') === undefined ? response : response.then(exposeHeaders);
  };
}

async function answerOrRefuse(parts: PipelineParts, operation: Operation, received: ApiRequest): Promise<ApiResponse> {
  const facts: ResponseFacts = {
    requestId: parts.ids.uuid(),
    clientRequestId: wellFormed(received.header('x-ms-client-request-id')),
    supportedVersions: supportedVersions(operation.service),
    deprecatedVersions: deprecatedVersions(operation.service, operation.path),
  };
  const seen = parts.note && new SeenParts(parts.clock);
  const response = await answer(parts, facts, operation, received, seen).catch((failure: unknown) => {
    if (isOurs(failure)) {
      parts.reportFailure(operation.name, facts.requestId, failure);
    }
    return renderFault(facts, asAnswered(failure), operation.errors);
  });
  const whole = seen?.whole(operation, facts.requestId, response.status);
  if (whole !== undefined) {
    parts.note?.(whole);
  }
  return response;
}

async function answer(
  parts: PipelineParts,
  facts: ResponseFacts,
  operation: Operation,
  received: ApiRequest,
  seen: SeenParts | undefined,
): Promise<ApiResponse> {
  const arrival = arrive(parts.peers, received);
  const { request, hop } = arrival;
  const budgetMs = Math.min(requestBudgetMs, hop?.budgetMs ?? requestBudgetMs);
  const deadline = parts.clock.monotonic() + budgetMs;
  const address = clientOf(parts.frontEnd, (name) => received.header(name), hop !== undefined);
  const leftMs = () => deadline - parts.clock.monotonic();
  const held = new RequestShares(parts.shares, { request, address, leftMs });
  try {
    return await answerHere(parts, facts, operation, { arrival, deadline, held, seen });
  } finally {
    held.giveBack();
  }
}

interface Begun {
  readonly arrival: Arrival;
  readonly deadline: number;
  readonly held: RequestShares;
  /** What is told of the request in the end. */
  readonly seen: SeenParts | undefined;
}

async function answerHere(
  parts: PipelineParts,
  facts: ResponseFacts,
  operation: Operation,
  { arrival, deadline, held, seen }: Begun,
): Promise<ApiResponse> {
  const { request, origin, search, hop } = arrival;
  await parts.catchUp();
  const isOfGeography = isAboutGeography(operation.auth);
  const found = isOfGeography ? undefined : parts.findResource(arrival);
  const resource = found instanceof Promise ? await found : found;
  if (resource === undefined && !isOfGeography) {
    return await passHome(parts.peers, arrival, deadline, (maxBytes) => held.readBody(maxBytes, undefined));
  }
  if (resource !== undefined) {
    requireResident(resource, parts.geography);
    seen?.arrived(resource, request, origin);
  }
  const apiVersion = checkVersion(operation, search);
  requireText(request.params);
  let bytes: Buffer | undefined;
  const { maxBodyBytes } = operation;
  const readBody = async () => (bytes ??= await held.readBody(maxBodyBytes, resource));
  const toExplain = () => held.readToExplain(maxBodyBytes);
  const caller = await parts.authenticator.authenticate(operation, request, resource, readBody, toExplain);
  seen?.authenticated(caller);
  await held.beginFor(caller);
  const { params } = request;
  const { limit } = operation;
  const admission = limit && parts.limiter.admit(limit, { resource, caller, params });
  const content = await readContent(operation, request, readBody, bytes);
  if (parts.clock.monotonic() > deadline) {
    throw new Fault(faults.requestTooSlow);
  }
  const input: AnyInput = {
    resource,
    caller,
    params,
    ...checkInput(operation, request, search, content),
    request: {
      clientRequestId: facts.clientRequestId,
      repeatabilityRequestId: wellFormed(request.header('repeatability-request-id')),
      origin,
      apiVersion,
      isHead: request.method === 'HEAD',
      bodyBytes: declaredLength(request),
      isForwarded: hop !== undefined,
      deadline,
      hungUp: request.hungUp,
    },
  };
  seen?.parsed(input);
  admission?.countBody(operation.limitKeys(input));
  const home = hop === undefined ? await operation.home?.(input) : undefined;
  if (home !== undefined) {
    const { method, url, hungUp } = request;
    const headers = request.headers();
    return await parts.peers.forward(home, { method, url, headers, body: bytes, deadline, signal: hungUp });
  }
  // The handler has what it says.
  bytes = undefined;
  await held.begin(operation, input, caller);
  const result = await handleAudited(parts.audit, operation, input);
  seen?.handled(result);
  return await held.answered(renderResult(facts, operation, result, { origin, params }), caller, resource);
}

/** What is not there yet is no failure. */
function isOurs(failure: unknown): boolean {
  return !(failure instanceof Fault) || (failure.status >= 500 && failure.status !== 501);
}

function checkVersion(operation: Operation, search: URLSearchParams): string {
  if (!hasVersions(operation.service)) {
    return '';
  }
  const version = versionOf(search);
  if (version === null || version === '') {
    throw new Fault(faults.apiVersionUnspecified);
  }
  if (!isPublished(operation.service, version, `${operation.method} ${operation.path}`)) {
    throw new Fault(faults.unsupportedApiVersion);
  }
  return version;
}

/** Half a surrogate pair is no text: it has no UTF-8, so no signature, no link and no key can be made of it. */
function requireText(params: ApiRequest['params']): void {
  for (const name in params) {
    if (halfPair.test(params[name] ?? '')) {
      throw new Fault(faults.badRequest, { target: name, message: 'This part of the path is no valid text.' });
    }
  }
}

function wellFormed(id: string | undefined): string | undefined {
  return id !== undefined && printableId.test(id) ? id : undefined;
}
