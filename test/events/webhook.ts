// A subscriber on this machine: shakes hands as it is told to, and keeps what it gets.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface GotEvent {
  readonly id: string;
  readonly eventType: string;
  readonly subject: string;
  readonly topic: string;
  readonly metadataVersion: string;
  readonly dataVersion: string;
  readonly eventTime: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Got<Body = readonly GotEvent[]> {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

export interface Webhook {
  readonly url: string;
  /** Every request, handshakes too. */
  readonly requests: readonly Got<unknown>[];
  /** Events that were answered with 200. */
  readonly events: readonly GotEvent[];
  close(): Promise<void>;
}

export interface WebhookBehaviour {
  /** `code`: sends it back; `open`: a person opens the address; `ignore`: neither; `origin`: CloudEvents. */
  readonly handshake?: 'code' | 'wrong' | 'ignore' | 'origin';
  /** Status for an event; 200 unless given. */
  answer?(events: readonly GotEvent[]): number;
}

export async function startWebhook({
  handshake = 'code',
  answer = () => 200,
}: WebhookBehaviour = {}): Promise<Webhook> {
  const requests: Got<unknown>[] = [];
  const events: GotEvent[] = [];
  const server = createServer(async (request, response) => {
    const content = await text(request);
    const body: unknown = content === '' ? undefined : JSON.parse(content);
    requests.push({ method: request.method ?? '', headers: request.headers, body });
    if (request.method === 'OPTIONS') {
      const allowed = handshake === 'origin' ? { 'webhook-allowed-origin': 'eventgrid.azure.net' } : {};
      response.writeHead(200, allowed).end();
      return;
    }
    if (request.headers['aeg-event-type'] === 'SubscriptionValidation') {
      const [{ data }] = body as [{ data: { validationCode: string } }];
      const response200 = { validationResponse: handshake === 'wrong' ? 'another' : data.validationCode };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(handshake === 'ignore' ? '' : JSON.stringify(response200));
      return;
    }
    const got = (Array.isArray(body) ? body : [body]) as readonly GotEvent[];
    const status = answer(got);
    if (status === 200) {
      events.push(...got);
    }
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    requests,
    events,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
