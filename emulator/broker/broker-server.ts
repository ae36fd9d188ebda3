// The brokers of all geographies behind one port of this machine: the publish API of Event Grid, the address that ends a
// handshake, and what tests ask. Whoever publishes or asks has the key; whoever opens the address has its code.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RequestRefused } from '../emulator-error.js';
import { answerQuestion } from './answer-question.js';
import type { Broker } from './broker.js';
import { readEvents } from './read-events.js';

export interface BrokerServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A request to Event Grid has 1 MB at most; what tests ask is less. */
const maxBodyBytes = 1_048_576 + 65_536;

/** @param brokers by geography, as they come */
export async function startBrokerServer(
  brokers: ReadonlyMap<string, { readonly broker: Broker; readonly key: string }>,
): Promise<BrokerServer> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await dispatch(request);
      send(response, 200, body);
    } catch (error) {
      const refusal =
        error instanceof RequestRefused ? error : new RequestRefused(500, 'BrokerFailed', 'The broker failed.');
      const { status, code, message } = refusal;
      send(response, status, { error: { code, message } });
    }
  }

  async function dispatch(request: IncomingMessage): Promise<unknown> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://broker');
    const [, geography = '', what = '', ...rest] = pathname.split('/').map(decodeURIComponent);
    const found = brokers.get(geography);
    if (found === undefined) {
      throw notFound();
    }
    const { broker, key } = found;
    if (what === 'validate' && request.method === 'GET') {
      if (!broker.validate(searchParams.get('code') ?? '')) {
        throw new RequestRefused(400, 'UnknownCode', 'No subscription waits for this code.');
      }
      return { validated: true };
    }
    if (request.headers['aeg-sas-key'] !== key) {
      throw new RequestRefused(401, 'Unauthorized', 'The key is missing or wrong.');
    }
    const body = await readJson(request);
    if (what === 'api' && rest.join('/') === 'events' && request.method === 'POST') {
      for (const [resource, events] of readEvents(body)) {
        broker.publish(resource, events);
      }
      return undefined;
    }
    const [resource = '', question = ''] = rest;
    if (what === 'ask' && request.method === 'POST') {
      return answerQuestion(broker, resource, question, body);
    }
    throw notFound();
  }
}

function notFound(): RequestRefused {
  return new RequestRefused(404, 'NotFound', 'The broker has nothing there.');
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    bytes += (piece as Buffer).length;
    if (bytes > maxBodyBytes) {
      throw new RequestRefused(413, 'TooLarge', 'A request has 1 MB at most.');
    }
    pieces.push(piece as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw new RequestRefused(400, 'InvalidJson', 'The body is no JSON.');
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) {
    return;
  }
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
