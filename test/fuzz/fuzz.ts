// Sends made-up requests to the composed app and tells which answers should not have been: an error of ours, or none.
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ReadableStream } from 'node:stream/web';
import fc from 'fast-check';
import type { ComposedApp } from '../../functions/compose.js';
import type { ApiResponse } from '../../shared/http/index.js';
import { signWebhook, webhookSignatureHeader } from '../../shared/auth/index.js';
import { callApp, type TestUser } from '../app/call-app.js';
import { holdAgainst } from '../answers/hold-against.js';
import { startSignedInApp } from '../answers/signed-in-app.js';
import { signedHeaders } from '../sdk/owner-call.js';
import { encoded, type FuzzedRequest, type KnownTexts, requestsTo, type Sender } from './fuzzed-request.js';

export interface FuzzFindings {
  /** How many answers had which status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Operations that succeeded at least once. */
  readonly succeeded: ReadonlySet<string>;
  /** What should not have been, with enough to send it again. */
  readonly wrong: readonly string[];
}

export interface Fuzzer {
  readonly operations: ComposedApp['operations'];
  /** The same seed sends the same requests; ids that the app gives out differ. */
  run(seed: number, requests: number): Promise<FuzzFindings>;
  /** These, and no others. */
  send(requests: readonly FuzzedRequest[]): Promise<FuzzFindings>;
  close(): Promise<void>;
}

const atOnce = 16;
const answerMs = 20_000;
/** Among the requests are some that erase their senders and change the keys: after these many all is made anew. */
const requestsPerRound = 200;

interface Findings {
  readonly statuses: Map<number, number>;
  readonly succeeded: Set<string>;
  readonly wrong: string[];
}

interface Senders {
  readonly accessKey: string;
  readonly user: TestUser;
  readonly stranger: TestUser;
  readonly managerToken: string;
  readonly privacyToken: string;
  readonly entraUserToken: string;
  /** Signs a body as the gateway does. */
  report(body: Buffer): string;
}

export async function startFuzzer(): Promise<Fuzzer> {
  const failures: string[] = [];
  const { app, azurite, issuer, application, socketService, gatewaySecret } = await startSignedInApp(
    (name, requestId, failure) =>
      failures.push(`${name} ${requestId}: ${failure instanceof Error ? failure.stack : String(failure)}`),
  );
  const objectId = randomUUID();
  const newUser = async (): Promise<TestUser> => {
    const { body } = await callApp(app, 'identity-create', { body: { createTokenWithScopes: ['chat'] } });
    return { id: String(body.identity.id), token: String(body.accessToken.token) };
  };
  const tokenFor = (aud: string, more: object) => issuer.token({ aud, azp: application, oid: objectId, ...more });
  const newSenders = async (): Promise<Senders> => ({
    accessKey: (await app.defaultResource()).accessKey,
    user: await newUser(),
    stranger: await newUser(),
    managerToken: await tokenFor('https://management.azure.com/', {}),
    privacyToken: await tokenFor('https://communication.azure.com/', {}),
    entraUserToken: await tokenFor('https://communication.azure.com/clients', { scp: 'VoIP' }),
    report: (body) => signWebhook(gatewaySecret, body, app.clock.realNow()),
  });
  const nothingYet = (): Findings => ({ statuses: new Map(), succeeded: new Set(), wrong: [] });
  return {
    operations: app.operations,
    send: async (requests) => {
      const findings = nothingYet();
      await runAll(app, await newSenders(), requests, failures, findings);
      return findings;
    },
    run: async (seed, requests) => {
      const findings = nothingYet();
      for (let sent = 0; sent < requests; sent += requestsPerRound) {
        const senders = await newSenders();
        const known = await plant(app, senders);
        const numRuns = Math.min(requestsPerRound, requests - sent);
        const round = fc.sample(requestsTo(app.operations, known), { seed: seed + sent, numRuns });
        await runAll(app, senders, round, failures, findings);
      }
      return findings;
    },
    close: async () => {
      await app.storage.close();
      await Promise.all([issuer.close(), azurite.stop(), socketService.close()]);
    },
  };
}

/** One of what there can be, so that requests find something. */
async function plant(app: ComposedApp, { user, stranger }: Senders): Promise<KnownTexts> {
  const threads: string[] = [];
  const messages: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { body } = await callApp(app, 'chat-create-thread', { user, body: { topic: 'Tea', participants: [] } });
    const chatThreadId = String(body.chatThread.id);
    const sent = await callApp(app, 'chat-send-message', {
      user,
      params: { chatThreadId },
      body: { content: 'Green or black?' },
    });
    threads.push(chatThreadId);
    messages.push(String(sent.body.id));
  }
  const numbers = await ownedNumbers(app);
  const meeting = { participants: { [user.id]: { role: 'Presenter' } } };
  const rooms = [
    await callApp(app, 'rooms-create', { body: meeting }),
    await callApp(app, 'rooms-create', { body: {} }),
  ];
  const roomIds = rooms.map(({ body }) => String(body.id));
  const people = [user.id, stranger.id];
  const calls = await goingCalls(app, people);
  for (const personId of ['anna', 'bert']) {
    await callApp(app, 'privacy-add-identifiers', { params: { personId }, body: { identifiers: [stranger.id] } });
  }
  const byName: Record<string, readonly string[]> = {
    chatThreadId: threads,
    chatMessageId: messages,
    id: [...people, ...threads],
    personId: ['anna', 'bert'],
    kind: ['chat-thread', 'thread', 'identity', 'recording', 'room'],
    subscriptionId: ['11111111-2222-3333-4444-555555555555'],
    resourceGroupName: ['group'],
    communicationServiceName: ['fuzzed', 'other'],
    emailServiceName: ['mail'],
    imageViewType: ['original', 'small'],
    countryCode: ['US', 'GB'],
    phoneNumber: numbers,
    roomId: roomIds,
    callConnectionId: calls,
    participantRawId: people,
    reservationId: [randomUUID(), randomUUID()],
  };
  const more = [randomUUID(), 'chat', 'voip', 'contoso', '2026-11-23T08:00:00Z', '1'];
  return { byName, all: [...people, ...threads, ...messages, ...numbers, ...roomIds, ...more] };
}

