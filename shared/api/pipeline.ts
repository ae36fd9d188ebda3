// How every request flows: resource by host, or on to the geography it lies in; api-version, authentication, rate limits,
// parsing, handler, rendering. Errors thrown on the way are rendered here and nowhere else.
import type { Authenticator, OwnerCaller } from '../auth/index.js';
import { type GeographySlug, requireResident, type Resource } from '../geography/index.js';
import {
  type ApiRequest,
  type ApiResponse,
  exposeHeaders,
  Fault,
  faults,
  renderFault,
  type ResponseFacts,
} from '../http/index.js';
import { arrive, type FindHere, passHome, type Peers } from '../passing/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { isPublished, supportedVersions } from './api-versions.js';
import type { Audit, AuditPort } from './audit.js';
import type { Limiter } from './limits/index.js';
import type { AnyInput, Operation } from './operation.js';
import { checkInput, readContent, versionOf } from './parse-input.js';
import { renderResult } from './render.js';

export interface PipelineParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly authenticator: Authenticator;
  readonly limiter: Limiter;
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
  /** Told of failures that are ours. Gets the function's name and the error; must not log more of the request. */
  reportFailure(operationName: string, requestId: string, failure: unknown): void;
}

export type Pipeline = (operation: Operation, request: ApiRequest) => Promise<ApiResponse>;

/** What a request decides rests on who its caller was when it began; nothing is decided later than this, monotonic ms. */
const requestBudgetMs = 30_000;
const printableId = /^[\x21-\x7e]{1,128}$/;

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
  };
  try {
    return await answer(parts, facts, operation, received);
  } catch (failure) {
    if (isOurs(failure)) {
      parts.reportFailure(operation.name, facts.requestId, failure);
    }
    return renderFault(facts, failure, operation.errors);
  }
}

async function answer(
  parts: PipelineParts,
  facts: ResponseFacts,
  operation: Operation,
  received: ApiRequest,
): Promise<ApiResponse> {
  const arrival = arrive(parts.peers, received);
  const { request, origin, search, hop } = arrival;
  const budgetMs = Math.min(requestBudgetMs, hop?.budgetMs ?? requestBudgetMs);
  const deadline = parts.clock.monotonic() + budgetMs;
  await parts.catchUp();
  const isManagement = operation.auth.kind === 'entra';
  const found = isManagement ? undefined : parts.findResource(arrival);
  const resource = found instanceof Promise ? await found : found;
  if (resource === undefined && !isManagement) {
    return await passHome(parts.peers, arrival, deadline);
  }
  if (resource !== undefined) {
    requireResident(resource, parts.geography);
  }
  const apiVersion = checkVersion(operation, search);
  let bytes: Buffer | undefined;
  const readBody = async () => (bytes ??= await request.readBody(operation.maxBodyBytes));
  const caller = await parts.authenticator.authenticate(operation, request, resource, readBody);
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
      isForwarded: hop !== undefined,
      deadline,
    },
  };
  admission?.countBody(operation.limitKeys(input));
  const home = hop === undefined ? await operation.home?.(input) : undefined;
  if (home !== undefined) {
    const { method, url, hungUp } = request;
    const headers = request.headers();
    return await parts.peers.forward(home, { method, url, headers, body: bytes, deadline, signal: hungUp });
  }
  return renderResult(facts, operation, await handleAudited(parts.audit, operation, input), { origin, params });
}

function handleAudited(trail: AuditPort, operation: Operation, input: AnyInput): Promise<unknown> {
  const audit = operation.audits(input);
  const { resource } = input;
  const isAudited = audit !== undefined && resource !== undefined;
  return isAudited ? handleAndTell(trail, operation, input, resource, audit) : operation.handle(input);
}

/** Asked for is written first: what is not written down does not happen. */
async function handleAndTell(
  trail: AuditPort,
  operation: Operation,
  input: AnyInput,
  resource: Resource,
  audit: Audit,
): Promise<unknown> {
  // Nobody else may call an operation that audits.
  const caller = input.caller as OwnerCaller;
  await trail.record(resource, caller, audit.action);
  const result = await operation.handle(input);
  if (audit.done !== undefined) {
    await trail.record(resource, caller, audit.action, audit.done);
  }
  return result;
}

/** What is not there yet is no failure. */
function isOurs(failure: unknown): boolean {
  return !(failure instanceof Fault) || (failure.status >= 500 && failure.status !== 501);
}

function checkVersion(operation: Operation, search: URLSearchParams): string {
  const version = versionOf(search);
  if (version === null || version === '') {
    throw new Fault(faults.apiVersionUnspecified);
  }
  if (!isPublished(operation.service, version, `${operation.method} ${operation.path}`)) {
    throw new Fault(faults.unsupportedApiVersion);
  }
  return version;
}

function wellFormed(id: string | undefined): string | undefined {
  return id !== undefined && printableId.test(id) ? id : undefined;
}
