// Operations of a composed app called by name through the pipeline, as the platform would; what they answer is held against
// what they declare.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ReadableStream } from 'node:stream/web';
import type { ComposedApp } from '../../functions/compose.js';
import { apiVersions } from '../../shared/api/api-versions.js';
import type { ApiResponse } from '../../shared/http/index.js';
import type { Operation } from '../../shared/api/index.js';
import { holdAgainst } from '../answers/hold-against.js';
import { signedHeaders } from '../sdk/owner-call.js';

export { composeOn, type ComposeOnOptions } from './compose-on.js';

const host = 'contoso.europe.example';
/** Where it is not the latest. */
const versions: Readonly<Record<string, string>> = { identity: '2023-10-01' };

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
  /** In place of that of the operation. */
  readonly method?: 'HEAD';
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
  holdAgainst(operation, { status, header: (header) => headers[header], content });
  return { status, headers, content, body: parsed(headers['content-type'], content) };
}

/** The same over HTTP to an app that answers at this address; what operations there are is known from a composed one. */
export async function callOver(origin: string, app: ComposedApp, name: string, options: CallOptions = {}) {
  const operation = operationOf(app, name);
  const { method, target, headers, content: sent } = await toWire(app, operation, new URL(origin).host, options);
  const answer = await fetch(origin + target, { method, headers, ...(sent.length > 0 && { body: sent }) });
  const content = Buffer.from(await answer.arrayBuffer());
  holdAgainst(operation, {
    status: answer.status,
    header: (header) => answer.headers.get(header),
    content,
  });
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
  const method = options.method ?? operation.method;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams({
    'api-version': versions[operation.service] ?? apiVersions[operation.service].at(-1) ?? '',
  });
  for (const [name, value] of Object.entries(query)) {
    search.set(name, String(value));
  }
  const target = `/${path}?${search}`;
  const content = toBytes(options.body);
  const accessKey = async () => options.accessKey ?? (await app.defaultResource()).accessKey;
  const credentials: Record<string, string> =
    user === undefined
      ? signedHeaders(await accessKey(), at, { method, target, text: content })
      : { ...tokenHeader(operation, user), 'content-type': 'application/json' };
  return { method, target, content, headers: { ...credentials, ...options.headers } };
}

/** A user token, in the header in which the operation wants it. */
function tokenHeader({ auth }: Operation, { token }: TestUser): Record<string, string> {
  const header = auth.kind === 'userToken' ? auth.header : undefined;
  return header === undefined ? { authorization: `Bearer ${token}` } : { [header]: token };
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
