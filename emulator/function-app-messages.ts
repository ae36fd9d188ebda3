// What the supervisor and a function app process say to each other.
import type { World } from '../shared/passing/index.js';
import type { EmulatorLimits } from './contract.js';
import type { RegisteredFunction } from './host/host.js';
import type { PortRange } from './ports.js';

/** First message to the process: everything it needs to start. */
export interface FunctionAppStart {
  /** Port of the resource, then port of the app's own base address; 0 takes a free one. */
  readonly ports: readonly number[];
  /** For resources that are made later. */
  readonly laterPorts: PortRange;
  readonly tls: { readonly key: string; readonly cert: string };
  readonly reencodePaths: boolean;
  readonly clockOffsetMs: number;
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
  readonly resource: { readonly name: string; readonly immutableId: string; readonly accessKey: string };
}

export type FunctionAppCommand =
  /** Moves product time and forgets what was cached. */
  | { readonly name: 'setClock'; readonly offsetMs: number }
  /** Runs what became due since. */
  | { readonly name: 'clockMoved'; readonly fromMs: number }
  | { readonly name: 'drainQueues' }
  | { readonly name: 'dropCaches' }
  | { readonly name: 'setLimits'; readonly limits: EmulatorLimits }
  | { readonly name: 'meet'; readonly world: World }
  | { readonly name: 'eraseEverything' }
  | { readonly name: 'run'; readonly function: string; readonly input: unknown };

export type ToFunctionApp =
  | { readonly kind: 'start'; readonly start: FunctionAppStart }
  | { readonly kind: 'command'; readonly id: number; readonly command: FunctionAppCommand };

export type FromFunctionApp =
  | FunctionAppReady
  /** It could not start; the message is for people. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'log'; readonly line: string }
  /** A command is done; with a message when it failed. */
  | { readonly kind: 'done'; readonly id: number; readonly failure?: string };
