// The way of a browser to everything: a proxy through which each of its connections goes, so that a test can cut them, let
// none through, or lead them elsewhere. It serves the page itself, and nothing that is not of this machine.
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface Served {
  readonly type: string;
  readonly body: string;
}

interface Tunnel {
  /** `localhost:7401`, as the browser asked for it. */
  readonly to: string;
  readonly near: Socket;
  readonly far: Socket;
}

const ownNames = /^(localhost|127\.0\.0\.1):\d+$/;

export class Tunnels {
  readonly #server: Server;
  readonly #tunnels = new Set<Tunnel>();
  readonly #routes = new Map<string, string>();
  readonly #closed = new Set<string>();

  constructor(pages: Readonly<Record<string, Served>>) {
    this.#server = createServer((request, response) => {
      const { pathname, hostname } = new URL(request.url ?? '/', 'http://localhost');
      const served = hostname === 'localhost' ? pages[pathname] : undefined;
      response.writeHead(served === undefined ? 404 : 200, { 'content-type': served?.type ?? 'text/plain' });
      response.end(served?.body);
    });
    this.#server.on('connect', ({ url = '' }, near: Socket) => this.#tunnel(url, near));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Leads whoever asks for one place to another one. */
  lead(from: string, to: string): void {
    this.#routes.set(from, to);
  }

  /** Lets none through to a place, and ends those that are open. */
  bar(place: string): void {
    this.#closed.add(place);
    this.cut(place);
  }

  /** Lets them through again. */
  open(place: string): void {
    this.#closed.delete(place);
  }

  /** @param place undefined for all of them */
  cut(place?: string): number {
    const cut = [...this.#tunnels].filter(({ to }) => place === undefined || to === place);
    for (const { near, far } of cut) {
      near.destroy();
      far.destroy();
    }
    return cut.length;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #tunnel(to: string, near: Socket): void {
    near.on('error', () => near.destroy());
    if (!ownNames.test(to) || this.#closed.has(to)) {
      near.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const [host = '', port = ''] = (this.#routes.get(to) ?? to).split(':');
    const far = connect(Number(port), host);
    const tunnel = { to, near, far };
    this.#tunnels.add(tunnel);
    far.on('error', () => near.destroy());
    far.once('connect', () => {
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    for (const end of [near, far]) {
      end.once('close', () => {
        near.destroy();
        far.destroy();
        this.#tunnels.delete(tunnel);
      });
    }
  }
}
