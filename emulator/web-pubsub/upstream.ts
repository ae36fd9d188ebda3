// What a hub reports to its function app: CloudEvents over HTTP, with a token of the emulator's Entra ID as a managed
// identity has one, and only to where the handshake allowed it.
// https://learn.microsoft.com/azure/azure-web-pubsub/reference-cloud-events
import { Agent, request as requestHttp } from 'node:http';

export interface UpstreamEvent {
  readonly kind: 'connected' | 'disconnected' | 'message';
  readonly connectionId: string;
  readonly user: string;
  readonly state: string;
  readonly text?: string;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly text: string;
  /** As it is to be kept; undefined when it stays. */
  readonly state: string | undefined;
}

export interface UpstreamParts {
  readonly hub: string;
  /** Host by which the hub calls itself. */
  host(): string;
  /** Base addresses of the instances of the app. */
  targets(): readonly string[];
  token(): Promise<string>;
}

const limitMs = 30_000;
const types = {
  connected: 'azure.webpubsub.sys.connected',
  disconnected: 'azure.webpubsub.sys.disconnected',
  message: 'azure.webpubsub.user.message',
} as const;

export class Upstream {
  readonly #parts: UpstreamParts;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #allowed = new Set<string>();
  #events = 0;

  constructor(parts: UpstreamParts) {
    this.#parts = parts;
  }

  /** Each event to another instance, as a load balancer does it; to the next one when one is not there. */
  async tell(event: UpstreamEvent): Promise<UpstreamAnswer> {
    const targets = this.#parts.targets();
    this.#events += 1;
    for (let tries = 0; tries < targets.length; tries++) {
      const target = targets[(this.#events + tries) % targets.length] ?? '';
      try {
        return await this.#tell(target, event);
      } catch (error) {
        if ((error as { readonly code?: unknown }).code !== 'ECONNREFUSED') {
          break;
        }
      }
    }
    return { status: 502, text: '', state: undefined };
  }

  close(): void {
    this.#agent.destroy();
  }

  async #tell(target: string, { kind, connectionId, user, state, text = '' }: UpstreamEvent): Promise<UpstreamAnswer> {
    const { hub, host, token } = this.#parts;
    if (!this.#allowed.has(target)) {
      const { status, headers } = await this.#ask(target, 'OPTIONS', { 'webhook-request-origin': host() });
      const allowed = String(headers['webhook-allowed-origin'] ?? '').split(/, */);
      if (status !== 200 || !allowed.some((each) => each === '*' || each === host())) {
        return { status: 403, text: '', state: undefined };
      }
      this.#allowed.add(target);
    }
    const answer = await this.#ask(
      target,
      'POST',
      {
        'webhook-request-origin': host(),
        'ce-specversion': '1.0',
        'ce-type': types[kind],
        'ce-source': `/hubs/${hub}/client/${connectionId}`,
        'ce-id': String(this.#events),
        'ce-time': new Date().toISOString(),
        'ce-signature': '',
        'ce-hub': hub,
        'ce-connectionid': connectionId,
        'ce-userid': user,
        'ce-eventname': kind,
        ...(state !== '' && { 'ce-connectionstate': state }),
        'content-type': kind === 'message' ? 'text/plain' : 'application/json',
        authorization: `Bearer ${await token()}`,
      },
      kind === 'message' ? text : '{}',
    );
    const kept = answer.headers['ce-connectionstate'];
    return { status: answer.status, text: answer.text, state: typeof kept === 'string' ? kept : undefined };
  }

  #ask(target: string, method: 'OPTIONS' | 'POST', headers: Readonly<Record<string, string>>, body = '') {
    return new Promise<{ status: number; headers: Readonly<Record<string, unknown>>; text: string }>(
      (resolve, reject) => {
        const url = `${target}/live/upstream`;
        const length = String(Buffer.byteLength(body));
        const asked = requestHttp(
          url,
          { method, agent: this.#agent, headers: { ...headers, 'content-length': length } },
          (answer) => {
            const pieces: Buffer[] = [];
            answer.on('data', (piece: Buffer) => pieces.push(piece));
            answer.on('error', reject);
            answer.on('end', () => {
              const text = Buffer.concat(pieces).toString();
              resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
            });
          },
        );
        asked.setTimeout(limitMs, () => asked.destroy(new Error('The app did not answer in time.')));
        asked.on('error', reject);
        asked.end(body);
      },
    );
  }
}
