// Long-running operations of the data plane on the wire: how one is begun, where it is watched, and the names of its
// states. Contracts: email 2025-09-01, phone numbers 2025-06-01. Management has its own style (arm/long-running.ts).
import { z } from 'zod';
import type { AnswerHeaders, RequestFacts } from '../../shared/api/index.js';
import { Answer } from '../../shared/http/index.js';
import type { OperationStatus } from '../../shared/jobs/index.js';

/** How a service shows its long-running operations. */
export interface LongRunningStyle {
  /** Path that an operation is watched at, without its id: `/phoneNumbers/operations`. */
  readonly path: string;
  readonly states: Readonly<Record<OperationStatus, string>>;
  /** SDKs follow both; which one it is stands in the contract. */
  readonly addresses: 'absolute' | 'relative';
  /** After how many seconds to look again; absent where the contract has no `Retry-After`. */
  readonly retryAfterSeconds?: number | (() => number);
  /** Whether the id stands in the header `operation-id` too. */
  readonly namesId?: boolean;
}

/** States as most contracts write them. */
export const camelCaseStates = {
  notStarted: 'notStarted',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
} as const satisfies LongRunningStyle['states'];

/** States as email writes them. */
export const pascalCaseStates = {
  notStarted: 'NotStarted',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  canceled: 'Canceled',
} as const satisfies LongRunningStyle['states'];

/** For operations whose id the client may choose, as `Operation-Id`. A UUID is the same in capitals. */
export const OperationIdHeader = z.object({
  'operation-id': z
    .guid()
    .transform((id) => id.toLowerCase())
    .optional(),
});

export interface Begun<Body = undefined> {
  /** As it stands on the wire, with a prefix where the service has one: `search_1b2c...`. */
  readonly id: string;
  /** undefined where the contract has none. */
  readonly body?: Body;
  /** Path of what there will be. */
  readonly resultPath?: string;
  /** Headers of this one operation, such as `search-id`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * 202 with the addresses at which the operation is watched and its result will be.
 *
 * @example
 * answers: { 202: NoBody },
 * answerHeaders: begunHeaders(phoneNumberOperations),
 * answer: async ({ resource, body, request }) => {
 *   const search = await startSearch(numbers, resource, body);
 *   const resultPath = `/availablePhoneNumbers/searchResults/${search.id}`;
 *   return begun(phoneNumberOperations, request, { id: `search_${search.id}`, resultPath, headers: { 'search-id': search.id } });
 * }
 */
export function begun<Body = undefined>(
  style: LongRunningStyle,
  request: RequestFacts,
  { id, body, resultPath, headers }: Begun<Body>,
): Answer<202, Body> {
  const { path, retryAfterSeconds, namesId } = style;
  return new Answer(202, body, {
    'operation-location': addressOf(style, request, `${path}/${id}`),
    ...(resultPath !== undefined && { location: addressOf(style, request, resultPath) }),
    ...retryAfterOf(retryAfterSeconds),
    ...(namesId === true && { 'operation-id': id }),
    ...headers,
  });
}

/** When to look again, where the contract has it. */
export function retryAfterOf(seconds: LongRunningStyle['retryAfterSeconds']): Readonly<Record<string, string>> {
  return seconds === undefined ? {} : { 'retry-after': String(typeof seconds === 'number' ? seconds : seconds()) };
}

/** The headers that such an answer always has. */
export function begunHeaders({ retryAfterSeconds, namesId }: LongRunningStyle): AnswerHeaders {
  const retryAfter = retryAfterSeconds === undefined ? [] : ['retry-after'];
  return { 202: ['operation-location', ...retryAfter, ...(namesId === true ? ['operation-id'] : [])] };
}

/** A path as the contract of the service names it to clients. */
export function addressOf({ addresses }: LongRunningStyle, { origin, apiVersion }: RequestFacts, path: string): string {
  return `${addresses === 'absolute' ? origin : ''}${path}?api-version=${apiVersion}`;
}
