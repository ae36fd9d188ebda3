// How every request flows: resource by host, or on to the geography it lies in; api-version, authentication, rate limits,
// parsing, handler, rendering. Errors thrown on the way are rendered here and nowhere else.
import type { Authenticator } from '../auth/index.js';
import { type GeographySlug, requireResident, type Resource } from '../geography/index.js';
import {
  type ApiRequest,
  type ApiResponse,
  Fault,
  faults,
  renderFault,
  Reply,
  type ResponseFacts,
  StreamedBody,
} from '../http/index.js';
import { arrive, passHome, type Peers } from '../passing/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { isPublished, supportedVersions } from './api-versions.js';
import { DoneAtOnce } from './done-at-once.js';
import type { Limiter } from './limits/index.js';
import type { Operation } from './operation.js';
import { parseBody, parseQuery } from './parse-input.js';
import { type Links, renderReply, renderResult } from './render.js';

export interface PipelineParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly authenticator: Authenticator;
  readonly limiter: Limiter;
  /** Brings what other instances have announced up to date, where that is due. */
  catchUp(): Promise<void>;
  /** The resource that answers at a host name; undefined when there is none. */
  findResource(host: string): Promise<Resource | undefined> | Resource | undefined;
  /** Where this app is: every resource whose data it touches has to be of it. */
  readonly geography: GeographySlug;
  /** The way to the other geographies. */
  readonly peers: Peers;
  /** Told of failures that are ours. Gets the function's name and the error; must not log more of the request. */
  reportFailure(operationName: string, requestId: string, failure: unknown): void;
}

export type Pipeline = (operation: Operation, request: ApiRequest) => Promise<ApiResponse>;

const noLinks: Links = { location: undefined, operationLocation: undefined };
/** What a request decides rests on who its caller was when it began; nothing is decided later than this, monotonic ms. */
const requestBudgetMs = 30_000;
const printableId = /^[\x21-\x7e]{1,128}$/;

export function createPipeline(parts: PipelineParts): Pipeline {
  return async function handle(operation, received) {
    const clientRequestId = wellFormed(received.header('x-ms-client-request-id'));
    const facts: ResponseFacts = {
      requestId: parts.ids.uuid(),
      clientRequestId,
      supportedVersions: supportedVersions(operation.service),
    };
    try {
      const arrival = arrive(parts.peers, received);
      const { request, origin, host, search, hop } = arrival;
      const budgetMs = Math.min(requestBudgetMs, hop?.budgetMs ?? requestBudgetMs);
      const deadline = parts.clock.monotonic() + budgetMs;
      await parts.catchUp();
      const isManagement = operation.auth.kind === 'entra';
      const found = isManagement ? undefined : parts.findResource(host);
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
      const { limit } = operation;
      const admission = limit && parts.limiter.admit(limit, { resource, caller, params: request.params });
      const body = await bodyOf(operation, request, readBody);
      if (parts.clock.monotonic() > deadline) {
        throw new Fault(faults.requestTooSlow);
      }
      const input = {
        resource,
        caller,
        params: request.params,
        query: parseQuery(operation, search),
        body,
        request: {
          clientRequestId,
          repeatabilityRequestId: wellFormed(request.header('repeatability-request-id')),
          origin,
          headers: Object.fromEntries(operation.headers.map((name) => [name, request.header(name)])),
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
      const result = await operation.handle(input);
      if (result instanceof Reply) {
        return renderReply(facts, result);
      }
      if (result instanceof DoneAtOnce) {
        return renderResult(facts, 200, result.result, noLinks);
      }
      return renderResult(facts, operation.status, result, linksOf(operation, request, result, origin, apiVersion));
    } catch (failure) {
      if (!(failure instanceof Fault) || failure.status >= 500) {
        parts.reportFailure(operation.name, facts.requestId, failure);
      }
      return renderFault(facts, failure);
    }
  };
}

async function bodyOf(operation: Operation, request: ApiRequest, readBody: () => Promise<Buffer>): Promise<unknown> {
  if (operation.body === undefined) {
    return undefined;
  }
  if (operation.body === StreamedBody) {
    return request.streamBody(operation.maxBodyBytes);
  }
  return parseBody(operation, request, await readBody());
}

function linksOf(
  operation: Operation,
  request: ApiRequest,
  result: unknown,
  origin: string,
  apiVersion: string,
): Links {
  const path = operation.location(result, request.params);
  const watch = operation.operationLocation(result);
  return {
    location: path === undefined ? undefined : origin + path,
    operationLocation: watch === undefined ? undefined : `${origin}${watch}?api-version=${apiVersion}`,
  };
}

function checkVersion(operation: Operation, search: URLSearchParams): string {
  const version = search.get('api-version');
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
