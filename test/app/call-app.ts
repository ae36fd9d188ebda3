// The function app composed inside a test, over a storage account and without HTTP, and its operations called by name
// through the pipeline, as the platform would: so a test can stop it at any storage call, and measure it.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ReadableStream } from 'node:stream/web';
import { compose, type ComposedApp } from '../../functions/compose.js';
import type { Guest } from '../../functions/compose-options.js';
import { readConfig } from '../../functions/config.js';
import type { ApiResponse } from '../../shared/http/index.js';
import type { Operation } from '../../shared/api/index.js';
import { wellKnownMasterSecret } from '../../shared/auth/index.js';
import type { CallObserver } from '../../shared/storage/index.js';
import type { Ids } from '../../shared/time/ids.js';
import { signedHeaders } from '../sdk/owner-call.js';

const host = 'contoso.europe.example';
const versions: Readonly<Record<string, string>> = {
  identity: '2023-10-01',
  chat: '2025-03-15',
  privacy: '2026-12-01',
  retention: '2026-12-01',
};

export interface ComposeOnOptions {
  readonly observers?: readonly CallObserver[];
  readonly privacyKeys?: string;
  /** How far its product time is ahead, ms. */
  readonly clockOffsetMs?: number;
  /** Further settings. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Instead of random ones. */
  readonly ids?: Ids;
  /** 0 where no other process has to hear of an export before it begins. */
  readonly hearingMs?: number;
  /** One more capability. */
  readonly guest?: Guest;
  reportFailure?(operationName: string, requestId: string, failure: unknown): void;
}

/** One composition with caches of its own, as a process of the function app has them. */
export function composeOn(connectionString: string, options: ComposeOnOptions = {}): Promise<ComposedApp> {
  const {
    observers = [],
    privacyKeys = 'primary,secondary',
    clockOffsetMs = 0,
    settings = {},
    reportFailure,
    ids,
    hearingMs,
    guest,
  } = options;
  const config = readConfig({
    DOMICILE_EMULATOR: '1',
    DOMICILE_GEOGRAPHY: 'europe',
    DOMICILE_DEFAULT_RESOURCE: 'contoso',
    DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
    DOMICILE_PRIVACY_KEYS: privacyKeys,
    DOMICILE_CLOCK_OFFSET_MS: String(clockOffsetMs),
    AzureWebJobsStorage: connectionString,
    ...settings,
  });
  return compose(config, {
    reportFailure: reportFailure ?? (() => undefined),
    observers,
    ...(ids && { ids }),
    ...(guest && { guest }),
    ...(hearingMs !== undefined && { hearingMs }),
  });
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
  const operation = operationOf(app, name);
  const { method, target, headers: sent, content: text } = await toWire(app, operation, host, options);
  const { status, headers, body } = await app.pipeline(operation, {
    method,
    url: `https://${host}${target}`,
    params: options.params ?? {},
    header: (header) => (header === 'host' ? host : sent[header]),
    headers: () => Object.entries(sent),
    readBody: async () => text,
    streamBody: () => Readable.from([text]),
  });
  const content = await contentOf(body);
  return { status, headers, content, body: parsed(headers['content-type'], content) };
}

/** The same over HTTP to an app that answers at this address; what operations there are is known from a composed one. */
export async function callOver(origin: string, app: ComposedApp, name: string, options: CallOptions = {}) {
  const {
    method,
    target,
    headers,
    content: sent,
  } = await toWire(app, operationOf(app, name), new URL(origin).host, options);
  const answer = await fetch(origin + target, { method, headers, ...(sent.length > 0 && { body: sent }) });
  const content = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, content, body: parsed(answer.headers.get('content-type'), content) };
}

function operationOf(app: ComposedApp, name: string): Operation {
  const operation = app.operations.find((each) => each.name === name);
  if (operation === undefined) {
    throw new Error(`There is no operation ${name}.`);
  }
  return operation;
}

function parsed(contentType: string | null | undefined, content: Buffer) {
  return contentType?.startsWith('application/json') ? JSON.parse(String(content)) : undefined;
}

async function toWire(app: ComposedApp, operation: Operation, at: string, options: CallOptions) {
  const { user, params = {}, query = {} } = options;
  const { method } = operation;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams({ 'api-version': versions[operation.service] ?? '' });
  for (const [name, value] of Object.entries(query)) {
    search.set(name, String(value));
  }
  const target = `/${path}?${search}`;
  const content = toBytes(options.body);
  const accessKey = async () => options.accessKey ?? (await app.defaultResource()).accessKey;
  const credentials: Record<string, string> =
    user === undefined
      ? signedHeaders(await accessKey(), at, { method, target, text: content })
      : { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' };
  return { method, target, content, headers: { ...credentials, ...options.headers } };
}

function toBytes(body: unknown): Buffer {
  if (body instanceof Uint8Array) {
    return Buffer.from(body);
  }
  return Buffer.from(body === undefined ? '' : JSON.stringify(body));
}

async function contentOf(body: ApiResponse['body']): Promise<Buffer> {
  if (body === undefined || typeof body === 'string') {
    return Buffer.from(body ?? '');
  }
  return body instanceof Uint8Array ? Buffer.from(body) : buffer(body as Readable | ReadableStream);
}
