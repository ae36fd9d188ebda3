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
import type { GeographySlug, Resource } from '../geography/index.js';
import type { HttpMethod } from '../http/index.js';
import type { ServiceName } from './api-versions.js';
import type { DoneAtOnce } from './done-at-once.js';
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
type ResourceOf<A extends Auth> = A extends { kind: 'entra' } ? undefined : Resource;

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

/** What a handler gets. It never sees HTTP. */
export interface OperationInput<Caller, ParamName extends string, Query, Body, R = Resource> {
  readonly resource: R;
  readonly caller: Caller;
  readonly params: Readonly<Record<ParamName, string>>;
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
  /** The request headers that the operation declared, by lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The `api-version` that the client asked for. */
  readonly apiVersion: string;
  /** Another geography has passed it on: it must be answered here, and nobody else asked. */
  readonly isForwarded: boolean;
  /** Monotonic time, ms, after which nobody waits for the answer any more. */
  readonly deadline: number;
}

type Handler<Input, Result> = (input: Input) => Promise<Result>;

interface OperationSpec<
  A extends Auth,
  Route extends `${HttpMethod} ${string}`,
  Q extends z.ZodType,
  B extends z.ZodType,
  Result,
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
  /** What the parsed input is counted by, for rates per `body(...)` of the limit, by their names. */
  readonly limitKeys?: Readonly<Record<string, (input: InputOf<A, Route, Q, B>) => readonly LimitKey[]>>;
  /** Schema of the query string, after `api-version` is taken out. */
  readonly query?: Q;
  /** Schema of the JSON body; without it no body is read. */
  readonly body?: B;
  /** Default 256 KiB. */
  readonly maxBodyBytes?: number;
  /** Request headers that the handler wants, lower case. */
  readonly headers?: readonly string[];
  /** Path of the made or accepted thing, for `Location`. */
  readonly location?: (result: Result, params: Readonly<Record<ParamNames<Route>, string>>) => string;
  /** Path where a long-running operation can be watched, for `Operation-Location`; only with `accepted`. */
  readonly operationLocation?: (result: Exclude<Result, DoneAtOnce<unknown>>) => string;
  /**
   * Which geography answers, when that is not seen from the host; undefined when this one does. Asked after
   * authentication, and never for a request that was passed on.
   */
  readonly home?: (input: InputOf<A, Route, Q, B>) => Promise<GeographySlug | undefined>;
  /** Exactly one of these four is the handler; its name is the answer's status. */
  readonly ok?: Handler<InputOf<A, Route, Q, B>, Result>;
  readonly created?: Handler<InputOf<A, Route, Q, B>, Result>;
  readonly accepted?: Handler<InputOf<A, Route, Q, B>, Result>;
  readonly noContent?: Handler<InputOf<A, Route, Q, B>, void>;
}

type InputOf<A extends Auth, Route extends string, Q extends z.ZodType, B extends z.ZodType> = OperationInput<
  CallerOf<A>,
  ParamNames<Route>,
  z.output<Q>,
  z.output<B>,
  ResourceOf<A>
>;

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
  /** What the parsed input is counted by, beside what was known before. */
  limitKeys(input: AnyInput): LimitKeys;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly maxBodyBytes: number;
  readonly headers: readonly string[];
  readonly status: 200 | 201 | 202 | 204;
  readonly home: ((input: AnyInput) => Promise<GeographySlug | undefined>) | undefined;
  location(result: unknown, params: Readonly<Record<string, string>>): string | undefined;
  operationLocation(result: unknown): string | undefined;
  handle(input: AnyInput): Promise<unknown>;
}

export type AnyInput = OperationInput<unknown, string, unknown, unknown, Resource | undefined>;

const defaultMaxBodyBytes = 256 * 1024;

export function operation<
  const A extends Auth,
  const Route extends `${HttpMethod} ${string}`,
  Result,
  Q extends z.ZodType = z.ZodType<Record<string, never>>,
  B extends z.ZodType = z.ZodType<undefined>,
>(spec: OperationSpec<A, Route, Q, B, Result>): Operation {
  const answers = (
    [
      [200, spec.ok],
      [201, spec.created],
      [202, spec.accepted],
      [204, spec.noContent],
    ] as const
  ).filter(([, handler]) => handler !== undefined);
  const [answer] = answers;
  if (answer === undefined || answers.length > 1) {
    throw new Error(`Operation ${spec.name} needs exactly one of ok, created, accepted, noContent.`);
  }
  requireKnown(spec);
  if (spec.auth.kind === 'callToken' && !spec.route.includes(`{${spec.auth.param}}`)) {
    throw new Error(
      `Operation ${spec.name} asks for the token of a call, but has no {${spec.auth.param}} in its route.`,
    );
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
    limitKeys: (input) =>
      Object.fromEntries(
        Object.entries(spec.limitKeys ?? {}).map(([name, keysOf]) => [
          name,
          keysOf(input as Parameters<typeof keysOf>[0]),
        ]),
      ),
    query: spec.query,
    body: spec.body,
    maxBodyBytes: spec.maxBodyBytes ?? defaultMaxBodyBytes,
    headers: spec.headers ?? [],
    home: spec.home as Operation['home'],
    status: answer[0],
    location: (result, params) => spec.location?.(result as Result, params as Record<ParamNames<Route>, string>),
    operationLocation: (result) => spec.operationLocation?.(result as Exclude<Result, DoneAtOnce<unknown>>),
    handle: answer[1] as Operation['handle'],
  };
}