/** Two people in each, and an application that nobody can tell anything. */
async function goingCalls(app: ComposedApp, people: readonly string[]): Promise<readonly string[]> {
  const targets = people.map((rawId) => ({ kind: 'communicationUser', rawId, communicationUser: { id: rawId } }));
  const calls = Array.from({ length: 8 }, () =>
    callApp(app, 'calls-create', { body: { targets, callbackUri: 'https://127.0.0.1:1/' } }),
  );
  return (await Promise.all(calls)).map(({ body }) => String(body.callConnectionId));
}

/** One at least: another is given when the last was released. */
async function ownedNumbers(app: ComposedApp): Promise<readonly string[]> {
  await app.seed();
  const { body } = await callApp(app, 'phone-numbers-list', {});
  const owned = (body.phoneNumbers as readonly { readonly phoneNumber: string }[]).map(
    ({ phoneNumber }) => phoneNumber,
  );
  return owned.length === 0 ? ['+18335550100'] : owned;
}

async function runAll(
  app: ComposedApp,
  senders: Senders,
  requests: readonly FuzzedRequest[],
  failures: readonly string[],
  { statuses, succeeded, wrong }: Findings,
): Promise<void> {
  const waiting = requests.entries();
  const work = async (): Promise<void> => {
    for (const [index, request] of waiting) {
      const before = failures.length;
      const status = await send(app, senders, request).catch((error: unknown) => String(error));
      if (typeof status === 'number') {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      if (typeof status === 'number' && status < 400) {
        succeeded.add(request.operation.name);
      }
      if (typeof status === 'string' || (status >= 500 && status !== 501 && status !== 503)) {
        wrong.push(`#${index} ${status}: ${described(request)}\n${failures.slice(before).join('\n')}`);
      }
      // One that is answered from memory would else leave the others no turn.
      await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** The status; throws for whatever is no answer. */
async function send(app: ComposedApp, senders: Senders, request: FuzzedRequest): Promise<number> {
  const { operation, host, params, query, body } = request;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(params[name] ?? ''));
  const target = `/${path}${query}`;
  const headers = {
    ...(body.length > 0 && { 'content-type': 'application/json' }),
    ...credentials(senders, request, target),
    ...request.headers,
  } as Record<string, string>;
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    limit = setTimeout(() => reject(new Error('no answer')), answerMs);
  });
  try {
    const asked = app.pipeline(operation, {
      method: operation.method,
      url: `https://${host}${target}`,
      params,
      header: (name) => (name === 'host' ? host : headers[name]),
      headers: () => Object.entries(headers),
      readBody: async () => body,
      streamBody: () => Readable.from([body]),
    });
    const answer = await Promise.race([asked, late]);
    const content = await contentOf(answer.body);
    requireReason(answer, content);
    holdAgainst(operation, { status: answer.status, header: (name) => answer.headers[name], content });
    return answer.status;
  } finally {
    clearTimeout(limit);
  }
}

function requireReason({ status }: ApiResponse, content: Buffer): void {
  if (status < 500) {
    return;
  }
  const { error } = JSON.parse(String(content)) as { error?: { code?: string; message?: string } };
  if (!error?.code || !error.message) {
    throw new Error(`${status} without a reason`);
  }
}

function credentials(senders: Senders, { operation, sender, host, body }: FuzzedRequest, target: string) {
  const { method, auth } = operation;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const owner = () => signedHeaders(senders.accessKey, host, { method, target, text: body });
  const bySender: Readonly<Record<Exclude<Sender, 'right'>, () => Record<string, string>>> = {
    owner,
    user: () => bearer(senders.user.token),
    stranger: () => bearer(senders.stranger.token),
    manager: () => bearer(senders.managerToken),
    forger: () => signedHeaders(Buffer.alloc(32).toString('base64'), host, { method, target, text: body }),
    nobody: () => ({}),
  };
  if (sender !== 'right') {
    return bySender[sender]();
  }
  switch (auth.kind) {
    case 'accessKey':
      return owner();
    case 'userToken':
      return bySender.user();
    case 'entra':
      return auth.right === 'privacy' ? bearer(senders.privacyToken) : bySender.manager();
    case 'entraUser':
      return bearer(senders.entraUserToken);
    case 'webhook':
      return { [webhookSignatureHeader]: senders.report(body) };
    default:
      return {};
  }
}

async function contentOf(body: ApiResponse['body']): Promise<Buffer> {
  if (body === undefined || typeof body === 'string') {
    return Buffer.from(body ?? '');
  }
  return body instanceof Uint8Array ? Buffer.from(body) : buffer(body as Readable | ReadableStream);
}

function described({ operation, sender, host, params, query, headers, body }: FuzzedRequest): string {
  const text = body.toString('latin1').slice(0, 500);
  return JSON.stringify({ operation: operation.name, sender, host, params, query, headers, text });
}
