// A composed app over HTTPS, as far as a gateway asks it, with an issuer of Entra ID; and what a test does to its answers.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { loadCertificates } from '../../emulator/certificates/local-certificates.js';
import { entraSettings } from '../../emulator/entra/app-settings.js';
import { type IssuerServer, startIssuerServer } from '../../emulator/entra/issuer-server.js';
import type { ComposedApp } from '../../functions/compose.js';
import { type Gateway, type GatewayOptions, startGateway } from '../../gateway/start-gateway.js';
import { itemKinds, ItemStore, resourceItems } from '../../shared/email/index.js';
import { createClock } from '../../shared/time/clock.js';
import { randomIds } from '../../shared/time/ids.js';
import { composeOn } from '../app/call-app.js';
import { startAzurite } from '../storage/azurite.js';

export interface ServedApp {
  readonly app: ComposedApp;
  readonly origin: string;
  readonly sender: string;
  readonly secret: Buffer;
  readonly issuer: IssuerServer;
  readonly certificates: Awaited<ReturnType<typeof loadCertificates>>;
  /** An SMTP user of the default resource, and its password. */
  readonly login: { readonly user: string; readonly pass: string };
  /** Path and body of every request. */
  readonly asked: { readonly path: string; readonly body: Buffer }[];
  /** Called when a request is answered, before the answer goes out; when it is thrown, none does. */
  onAnswer: (path: string) => Promise<void>;
  /** What somebody between says in place of the app. */
  answerInstead: (path: string) => { readonly status: number } | undefined;
  /** While true, connections are cut. */
  isDown: boolean;
  /** What gateways have logged. */
  readonly lines: string[];
  gateway(options?: Partial<GatewayOptions>): Promise<Gateway>;
  close(): Promise<void>;
}

export async function serveApp(): Promise<ServedApp> {
  const [azurite, certificates] = await Promise.all([startAzurite(), loadCertificates()]);
  const issuer = await startIssuerServer(0, certificates.server, undefined);
  const secret = randomBytes(32);
  const server = createServer(certificates.server, (request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `localhost:${port}`;
  const app = await composeOn(azurite.connectionString, {
    settings: {
      ...entraSettings(issuer, certificates.caPath),
      DOMICILE_GATEWAY_SECRETS: secret.toString('base64'),
      DOMICILE_HOSTS: JSON.stringify({ [host]: 'contoso' }),
    },
  });
  await app.provision();
  await app.seed();
  const { immutableId, mailSender } = await app.defaultResource();
  const { owner, tenantId } = issuer.tenant;
  const user = 'shop@contoso.example';
  await new ItemStore(app.storage.table(resourceItems)).put(immutableId, itemKinds.smtpUsernames, ['shop'], {
    name: 'shop',
    properties: { username: user, entraApplicationId: owner.clientId, tenantId },
  });
  const gateways: Gateway[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (served.isDown) {
      request.socket.destroy();
      return;
    }
    const body = await buffer(request);
    const { pathname } = new URL(request.url ?? '', served.origin);
    served.asked.push({ path: pathname, body });
    const instead = served.answerInstead(pathname);
    if (instead !== undefined) {
      response.writeHead(instead.status).end();
      return;
    }
    const operation = app.operations.find(({ path, method }) => `/${path}` === pathname && method === 'POST');
    if (operation === undefined) {
      response.writeHead(404).end();
      return;
    }
    const header = (name: string) => request.headers[name] as string | undefined;
    const {
      status,
      headers,
      body: content,
    } = await app.pipeline(operation, {
      method: 'POST',
      url: served.origin + request.url,
      params: {},
      header,
      headers: () => Object.keys(request.headers).map((name) => [name, header(name) ?? ''] as const),
      readBody: async () => body,
      streamBody: () => Readable.from([body]),
    });
    try {
      await served.onAnswer(pathname);
      response.writeHead(status, headers).end(content);
    } catch {
      request.socket.destroy();
    }
  }

  const served: ServedApp = {
    app,
    origin: `https://${host}`,
    sender: mailSender,
    secret,
    issuer,
    certificates,
    login: { user, pass: owner.clientSecret },
    asked: [],
    onAnswer: async () => undefined,
    answerInstead: () => undefined,
    isDown: false,
    lines: [],
    gateway: async (options = {}) => {
      const gateway = await startGateway({
        name: 'localhost',
        address: '127.0.0.1',
        ports: { submission: 0, bounces: 0 },
        tls: certificates.server,
        bounds: { closeMs: 100, ...options.bounds },
        app: served.origin,
        secret,
        authority: issuer.authorityHost,
        ca: certificates.ca,
        maxBytes: 1_000_000,
        clock: createClock(),
        ids: randomIds,
        againMs: 500,
        log: (line) => void served.lines.push(line),
        ...options,
      });
      gateways.push(gateway);
      return gateway;
    },
    close: async () => {
      await Promise.all(gateways.map((gateway) => gateway.close()));
      await app.storage.close();
      server.close();
      server.closeAllConnections();
      await Promise.all([issuer.close(), azurite.stop()]);
    },
  };
  return served;
}
