// The composed app without a server: one Azurite a test file, any number of "processes" on it, operations by name.
import { createHash, createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import type { ReadableStream } from 'node:stream/web';
import { compose, type ComposedApp } from '../../functions/compose.js';
import { readConfig } from '../../functions/config.js';
import type { ApiRequest, ApiResponse, Operation } from '../../shared/api/index.js';
import { wellKnownMasterSecret } from '../../shared/auth/index.js';
import type { CallObserver } from '../../shared/storage/index.js';
import { startAzurite } from '../storage/azurite.js';

const host = 'contoso.europe.example';
const versions = {
  chat: '2025-03-15',
  identity: '2023-10-01',
  privacy: '2026-12-01',
  retention: '2026-12-01',
} as const;

export interface TestUser {
  readonly id: string;
  readonly token: string;
}

export interface CallOptions {
  /** Whose token is sent; an operation for owners is signed instead. */
  readonly user?: TestUser;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  /** JSON, or bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

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
  /** Of its storage, for scans. */
  readonly connectionString: string;
  start(options?: ProcessOptions): Promise<TestProcess>;
  stop(): Promise<void>;
}

/** Starts an Azurite and makes every table in it. */
export async function startGeography(): Promise<TestGeography> {
  const azurite = await startAzurite();
  const opened: ComposedApp[] = [];
  let accessKey = '';
  const start = async ({ observers = [], clockOffsetMs = 0 }: ProcessOptions = {}) => {
    const config = readConfig({
      DOMICILE_GEOGRAPHY: 'europe',
      DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
      DOMICILE_DEFAULT_RESOURCE: 'contoso',
      DOMICILE_EMULATOR: '1',
      DOMICILE_CLOCK_OFFSET_MS: String(clockOffsetMs),
      AzureWebJobsStorage: azurite.connectionString,
    });
    const failures: unknown[] = [];
    const reportFailure = (_name: string, _requestId: string, failure: unknown) => failures.push(failure);
    const app = await compose(config, { reportFailure, observers });
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
  const operations = new Map(app.operations.map((operation) => [operation.name, operation]));
  const call = async <Body>(name: string, options: CallOptions = {}): Promise<Answer<Body>> => {
    const operation = operations.get(name);
    if (operation === undefined) throw new Error(`There is no operation ${name}.`);
    const { status, headers, body } = await app.pipeline(operation, toRequest(operation, options, accessKey()));
    const content = await textOf(body);
    return { status, headers, text: content, body: (isJson(headers) ? JSON.parse(content) : undefined) as Body };
  };
  const newUser = async () => {
    const body = { createTokenWithScopes: ['chat'] };
    const made = await call<{ identity: { id: string }; accessToken: { token: string } }>('identity-create', { body });
    return { id: made.body.identity.id, token: made.body.accessToken.token };
  };
  return { app, failures, call, newUser, close: () => app.storage.close() };
}

function toRequest(operation: Operation, options: CallOptions, accessKey: string): ApiRequest {
  const { user, params = {}, query = {}, headers = {} } = options;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams({ 'api-version': versions[operation.service as keyof typeof versions] });
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  const target = `/${path}?${search}`;
  const body = toBytes(options.body);
  const sent = new Map<string, string>([['host', host], ...Object.entries(headers)]);
  if (user !== undefined) sent.set('authorization', `Bearer ${user.token}`);
  else for (const [name, value] of signed(accessKey, operation.method, target, body)) sent.set(name, value);
  return {
    method: operation.method,
    url: `https://${host}${target}`,
    params,
    header: (name) => sent.get(name),
    headers: () => sent,
    readBody: async () => body,
    streamBody: () => Readable.from([body]),
  };
}

function signed(accessKey: string, method: string, target: string, body: Buffer): ReadonlyMap<string, string> {
  const date = new Date().toUTCString();
  const bodyHash = createHash('sha256').update(body).digest('base64');
  const signature = createHmac('sha256', Buffer.from(accessKey, 'base64'))
    .update(`${method}\n${target}\n${date};${host};${bodyHash}`)
    .digest('base64');
  return new Map([
    ['x-ms-date', date],
    ['x-ms-content-sha256', bodyHash],
    ['authorization', `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`],
  ]);
}

function toBytes(body: unknown): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(body === undefined ? '' : JSON.stringify(body));
}

async function textOf(body: ApiResponse['body']): Promise<string> {
  if (body === undefined || typeof body === 'string') return body ?? '';
  return body instanceof Uint8Array ? Buffer.from(body).toString() : readText(body as Readable | ReadableStream);
}

function isJson(headers: Readonly<Record<string, string>>): boolean {
  return headers['content-type']?.startsWith('application/json') ?? false;
}
