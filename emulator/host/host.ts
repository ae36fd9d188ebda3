// What the local Functions host offers to the process around it (see function-app-process.ts).
import type { Clock } from '../../shared/time/clock.js';
import type { RequestLog } from './request-log.js';
import type { UpgradeHandler } from './upgrades.js';

export interface HostOptions {
  /** Absolute path of the compiled entry of the function app (`main` of package.json). */
  readonly entry: string;
  /** Parsed `host.json`. */
  readonly hostJson: unknown;
  /** Loopback ports to answer on, HTTPS and HTTP on the same port; 0 takes a free one. */
  readonly ports: readonly number[];
  /** Index in `ports` of the app's own address, at which requests for any host come in; elsewhere the app is told the port. */
  readonly baseAddress?: number;
  /** Server certificate for localhost, 127.0.0.1 and ::1, PEM. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** Hand paths over decoded and encoded again, as Azure's front end does, instead of as sent. */
  readonly reencodePaths: boolean;
  /** Origins of pages in a browser that are allowed, beside those of this machine. */
  readonly allowedOrigins?: readonly string[];
  /** Names of this machine, beside those that are anybody's own; asked by another one, it does not answer. */
  readonly hostNames?: readonly string[];
  /** Whether timers run here; over all instances of an app, Azure runs each once. */
  readonly runsTimers: boolean;
  /** Timers of the platform, beside those of the app. */
  readonly localTimers?: readonly LocalTimer[];
  /** Product time drives the timers. */
  readonly clock: Clock;
  /**
   * Settings of the app (environment variables); called once the ports are known and before the app is loaded,
   * because some settings name them.
   */
  settings(ports: readonly number[]): Record<string, string>;
  readonly log: HostLog;
  /** Which requests get a line, and who takes it; none without. */
  readonly requests?: { readonly which: RequestLog; tell(line: string): void };
}

/** What the platform does by itself in Azure, and here a timer does. */
export interface LocalTimer {
  readonly name: string;
  /** NCRONTAB with six fields. */
  readonly schedule: string;
  run(): Promise<void>;
}

export type HostLog = (level: 'debug' | 'information' | 'warning' | 'error', message: string) => void;

export interface RegisteredFunction {
  readonly name: string;
  readonly trigger: 'http' | 'timer' | 'queue';
  /** HTTP only, e.g. `POST identities/{id}/:issueAccessToken`; several methods are separated by commas. */
  readonly route?: string;
  /** Timer only: NCRONTAB with six fields. */
  readonly schedule?: string;
  /** Queue only. */
  readonly queueName?: string;
}

export interface FunctionHost {
  /** The ports in the order of the options, port 0 replaced by what was taken. */
  readonly ports: readonly number[];
  /** The module namespace of the entry. */
  readonly app: Readonly<Record<string, unknown>>;
  readonly functions: readonly RegisteredFunction[];
  /** Answers on one more port; 0 takes a free one. Rejects when it is taken. */
  listen(port: number): Promise<number>;
  /** Gives a port back that {@link listen} has taken; connections that are open stay until they end. */
  unlisten(port: number): Promise<void>;
  /**
   * Hands connections that become WebSockets at a path, or below it, to a handler.
   *
   * @returns takes the handler away again
   */
  onUpgrade(prefix: string, handler: UpgradeHandler): () => void;
  /** Runs a timer or queue function now. Rejects with the function's own error. */
  run(name: string, input?: unknown): Promise<void>;
  /**
   * To be called after product time jumped from `fromMs`: timers whose time lies between run once each (past due),
   * then the queues are worked until they are empty. Resolves when all that is done.
   */
  clockMoved(fromMs: number): Promise<void>;
  /** Works all queues until nothing visible is left and nothing is being worked on. */
  drainQueues(): Promise<void>;
  /**
   * What Azure tells a worker before it ends it: runs the hooks for the end while requests are still under way. Whoever
   * calls it then ends the process.
   */
  terminate(): Promise<void>;
  /** Stops listening, lets running invocations finish for at most `graceMs`, closes everything. */
  close(graceMs: number): Promise<void>;
}
