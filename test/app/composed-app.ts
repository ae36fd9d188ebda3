// The composed app without a server: one Azurite a test file, any number of "processes" on it, operations by name.
import type { ComposedApp } from '../../functions/compose.js';
import type { CallObserver } from '../../shared/storage/index.js';
import { startAzurite } from '../storage/azurite.js';
import { callApp, type CallOptions, composeOn, type TestUser } from './call-app.js';

export type { CallOptions, TestUser } from './call-app.js';

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined when there is none. The caller says what it expects: a wrong guess fails the test anyway. */
  readonly body: Body;
  /** The body as it came; empty when there is none. */
  readonly text: string;
}

/** One composition with caches of its own, as a process of the function app has them. */
export interface TestProcess {
  readonly app: ComposedApp;
  /** Failures that were answered with a status from 500 on. */
  readonly failures: readonly unknown[];
  /** Calls an operation by its registered name, through the pipeline, as the platform would. */
  call<Body = unknown>(operation: string, options?: CallOptions): Promise<Answer<Body>>;
  /** A new identity with a chat token. */
  newUser(): Promise<TestUser>;
  /** Closes its connections; the geography does it for who does not. */
  close(): Promise<void>;
}

interface ProcessOptions {
  readonly observers?: readonly CallObserver[];
  /** How far its product time is ahead, ms. */
  readonly clockOffsetMs?: number;
}

export interface TestGeography {
  readonly connectionString: string;
  start(options?: ProcessOptions): Promise<TestProcess>;
  stop(): Promise<void>;
}

/**
 * Starts an Azurite and makes every table in it.
 *
 * @param settings of every process, beyond those that each needs
 */
export async function startGeography(settings: Readonly<Record<string, string>> = {}): Promise<TestGeography> {
  const azurite = await startAzurite();
  const opened: ComposedApp[] = [];
  let accessKey = '';
  const start = async (options: ProcessOptions = {}) => {
    const failures: unknown[] = [];
    const reportFailure = (_name: string, _requestId: string, failure: unknown) => failures.push(failure);
    const app = await composeOn(azurite.connectionString, { ...options, settings, reportFailure });
    opened.push(app);
    return toProcess(app, failures, () => accessKey);
  };
  const first = await start();
  await first.app.provision();
  ({ accessKey } = await first.app.defaultResource());
  return {
    connectionString: azurite.connectionString,
    start,
    stop: async () => {
      await Promise.all(opened.map(({ storage }) => storage.close()));
      await azurite.stop();
    },
  };
}

function toProcess(app: ComposedApp, failures: readonly unknown[], accessKey: () => string): TestProcess {
  const call = async <Body>(name: string, options: CallOptions = {}): Promise<Answer<Body>> => {
    const { content, body, ...answer } = await callApp(app, name, { accessKey: accessKey(), ...options });
    return { ...answer, text: String(content), body };
  };
  const newUser = async () => {
    const body = { createTokenWithScopes: ['chat'] };
    const made = await call<{ identity: { id: string }; accessToken: { token: string } }>('identity-create', { body });
    return { id: made.body.identity.id, token: made.body.accessToken.token };
  };
  return { app, failures, call, newUser, close: () => app.storage.close() };
}
