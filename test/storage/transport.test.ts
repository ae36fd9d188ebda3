import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createPipelineRequest, isRestError, type PipelineRequestOptions } from '@azure/core-rest-pipeline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTransport, type Transport } from '../../shared/storage/transport.js';

let server: Server;
let origin: string;
let answer: RequestListener;
let transport: Transport;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => transport.close());

function send(options: Partial<PipelineRequestOptions> = {}) {
  const request = createPipelineRequest({
    url: `${origin}/some/path?and=query`,
    allowInsecureConnection: true,
    ...options,
  });
  return transport.sendRequest(request);
}

async function failure(sent: Promise<unknown>): Promise<Error & { code?: string }> {
  return sent.then(
    () => expect.fail('It should have failed.'),
    (error: Error) => error,
  );
}

/** Answers with method, path, selected headers and body of the request. */
const echo: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(201, { 'content-type': 'application/json', 'x-more': ['first', 'second'] });
    response.end(
      JSON.stringify({
        method: request.method,
        url: request.url,
        mark: request.headers['x-mark'],
        length: request.headers['content-length'],
        body: Buffer.concat(chunks).toString(),
      }),
    );
  });
};

describe('The storage transport', () => {
  it('passes on method, path, headers and every kind of body', async () => {
    transport = createTransport();
    answer = echo;
    const bodies = [
      'text é',
      Buffer.from('text é'),
      new TextEncoder().encode('text é'),
      new TextEncoder().encode('text é').buffer,
      new Blob(['text é']),
    ];
    for (const body of [...bodies, () => Readable.from([Buffer.from('text '), Buffer.from('é')])]) {
      const request = { method: 'POST' as const, body };
      const response = await send(request);
      expect(response.status).toBe(201);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(JSON.parse(response.bodyAsText ?? '')).toMatchObject({
        method: 'POST',
        url: '/some/path?and=query',
        body: 'text é',
      });
    }
  });

  it('streams an answer only when its status is one that the SDK wants streamed', async () => {
    transport = createTransport();
    answer = (_request, response) => response.writeHead(200).end('x'.repeat(100_000));
    const streamed = await send({ streamResponseStatusCodes: new Set([200]) });
    expect(streamed.bodyAsText).toBeUndefined();
    let bytes = 0;
    for await (const chunk of streamed.readableStreamBody ?? []) {
      bytes += chunk.length;
    }
    expect(bytes).toBe(100_000);
    const collected = await send({ streamResponseStatusCodes: new Set([206]) });
    expect(collected.bodyAsText).toHaveLength(100_000);
    expect(collected.readableStreamBody).toBeUndefined();
  });

  it('answers HEAD without a body', async () => {
    transport = createTransport();
    answer = (_request, response) => response.writeHead(200, { 'content-length': '12', etag: 'e' }).end();
    const response = await send({ method: 'HEAD', streamResponseStatusCodes: new Set([200]) });
    expect(response.headers.get('etag')).toBe('e');
    expect(response.bodyAsText).toBeUndefined();
  });

  it('keeps a text that arrives in pieces whole, also inside a character', async () => {
    transport = createTransport();
    answer = (_request, response) => {
      const bytes = Buffer.from('aéb');
      response.write(bytes.subarray(0, 2));
      setImmediate(() => response.end(bytes.subarray(2)));
    };
    expect((await send()).bodyAsText).toBe('aéb');
  });

  it('reports a refused connection, a reset and a time-out by the codes that retry policies know', async () => {
    transport = createTransport({ timeoutMs: 150 });
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const refused = await failure(send({ url: `http://127.0.0.1:${port}/` }));
    expect(isRestError(refused)).toBe(true);
    expect(refused.code).toBe('ECONNREFUSED');

    answer = (request) => request.socket.destroy();
    const reset = await failure(send());
    expect(isRestError(reset)).toBe(true);
    expect(reset.code).toBe('ECONNRESET');

    answer = () => undefined;
    const late = await failure(send());
    expect(isRestError(late)).toBe(true);
    expect(late.code).toBe('ETIMEDOUT');
  });

  it('gives up in time also while a call waits for a connection, and does not send it later', async () => {
    transport = createTransport({ connections: 1, timeoutMs: 150 });
    let seen = 0;
    answer = () => {
      seen += 1;
    };
    const codes = await Promise.all([1, 2, 3].map(async () => (await failure(send())).code));
    expect(codes).toEqual(['ETIMEDOUT', 'ETIMEDOUT', 'ETIMEDOUT']);
    answer = (request, response) => {
      seen += 1;
      echo(request, response);
    };
    expect((await send()).status).toBe(201);
    expect(seen).toBe(2);
  });

  it('stops with an AbortError when the signal fires, before and during the call', async () => {
    transport = createTransport();
    answer = () => undefined;
    expect((await failure(send({ abortSignal: AbortSignal.abort() }))).name).toBe('AbortError');
    for (const streamed of [{}, { streamResponseStatusCodes: new Set([200]) }]) {
      const controller = new AbortController();
      const sent = failure(send({ abortSignal: controller.signal, ...streamed }));
      setTimeout(() => controller.abort(), 20);
      expect((await sent).name).toBe('AbortError');
    }
  });

  it('refuses plain http unless the client allows it', async () => {
    transport = createTransport();
    expect((await failure(send({ allowInsecureConnection: false }))).message).toMatch(/not https/);
  });

  it('uses connections again', async () => {
    transport = createTransport();
    const ports = new Set<number | undefined>();
    answer = (request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    };
    for (let call = 0; call < 10; call += 1) {
      await send();
    }
    // The next call may start while the connection of the last is being put back.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('gives up in time also while a call for a stream waits for a connection, and other calls have theirs', async () => {
    transport = createTransport({ connections: 1, streamConnections: 1, timeoutMs: 150 });
    const streamed = { streamResponseStatusCodes: new Set([200]) };
    answer = (_request, response) => void response.writeHead(200).write('begun');
    const unread = await send(streamed);
    const since = performance.now();
    expect((await failure(send(streamed))).message).toBe('Storage did not answer in time.');
    expect(performance.now() - since).toBeLessThan(2_000);
    answer = echo;
    expect((await send()).status).toBe(201);
    (unread.readableStreamBody as Readable).destroy();
  });
});
