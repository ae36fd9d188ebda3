// The function app composed inside a test, over a storage account and without HTTP, and its operations called by name
// through the pipeline, as the platform would: so a test can stop it at any storage call, and measure it.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ReadableStream } from 'node:stream/web';
import { compose, type ComposedApp } from '../../functions/compose.js';
import { readConfig } from '../../functions/config.js';
import type { ApiRequest, ApiResponse, Operation } from '../../shared/api/index.js';
import { wellKnownMasterSecret } from '../../shared/auth/index.js';
import type { CallObserver } from '../../shared/storage/index.js';
import type { Ids } from '../../shared/time/ids.js';
import { signedHeaders } from '../sdk/owner-call.js';

const host = 'contoso.europe.example';
const versions: Readonly<Record<string, string>> = {
  identity: '2023-10-01',
  chat: '2025-03-15',
  privacy: '2026-12-01',
};

export interface ComposeOnOptions {
  readonly observers?: readonly CallObserver[];
  readonly privacyKeys?: string;
  /** How far its product time is ahead, ms. */
  readonly clockOffsetMs?: number;
  /** Instead of random ones. */
  readonly ids?: Ids;
  reportFailure?(operationName: string, requestId: string, failure: unknown): void;
}

/** One composition with caches of its own, as a process of the function app has them. */
export function composeOn(connectionString: string, options: ComposeOnOptions = {}): Promise<ComposedApp> {
  const { observers = [], privacyKeys = 'primary,secondary', clockOffsetMs = 0, reportFailure, ids } = options;
  const config = readConfig({
    DOMICILE_EMULATOR: '1',
    DOMICILE_GEOGRAPHY: 'europe',
    DOMICILE_DEFAULT_RESOURCE: 'contoso',
    DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
    DOMICILE_PRIVACY_KEYS: privacyKeys,
    DOMICILE_CLOCK_OFFSET_MS: String(clockOffsetMs),
    AzureWebJobsStorage: connectionString,
  });
  return compose(config, { reportFailure: reportFailure ?? (() => undefined), observers, ...(ids && { ids }) });
}

export interface TestUser {
  readonly id: string;
  readonly token: string;
}

export interface CallOptions {
  /** Whose token is sent; an operation for owners is signed with the primary key instead. */
  readonly user?: TestUser;
  /** Looked up, which may cost a read, when it is not given. */
  readonly accessKey?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  /** JSON, or bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls an operation by the name of its function. The body is parsed when it is JSON; the content is as it came. */
export async function callApp(app: ComposedApp, name: string, options: CallOptions = {}) {
  const operation = app.operations.find((each) => each.name === name);
  if (operation === undefined) throw new Error(`There is no operation ${name}.`);
  const answer = await app.pipeline(operation, await toRequest(app, operation, options));
  const { status, headers } = answer;
  const content = await contentOf(answer.body);
  const isJson = headers['content-type']?.startsWith('application/json') ?? false;
  return { status, headers, content, body: isJson ? JSON.parse(String(content)) : undefined };
}

async function toRequest(app: ComposedApp, operation: Operation, options: CallOptions): Promise<ApiRequest> {
  const { user, params = {}, query = {}, headers = {} } = options;
  const { method } = operation;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams({ 'api-version': versions[operation.service] ?? '' });
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  const target = `/${path}?${search}`;
  const body = toBytes(options.body);
  const credentials =
    user === undefined
      ? signedHeaders(options.accessKey ?? (await app.defaultResource()).accessKey, host, {
          method,
          target,
          text: body,
        })
      : { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' };
  const sent = new Map(Object.entries({ host, ...credentials, ...headers }));
  return {
    method,
    url: `https://${host}${target}`,
    params,
    header: (name) => sent.get(name),
    readBody: async () => body,
    streamBody: () => Readable.from([body]),
  };
}

function toBytes(body: unknown): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(body === undefined ? '' : JSON.stringify(body));
}

async function contentOf(body: ApiResponse['body']): Promise<Buffer> {
  if (body === undefined || typeof body === 'string') return Buffer.from(body ?? '');
  return body instanceof Uint8Array ? Buffer.from(body) : buffer(body as Readable | ReadableStream);
}
