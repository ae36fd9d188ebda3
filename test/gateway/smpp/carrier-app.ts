// The app's side of the contract with a carrier, as a double: it hands messages over, signed, and notes what it is told.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Agent, request } from 'undici';
import { loadCertificates } from '../../../emulator/certificates/local-certificates.js';
import { type Gateway, type GatewayOptions, startGateway } from '../../../gateway/start-gateway.js';
import type { SmppOptions } from '../../../gateway/smpp/start-smpp.js';
import type { SmscOptions, SmscTimings } from '../../../gateway/smpp/smsc-options.js';
import { signWebhook, verifyWebhook, webhookSignatureHeader } from '../../../shared/auth/webhook-signature.js';
import { createClock } from '../../../shared/time/clock.js';
import { randomIds } from '../../../shared/time/ids.js';

export interface HandedMessage {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly reportWanted?: boolean;
  readonly validForSeconds?: number;
  readonly attempt?: number;
}

export interface MessageResult {
  readonly id: string;
  readonly outcome: 'taken' | 'deferred' | 'refused' | 'unknown';
  readonly references?: readonly string[];
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
}

export interface ToldReport {
  readonly reference: string;
  readonly status: string;
  readonly code?: string;
}

export interface ToldMessage {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly receivedAt: string;
}

type Certificates = Awaited<ReturnType<typeof loadCertificates>>;

export class CarrierApp {
  readonly origin: string;
  readonly secret = randomBytes(32);
  readonly certificates: Certificates;
  readonly reports: ToldReport[] = [];
  readonly messages: ToldMessage[] = [];
  readonly lines: string[] = [];
  /** Status of each report and of each text; 200 where it says nothing else. */
  onReport: (report: ToldReport) => number = () => 200;
  onMessage: (message: ToldMessage) => number | Promise<number> = () => 200;
  /** Status of the whole answer in place of what it would be. */
  instead: number | undefined;
  requests = 0;
  readonly #server: ReturnType<typeof createServer>;
  readonly #gateways: Gateway[] = [];
  readonly #agent: Agent;

  static async start(): Promise<CarrierApp> {
    const certificates = await loadCertificates();
    const server = createServer(certificates.server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CarrierApp(certificates, server);
  }

  private constructor(certificates: Certificates, server: ReturnType<typeof createServer>) {
    this.certificates = certificates;
    this.#server = server;
    this.#agent = new Agent({ connect: { ca: certificates.ca } });
    this.origin = `https://localhost:${(server.address() as AddressInfo).port}`;
    server.on('request', (incoming, response) => void this.#take(incoming, response));
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const { status, results } = await this.#answer(incoming.url ?? '', incoming.headers, body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status < 300 ? { results } : { error: { code: 'Wrong', message: 'Wrong' } }));
  }

  async #answer(url: string, headers: Readonly<Record<string, unknown>>, body: Buffer) {
    this.requests += 1;
    await verifyWebhook({
      request: { header: (name) => headers[name] as string | undefined },
      readBody: async () => body,
      secrets: [this.secret],
      realNow: createClock().realNow(),
    });
    if (this.instead !== undefined) {
      return { status: this.instead, results: [{ status: 200 }] };
    }
    const told = JSON.parse(body.toString()) as { reports?: ToldReport[]; messages?: ToldMessage[] };
    const results: { status: number }[] = [];
    for (const report of told.reports ?? []) {
      const status = url.startsWith('/sms/carrier/reports?api-version=2026-12-01') ? this.onReport(report) : 500;
      results.push({ status });
      if (status === 200) {
        this.reports.push(report);
      }
    }
    for (const message of told.messages ?? []) {
      const isThere = url.startsWith('/sms/carrier/messages?api-version=2026-12-01');
      const status = isThere ? await this.onMessage(message) : 500;
      results.push({ status });
      if (status === 200) {
        this.messages.push(message);
      }
    }
    // A whole request that is wrong because of one item.
    const wrong = results.find(({ status }) => status === 400);
    return { status: wrong === undefined ? 200 : 400, results };
  }

  smppOptions(smscPort: number, { timings = {}, smsc = {}, ...more }: SmppChanges = {}): SmppOptions {
    return {
      longTexts: 'udh',
      receiptIds: 'same',
      listen: { address: '127.0.0.1', port: 0, isSecure: false },
      secrets: [this.secret],
      bounds: { tellAgainMs: 300, unknownPausesMs: [20, 20], holdPartMs: 150 },
      ...more,
      smsc: {
        host: '127.0.0.1',
        port: smscPort,
        tls: undefined,
        systemId: 'domicile',
        password: 'placeholder',
        systemType: '',
        bind: 'transceiver',
        window: 10,
        ...smsc,
        timings: {
          responseMs: 2_000,
          enquireMs: 10_000,
          firstPauseMs: 10,
          longestPauseMs: 100,
          throttledPauseMs: 50,
          ...timings,
        },
      },
    };
  }

  /** A gateway that is bound to the SMSC, unless it is not to wait for that. */
  async gateway(smscPort: number, changes: SmppChanges = {}, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
    const gateway = await startGateway({
      name: 'localhost',
      address: '127.0.0.1',
      ports: {},
      tls: this.certificates.server,
      app: this.origin,
      secret: this.secret,
      authority: 'https://localhost:1',
      ca: this.certificates.ca,
      maxBytes: 1_000_000,
      clock: createClock(),
      ids: randomIds,
      log: (line) => void this.lines.push(line),
      smpp: this.smppOptions(smscPort, changes),
      ...options,
    });
    this.#gateways.push(gateway);
    while (changes.isAwaited !== false && gateway.smpp?.isReady() !== true) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return gateway;
  }

  /** Hands messages over. */
  async send(port: number | undefined, messages: readonly Partial<HandedMessage>[], secret = this.secret) {
    const body = Buffer.from(JSON.stringify({ messages: messages.map((each) => ({ ...message, ...each })) }));
    return this.post(port, body, signWebhook(secret, body, createClock().realNow()));
  }

  async post(port: number | undefined, body: Buffer | AsyncIterable<Buffer>, signature: string, scheme = 'http') {
    const answer = await request(`${scheme}://localhost:${port}/sms/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [webhookSignatureHeader]: signature },
      body: Buffer.isBuffer(body) ? body : Readable.from(body),
      dispatcher: this.#agent,
    });
    const text = await answer.body.text();
    const { results = [] } = (text === '' ? {} : JSON.parse(text)) as { results?: MessageResult[] };
    return { status: answer.statusCode, headers: answer.headers, results };
  }

  async closeGateways(): Promise<void> {
    await Promise.all(this.#gateways.splice(0).map((gateway) => gateway.close()));
  }

  async close(): Promise<void> {
    await this.closeGateways();
    await this.#agent.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

export interface SmppChanges extends Partial<Omit<SmppOptions, 'smsc'>> {
  readonly smsc?: Partial<SmscOptions>;
  readonly timings?: Partial<SmscTimings>;
  readonly isAwaited?: boolean;
}

const message: HandedMessage = {
  id: 'Outgoing_1',
  from: '+14255550100',
  to: '+14255550123',
  text: 'At four',
  reportWanted: true,
  validForSeconds: 86_400,
};
