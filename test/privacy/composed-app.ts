// The function app composed inside a test, over a real Azurite and without HTTP: so a test can stop it at any storage
// call, and measure it.
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { type ComposedApp, compose } from '../../functions/compose.js';
import { readConfig } from '../../functions/config.js';
import { wellKnownMasterSecret } from '../../shared/auth/index.js';
import { chatImages, chatThreads } from '../../shared/chat/index.js';
import { jobQueue } from '../../shared/jobs/index.js';
import { exports, exportSubjects } from '../../shared/privacy/index.js';
import { type CallObserver, shardOf } from '../../shared/storage/index.js';
import { signedHeaders } from '../sdk/owner-call.js';

const host = 'contoso.europe.example';
const versions: Readonly<Record<string, string>> = {
  identity: '2023-10-01',
  chat: '2025-03-15',
  privacy: '2026-12-01',
};

export interface ComposedAppOptions {
  readonly observers?: readonly CallObserver[];
  readonly privacyKeys?: string;
  readonly clockOffsetMs?: number;
}

export function composeOn(connectionString: string, options: ComposedAppOptions = {}): Promise<ComposedApp> {
  const config = readConfig({
    DOMICILE_EMULATOR: '1',
    DOMICILE_GEOGRAPHY: 'europe',
    DOMICILE_DEFAULT_RESOURCE: 'contoso',
    DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
    DOMICILE_PRIVACY_KEYS: options.privacyKeys ?? 'primary,secondary',
    DOMICILE_CLOCK_OFFSET_MS: String(options.clockOffsetMs ?? 0),
    AzureWebJobsStorage: connectionString,
  });
  const reportFailure = () => undefined;
  return compose(config, { reportFailure, ...(options.observers && { observers: options.observers }) });
}

export interface AppCall {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of a user; without it the call is signed with the primary key. */
  readonly token?: string;
}

/** Calls an operation by the name of its function. */
export async function callApp(app: ComposedApp, name: string, { params = {}, body, token }: AppCall = {}) {
  const operation = app.operations.find((each) => each.name === name);
  if (operation === undefined) throw new Error(`There is no operation ${name}.`);
  const { method } = operation;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, param: string) => encodeURIComponent(params[param] ?? ''));
  const target = `/${path}?api-version=${versions[operation.service]}`;
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers: Record<string, string> =
    token === undefined
      ? signedHeaders((await app.defaultResource()).accessKey, host, { method, target, text })
      : { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await app.pipeline(operation, {
    method,
    url: `https://${host}${target}`,
    params,
    header: (header) => (header === 'host' ? host : headers[header]),
    headers: () => Object.entries(headers),
    readBody: async () => Buffer.from(text),
    streamBody: () => Readable.from([text]),
  });
  const content = answer.body instanceof Readable ? await buffer(answer.body) : Buffer.from(String(answer.body ?? ''));
  const isJson = answer.headers['content-type']?.startsWith('application/json');
  return { status: answer.status, content, body: isJson ? JSON.parse(String(content)) : undefined };
}

export async function addUser(app: ComposedApp): Promise<{ id: string; token: string }> {
  const { body } = await callApp(app, 'identity-create', { body: { createTokenWithScopes: ['chat'] } });
  return { id: body.identity.id, token: body.accessToken.token };
}

/** Works on all jobs that are queued, as the host would. */
export async function workJobs(app: ComposedApp): Promise<void> {
  const queue = app.storage.queue(jobQueue);
  for (;;) {
    const messages = await queue.receive(32, 60);
    if (messages.length === 0) return;
    for (const { text, receipt } of messages) {
      await app.jobs.work(text);
      await queue.remove(receipt);
    }
  }
}

export async function say(app: ComposedApp, threadId: string, token: string, content: string): Promise<void> {
  const body = { content, type: 'text' };
  const { status } = await callApp(app, 'chat-send-message', { token, params: { chatThreadId: threadId }, body });
  if (status !== 201) throw new Error(`The message was not sent (${status}).`);
}

/** Puts an image into a thread as uploading it does. */
export async function addImage(app: ComposedApp, key: string, owner: string, id: string, image: Buffer): Promise<void> {
  await app.storage.blobs(chatImages).upload(`${key}/${id}`, image);
  const row = { partitionKey: key, rowKey: `image!${id}`, owner, name: 'cat.png', at: app.clock.now() };
  await app.storage.table(chatThreads, shardOf(chatThreads, key)).upsert(row, 'replace');
}

/**
 * Starts an export with what was received; its message is taken from the queue, so that the test alone works on it.
 *
 * @returns id of its operation and job
 */
export async function startExport(app: ComposedApp, identifier: string): Promise<string> {
  const body = { identifiers: [identifier], includeReceived: true };
  const { id } = (await callApp(app, 'privacy-export', { body })).body;
  const queue = app.storage.queue(jobQueue);
  const [message] = await queue.receive(1, 60);
  if (message === undefined || message.text !== id) throw new Error('Another job was in the queue.');
  await queue.remove(message.receipt);
  return String(id);
}

export async function watchExport(app: ComposedApp, operationId: string) {
  return (await callApp(app, 'privacy-get-operation', { params: { operationId } })).body;
}

export async function fetchExport(app: ComposedApp, operationId: string) {
  return callApp(app, 'privacy-get-export-content', { params: { operationId } });
}

/** Every blob and row that exports have left. */
export async function keptExports(app: ComposedApp): Promise<string[]> {
  const { names } = await app.storage.blobs(exports).list('');
  const { rows } = await app.storage.table(exportSubjects).scan();
  return [...names, ...rows.map(({ partitionKey, rowKey }) => `${partitionKey} ${rowKey}`)];
}

/** A thread of these users, made by the first; id and partition key. */
export async function addThread(
  app: ComposedApp,
  users: readonly { id: string; token: string }[],
  options: { readonly retentionPolicy?: object } = {},
) {
  const participants = users.map(({ id }) => ({ communicationIdentifier: { rawId: id } }));
  const { body } = await callApp(app, 'chat-create-thread', {
    token: users[0]?.token ?? '',
    body: { topic: 'topic', participants, ...options },
  });
  const id = String(body.chatThread.id);
  return { id, key: id.slice(3, 39) };
}
