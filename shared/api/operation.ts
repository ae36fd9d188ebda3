// An operation of the wire API as data: route, who may call it, what it takes, what it answers.
// Function registrations, the OpenAPI document, the support matrix and the authorization tests are made from it.
import type { z } from 'zod';
import type {
  Auth,
  CallCaller,
  EntraUserCaller,
  ManagerCaller,
  OwnerCaller,
  UserCaller,
  WebhookCaller,
} from '../auth/index.js';
import { figure } from '../budgets/index.js';
import type { GeographySlug, Resource } from '../geography/index.js';
import {
  type AnswerStatus,
  downloadTypeOf,
  PlainTextBody,
  type ErrorShapes,
  type FaultEntry,
  type HttpMethod,
} from '../http/index.js';
import type { ServiceName } from './api-versions.js';
import type { Audit, AuditAction } from './audit.js';
import {
  type AnswerBody,
  type AnswerHeaders,
  type AnswerOf,
  type Answers,
  declaredAnswers,
} from './declared-answers.js';
import { type Budget, type LimitKey, type LimitKeys, requireKnown } from './limits/index.js';

export type CallerOf<A extends Auth> = A extends { kind: 'userToken' }
  ? UserCaller
  : A extends { kind: 'accessKey' }
    ? OwnerCaller
    : A extends { kind: 'entra' }
      ? ManagerCaller
      : A extends { kind: 'entraUser' }
        ? EntraUserCaller
        : A extends { kind: 'webhook' }
          ? WebhookCaller
          : A extends { kind: 'callToken' }
            ? CallCaller
            : undefined;

/** Management is about resources by their id; everything else is asked at the host of one resource. */
type ResourceOf<A extends Auth> = A extends { kind: 'entra' } | { about: 'geography' } ? undefined : Resource;

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

/** What a handler gets. It never sees HTTP. */
export interface OperationInput<Caller, ParamName extends string, Headers, Query, Body, R = Resource> {
  readonly resource: R;
  readonly caller: Caller;
  readonly params: Readonly<Record<ParamName, string>>;
  /** The headers that the operation declares, by lower-case name. */
  readonly headers: Headers;
  readonly query: Query;
  readonly body: Body;
  readonly request: RequestFacts;
}

export interface RequestFacts {
  /** `x-ms-client-request-id`: the SDKs repeat it when they repeat a request. */
  readonly clientRequestId: string | undefined;
  /** `repeatability-request-id`, any case. */
  readonly repeatabilityRequestId: string | undefined;
  /** Scheme, host and port as the client addressed them; for absolute links. */
  readonly origin: string;
  /** The `api-version` that the client asked for. */
  readonly apiVersion: string;
  /** Only the head of the answer is wanted; some contracts have a status of their own for that. */
  readonly isHead?: boolean;
  /** Of the body, as the client declares them. */
  readonly bodyBytes?: number | undefined;
  /** Another geography has passed it on: it must be answered here, and nobody else asked. */
  readonly isForwarded: boolean;
  /** Monotonic time, ms, after which nobody waits for the answer any more. */
  readonly deadline: number;
  /** Aborted when the client hangs up; undefined where the platform does not tell. */
  readonly hungUp?: AbortSignal | undefined;
}

type Handler<Input, Result> = (input: Input) => Promise<Result>;

interface OperationSpec<
  A extends Auth,
  Route extends `${HttpMethod} ${string}`,
  H extends z.ZodObject,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
  Result extends AnswerBody<R>,
  D extends Answers,
