// The emulator's stand-in for Azure Web PubSub: a hub a geography behind one port, with the WebSockets of clients and the
// calls that the app makes of it.
// https://learn.microsoft.com/rest/api/webpubsub/dataplane/web-pub-sub
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { GeographySlug } from '../../shared/geography/index.js';
import type { KeyedCertificate } from '../certificates/certificate.js';
import { RequestRefused } from '../emulator-error.js';
import { defaultFrontLimits, FrontServer } from '../host/front-server.js';
import { OwnNames } from '../host/own-names.js';
import { PageOrigins } from '../host/page-origins.js';
import { signAccess, verifyAccess } from './access-token.js';
import { Hub } from './hub.js';
import { Upstream } from './upstream.js';

export interface WebPubSubServer {
  /** The setting of a geography's function app. */
  settingOf(slug: GeographySlug): string;
  /** Where the instances of a geography's app take what its hub reports. */
  reportTo(slug: GeographySlug, targets: () => readonly string[]): void;
  /** Ends all connections. */
  reset(): void;
  close(): Promise<void>;
}

export interface WebPubSubPlan {
  readonly geographies: readonly GeographySlug[];
  readonly allowedOrigins: readonly string[];
  /** By which this machine is asked, beside its own. */
  readonly hostNames: readonly string[];
  readonly certificate: KeyedCertificate;
  /** A token of Entra ID, as the managed identity of the service has it. */
  token(): Promise<string>;
}

interface OpenHub {
  readonly hub: Hub;
  readonly upstream: Upstream;
  readonly key: string;
  targets: () => readonly string[];
}

const maxFrameBytes = 1_048_576;
const maxSockets = 8_192;
const callPath = /^\/api\/hubs\/([^/]+)\/(?:(users|connections)\/([^/]+)\/)?:(send|closeConnections|generateToken)$/;
const connectionPath = /^\/api\/hubs\/([^/]+)\/(connections)\/([^/]+)$/;

export async function startWebPubSub(plan: WebPubSubPlan): Promise<WebPubSubServer> {
  const hubs = new Map<string, OpenHub>();
  const limits = { ...defaultFrontLimits, maxWebSockets: maxSockets };
  const front = new FrontServer(plan.certificate, (request, response) => void answer(request, response), limits);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false });
  const origins = new PageOrigins(plan.allowedOrigins);
  const names = new OwnNames(plan.hostNames);
  front.upgrades.refuseWhen(({ headers }) => {
    if (origins.isForeign(headers)) {
      return 403;
    }
    return names.has(headers.host ?? '') ? undefined : 421;
  });
  front.upgrades.add('/client/hubs', (request, socket, head) => {
    void admit(request, socket, head);
    return true;
  });
  const port = await front.listen(0);
  const api = `http://127.0.0.1:${port}`;
  const clientAddress = `https://localhost:${port}`;
  for (const slug of plan.geographies) {
    const upstream = new Upstream({
      hub: slug,
      host: () => `127.0.0.1:${port}`,
      targets: () => hubs.get(slug)?.targets() ?? [],
      token: () => plan.token(),
    });
    hubs.set(slug, {
      hub: new Hub(upstream),
      upstream,
      key: randomBytes(32).toString('base64url'),
      targets: () => [],
    });
  }
  front.upgrades.open();
  const audienceOf = (name: string) => `${clientAddress}/client/hubs/${name}`;

  async function admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', clientAddress);
    const name = pathname.split('/')[3] ?? '';
    const found = hubs.get(name);
    const token = searchParams.get('access_token') ?? undefined;
    const access = found && (await verifyAccess(found.key, audienceOf(name), token));
    if (found === undefined || access?.sub === undefined) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => socket.destroy());
      return;
    }
    const { sub } = access;
    sockets.handleUpgrade(request, socket, head, (opened) => found.hub.open(opened, sub));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { status, body } = await call(request);
      send(response, status, body);
    } catch (error) {
      const { status, message } =
        error instanceof RequestRefused ? error : new RequestRefused(500, 'Failed', 'The call failed.');
      send(response, status, { error: message });
    }
  }

  async function call(request: IncomingMessage): Promise<{ status: number; body?: object }> {
    if (!names.has(request.headers.host ?? '')) {
      throw new RequestRefused(421, 'MisdirectedRequest', 'No such host is here.');
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', api);
    const isClosing = request.method === 'DELETE';
    const [, name = '', ofWhat, target = '', what = 'close'] =
      (isClosing ? connectionPath : callPath).exec(pathname) ?? [];
    const found = hubs.get(name);
    if (found === undefined || (request.method !== 'POST' && !isClosing)) {
      throw new RequestRefused(404, 'NotFound', 'There is no such call.');
    }
    const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if ((await verifyAccess(found.key, `${api}${pathname}`, token)) === undefined) {
      throw new RequestRefused(401, 'Unauthorized', 'The token is missing, wrong or for another address.');
    }
    const id = decodeURIComponent(target);
    switch (`${ofWhat ?? ''} ${what ?? ''}`) {
      case 'users send':
        found.hub.sendToUser(id, await readText(request));
        return { status: 202 };
      case 'connections send':
        return { status: found.hub.sendToConnection(id, await readText(request)) ? 202 : 404 };
      case 'connections close':
        found.hub.closeConnection(id);
        return { status: 204 };
      case 'users closeConnections':
        found.hub.closeUser(id);
        return { status: 204 };
      case ' generateToken': {
        const user = searchParams.get('userId') ?? '';
        const minutes = Number(searchParams.get('minutesToExpire') ?? 60);
        return { status: 200, body: { token: await signAccess(found.key, audienceOf(name), user, minutes) } };
      }
      default:
        throw new RequestRefused(404, 'NotFound', 'There is no such call.');
    }
  }

  return {
    settingOf: (slug) =>
      JSON.stringify({ endpoint: api, clientEndpoint: clientAddress, hub: slug, key: hubs.get(slug)?.key }),
    reportTo: (slug, targets) => {
      const found = hubs.get(slug);
      if (found !== undefined) {
        found.targets = targets;
      }
    },
    reset: () => {
      for (const { hub } of hubs.values()) {
        hub.closeAll();
      }
    },
    close: async () => {
      for (const { hub, upstream } of hubs.values()) {
        hub.closeAll();
        upstream.close();
      }
      await front.close(0);
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  if (!/^text\/plain\b/.test(request.headers['content-type'] ?? '')) {
    throw new RequestRefused(415, 'NotText', 'Frames are sent as text/plain.');
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > maxFrameBytes) {
      throw new RequestRefused(413, 'TooLarge', 'A frame has 1 MB at most.');
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function send(response: ServerResponse, status: number, body?: object): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(text !== '' && { 'content-type': 'application/json' }),
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
