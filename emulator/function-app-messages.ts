// What the supervisor and a function app process say to each other.
import type { RunningApp } from '../functions/running-app.js';
import type { World } from '../shared/passing/index.js';
import type { AppActionName } from './app-actions.js';
import type { RegisteredFunction } from './host/host.js';
import type { RequestLog } from './host/request-log.js';
import type { PortRange } from './ports.js';

/** First message to the process: everything it needs to start. */
export interface FunctionAppStart {
  /** Absolute path of the function app's compiled entry; the package's own unless told otherwise. */
  readonly entry?: string;
  /** Port of the resource, then port of the app's own base address; 0 takes a free one. */
  readonly ports: readonly number[];
  /** For resources that are made later. */
  readonly laterPorts: PortRange;
  readonly tls: { readonly key: string; readonly cert: string };
  readonly reencodePaths: boolean;
  readonly allowedOrigins: readonly string[];
  readonly hostNames: readonly string[];
  readonly clockOffsetMs: number;
  readonly requestLog: RequestLog;
  /** Name of the geography's default resource. */
  readonly resource: string;
  /** The first of its geography makes tables, containers and queues, and runs the timers. */
  readonly isFirst: boolean;
  /** The other geographies; undefined while they are still starting. */
  readonly world: World | undefined;
  /** Environment variables of the app that do not depend on its ports. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface FunctionAppReady {
  readonly kind: 'ready';
  readonly ports: readonly number[];
  readonly functions: readonly RegisteredFunction[];
  readonly resource: Awaited<ReturnType<RunningApp['defaultResource']>>;
}

/** Why an action could not be done. */
export interface AppFailure {
  readonly message: string;
  /** HTTP status and code, when it was refused on purpose; else it failed. */
  readonly refusal?: { readonly status: number; readonly code: string };
}

export type ToFunctionApp =
  | { readonly kind: 'start'; readonly start: FunctionAppStart }
  | { readonly kind: 'request'; readonly id: number; readonly name: AppActionName; readonly input: unknown };

export type FromFunctionApp =
  | FunctionAppReady
  /** It could not start; the message is for people. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'log'; readonly line: string }
  /** A request is done; with a failure when it could not be. */
  | { readonly kind: 'answer'; readonly id: number; readonly result?: unknown; readonly failure?: AppFailure };