> {
  /** Name of the registered function, e.g. `chat-send-message`. */
  readonly name: string;
  /** Name in the SDK's generated code, e.g. `chatThread.sendChatMessage`; absent for operations of our own. */
  readonly contract?: string;
  /** What it does, one sentence; stands in the OpenAPI document. */
  readonly summary: string;
  readonly service: ServiceName;
  /** Method and path without leading slash: `POST chat/threads/{chatThreadId}/messages`. */
  readonly route: Route;
  readonly auth: A;
  /** Entry of the service's table of rates; without it the operation is not limited. */
  readonly limit?: Budget;
  /** Whether such a call walks through everything that may hold something: few do that at once. */
  walks?(input: InputOf<A, Route, H, Q, B>): boolean;
  /** Schema of the request headers that the handler wants, by lower-case name. */
  readonly headers?: H;
  /** What the parsed input is counted by, for rates per `body(...)` of the limit, by their names. */
  readonly limitKeys?: Readonly<Record<string, (input: InputOf<A, Route, H, Q, B>) => readonly LimitKey[]>>;
  /** Schema of the query string, after `api-version` is taken out. */
  readonly query?: Q;
  /** Schema of the JSON body, or `WholeBody` or `StreamedBody` for other ones; without it no body is read. */
  readonly body?: B;
  /** What the body may be, e.g. `image/*`; by default JSON of any kind, and of bytes anything. */
  readonly contentTypes?: readonly string[];
  /** Default 256 KiB. */
  readonly maxBodyBytes?: number;
  /** Path of the made thing, for `Location`. */
  readonly location?: (result: Result, params: Readonly<Record<ParamNames<Route>, string>>) => string;
  /** Where errors are not written as ACS does. */
  readonly errors?: ErrorShapes;
  /**
   * What is thrown for input that is not valid, in the words of the schema alone and with the name of the field in
   * capitals, as some services write it; by default `BadRequest`.
   */
  readonly invalid?: FaultEntry;
  /** What the audit trail is told before the handler runs; undefined for nothing. Only for owners and managers. */
  readonly audits?: AuditAction | Audit | ((input: InputOf<A, Route, H, Q, B>) => AuditAction | Audit | undefined);
  /**
   * Which geography answers, when that is not seen from the host; undefined when this one does. Asked after
   * authentication, and never for a request that was passed on.
   */
  readonly home?: (input: InputOf<A, Route, H, Q, B>) => Promise<GeographySlug | undefined>;
  /** Exactly one of these five is the handler; the name of the first four is the answer's status. */
  readonly ok?: Handler<InputOf<A, Route, H, Q, B>, Result>;
  readonly created?: Handler<InputOf<A, Route, H, Q, B>, Result>;
  readonly accepted?: Handler<InputOf<A, Route, H, Q, B>, Result>;
  readonly noContent?: Handler<InputOf<A, Route, H, Q, B>, void>;
  /** For an answer with headers of its own, or one of several statuses. */
  readonly answer?: Handler<InputOf<A, Route, H, Q, B>, AnswerOf<NoInfer<D>>>;
  /** With `ok`, `created` or `accepted`: schema of the body, `NoBody` when there is none, `downloadOf` when it is no JSON. */
  readonly returns?: R;
  /** With `answer`: the same for every status that it can have. */
  readonly answers?: D;
  /** What the answers of a status have, `Location` of `location` aside. */
  readonly answerHeaders?: AnswerHeaders;
}

type InputOf<
  A extends Auth,
  Route extends string,
  H extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
> = OperationInput<CallerOf<A>, ParamNames<Route>, z.output<H>, z.output<Q>, z.output<B>, ResourceOf<A>>;

/** An operation whose types are checked and put away; what the pipeline and the generators see. */
export interface Operation {
  readonly name: string;
  readonly contract: string | undefined;
  readonly summary: string;
  readonly service: ServiceName;
  readonly method: HttpMethod;
  /** Route template without leading slash. */
  readonly path: string;
  readonly auth: Auth;
  readonly limit: Budget | undefined;
  /** It can answer with content that is read as it comes. */
  readonly isDownload: boolean;
  readonly headers: z.ZodObject | undefined;
  /** What the parsed input is counted by, beside what was known before. */
  limitKeys(input: AnyInput): LimitKeys;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly contentTypes: readonly string[] | undefined;
  readonly maxBodyBytes: number;
  /** All that it can answer when nothing is wrong. What is no `Answer` has the first. */
  readonly statuses: readonly [AnswerStatus, ...AnswerStatus[]];
  /** Schema of the body, by status. Not declared only by operations of tests. */
  readonly answers: ReadonlyMap<AnswerStatus, z.ZodType | undefined>;
  readonly answerHeaders: AnswerHeaders;
  readonly errors: ErrorShapes | undefined;
  readonly invalid: FaultEntry | undefined;
  readonly home: ((input: AnyInput) => Promise<GeographySlug | undefined>) | undefined;
  audits(input: AnyInput): Audit | undefined;
  walks(input: AnyInput): boolean;
  location(result: unknown, params: Readonly<Record<string, string>>): string | undefined;
  handle(input: AnyInput): Promise<unknown>;
}

