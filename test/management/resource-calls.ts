// Calls to the host of a resource that management has made, through the pipeline, without a server.
import { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import type { ComposedApp } from '../../functions/compose.js';
import { chatImages, chatThreads } from '../../shared/chat/index.js';
import { shardOf } from '../../shared/storage/index.js';
import { holdAgainst } from '../answers/hold-against.js';
import { signedHeaders } from '../sdk/owner-call.js';

const versions: Readonly<Record<string, string>> = {
  identity: '2023-10-01',
  chat: '2025-03-15',
  phoneNumbers: '2025-06-01',
  sip: '2023-03-01',
  rooms: '2025-03-13',
  sms: '2026-01-23',
  callAutomation: '2026-03-12',
  privacy: '2026-12-01',
};

export interface Target {
  readonly host: string;
  readonly key: string;
}

export interface ResourceCall {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Of a user; without it the call is signed. */
  readonly token?: string;
}

export async function callAt(
  app: ComposedApp,
  { host, key }: Target,
  name: string,
  { params = {}, body, token }: ResourceCall,
): Promise<{ status: number; body: unknown }> {
  const operation = app.operations.find((each) => each.name === name);
  if (operation === undefined) {
    throw new Error(`There is no operation ${name}.`);
  }
  const { method } = operation;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, param: string) => encodeURIComponent(params[param] ?? ''));
  const target = `/${path}?api-version=${versions[operation.service]}`;
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers: Record<string, string> =
    token === undefined
      ? signedHeaders(key, host, { method, target, text })
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
  const content = answer.body instanceof Readable ? await readText(answer.body) : String(answer.body ?? '');
  holdAgainst(operation, { status: answer.status, header: (header) => answer.headers[header], content });
  return { status: answer.status, body: content.startsWith('{') ? (JSON.parse(content) as unknown) : undefined };
}

export async function newUserAt(app: ComposedApp, target: Target): Promise<{ id: string; token: string }> {
  const { body } = await callAt(app, target, 'identity-create', { body: { createTokenWithScopes: ['chat'] } });
  const made = body as { identity: { id: string }; accessToken: { token: string } };
  return { id: made.identity.id, token: made.accessToken.token };
}

/** Puts an image into a thread as uploading it does. */
export async function addImage(app: ComposedApp, threadKey: string, owner: string, image: Buffer): Promise<void> {
  const id = crypto.randomUUID();
  await app.storage.blobs(chatImages).upload(`${threadKey}/${id}`, image);
  const row = { partitionKey: threadKey, rowKey: `image!${id}`, owner, name: 'cat.png', at: app.clock.now() };
  await app.storage.table(chatThreads, shardOf(chatThreads, threadKey)).upsert(row, 'replace');
}
