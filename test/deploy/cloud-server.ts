// Plays what a deployment talks to: the publishing service of an app, the app itself, the storage account and Azure's
// management. A real HTTP server on loopback; the first part of the path is the host that was meant.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Caller } from '../../deploy/publish/call.js';

export interface Received {
  readonly method: string;
  readonly host: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Status and body, or nothing at all: the connection breaks off. */
export type Reply = readonly [status: number, body?: unknown] | 'reset';

export interface CloudServer {
  readonly received: readonly Received[];
  /** Pauses that were asked for, ms; none of them is waited for. */
  readonly pauses: readonly number[];
  readonly caller: Caller;
  /** Answers calls whose method and path match, the first ones first; then what stands there already. */
  reply(call: string, ...replies: Reply[]): void;
  /** The calls that matched, in order, as `METHOD host/path`. */
  calls(): string[];
  close(): Promise<void>;
}

const usual: Readonly<Record<string, Reply>> = {
  'POST /api/publish': [202, '"d-1"'],
  'GET /api/deployments/d-1': [200, { id: 'd-1', status: 4, complete: true }],
  'GET /health': [200, { status: 'healthy' }],
  'PUT /deployments/package.zip': [201],
  'POST /subscriptions': [200],
};

export async function startCloudServer(): Promise<CloudServer> {
  const received: Received[] = [];
  const pauses: number[] = [];
  const scripted: { call: string; reply: Reply }[] = [];
  const server = createServer(async (request, response) => {
    const [, host = '', path = ''] = /^\/([^/]+)(.*)$/.exec(request.url ?? '') ?? [];
    const { method = '', headers } = request;
    received.push({ method, host, path, authorization: headers.authorization, headers, body: await buffer(request) });
    const matches = (call: string) => `${method} ${path}`.startsWith(call);
    const index = scripted.findIndex(({ call }) => matches(call));
    const [next] = index < 0 ? [] : scripted.splice(index, 1);
    const reply = next?.reply ?? Object.entries(usual).find(([call]) => matches(call))?.[1] ?? [404];
    if (reply === 'reset') {
      return request.socket.destroy();
    }
    const [status, body = ''] = reply;
    const location = status >= 300 && status < 400 ? { location: '/elsewhere/' } : {};
    response.writeHead(status, { 'content-type': 'application/json', ...location });
    return response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    received,
    pauses,
    caller: {
      origin: (host) => `http://127.0.0.1:${port}/${host}`,
      token: async (audience) => `token-for-${new URL(audience).host}`,
      pause: async (ms) => {
        pauses.push(ms);
      },
    },
    reply: (call, ...replies) => scripted.push(...replies.map((reply) => ({ call, reply }))),
    calls: () => received.map(({ method, host, path }) => `${method} ${host}${path.replace(/\?.*/, '')}`),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