export type AnyInput = OperationInput<unknown, string, unknown, unknown, unknown, Resource | undefined>;

const defaultMaxBodyBytes = figure('wholeBody');

/**
 * Declares an operation. The types of what the handler gets follow from the route, the kind of caller and the schemas.
 *
 * @throws {Error} when the declaration contradicts itself
 * @example
 * operation({
 *   name: 'rooms-get',
 *   contract: 'rooms.get',
 *   summary: 'Gets a room.',
 *   service: 'rooms',
 *   route: 'GET rooms/{roomId}',
 *   auth: accessKey,
 *   returns: Room,
 *   ok: async ({ resource, params }) => renderRoom(await getRoom(rooms, resource, params.roomId)),
 * })
 * @example of several statuses
 * operation({
 *   name: 'phone-numbers-put-reservation',
 *   ...
 *   answers: { 200: Reservation, 201: Reservation, 207: Reservation },
 *   answer: async ({ resource, params, body }) => {
 *     const { isNew, hasFailures, reservation } = await putReservation(numbers, resource, params.reservationId, body);
 *     return new Answer(hasFailures ? 207 : isNew ? 201 : 200, renderReservation(reservation));
 *   },
 * })
 */
export function operation<
  const A extends Auth,
  const Route extends `${HttpMethod} ${string}`,
  Result extends AnswerBody<R>,
  H extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Q extends z.ZodType = z.ZodType<Record<string, never>>,
  B extends z.ZodType = z.ZodType<undefined>,
  R extends z.ZodType = z.ZodType,
  D extends Answers = Record<never, never>,
>(spec: OperationSpec<A, Route, H, Q, B, R, Result, D>): Operation {
  const { statuses, answers, handle } = declaredAnswers(spec);
  requireKnown(spec);
  if (spec.auth.kind === 'callToken' && !spec.route.includes(`{${spec.auth.param}}`)) {
    throw new Error(
      `Operation ${spec.name} asks for the token of a call, but has no {${spec.auth.param}} in its route.`,
    );
  }
  if (spec.audits !== undefined && spec.auth.kind !== 'accessKey' && spec.auth.kind !== 'entra') {
    throw new Error(`Operation ${spec.name} is to be audited, but its caller is no owner and no manager.`);
  }
  const space = spec.route.indexOf(' ');
  return {
    name: spec.name,
    contract: spec.contract,
    summary: spec.summary,
    service: spec.service,
    method: spec.route.slice(0, space) as HttpMethod,
    path: spec.route.slice(space + 1),
    auth: spec.auth,
    limit: spec.limit,
    walks: (input) => spec.walks?.(input as InputOf<A, Route, H, Q, B>) === true,
    isDownload: [...answers.values()].some(
      (schema) => schema !== undefined && schema !== PlainTextBody && downloadTypeOf(schema) !== undefined,
    ),
    headers: spec.headers,
    limitKeys: (input) =>
      Object.fromEntries(
        Object.entries(spec.limitKeys ?? {}).map(([name, keysOf]) => [
          name,
          keysOf(input as Parameters<typeof keysOf>[0]),
        ]),
      ),
    query: spec.query,
    body: spec.body,
    contentTypes: spec.contentTypes,
    maxBodyBytes: spec.maxBodyBytes ?? defaultMaxBodyBytes,
    statuses,
    answers,
    answerHeaders: withLocation(spec.answerHeaders, spec.location === undefined ? undefined : statuses[0]),
    errors: spec.errors,
    invalid: spec.invalid,
    home: spec.home as Operation['home'],
    audits: (input) => auditOf(spec.audits, input as InputOf<A, Route, H, Q, B>),
    location: (result, params) => spec.location?.(result as Result, params as Record<ParamNames<Route>, string>),
    handle: handle as Operation['handle'],
  };
}

function withLocation(headers: AnswerHeaders = {}, status?: AnswerStatus): AnswerHeaders {
  return status === undefined ? headers : { ...headers, [status]: ['location', ...(headers[status] ?? [])] };
}

function auditOf<Input>(
  audits: AuditAction | Audit | ((input: Input) => AuditAction | Audit | undefined) | undefined,
  input: Input,
): Audit | undefined {
  const found = typeof audits === 'function' ? audits(input) : audits;
  return typeof found === 'string' ? { action: found } : found;
}
