// WebSockets on the ports of the resources: who gets them, what the others are told, and that nothing else suffers.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultFrontLimits, FrontServer } from '../../../emulator/host/front-server.js';
import type { UpgradeHandler } from '../../../emulator/host/upgrades.js';
import { send } from './http-client.js';
import { makeLoopbackCertificate } from './loopback-certificate.js';

const { ca, tls } = makeLoopbackCertificate();
const opened: FrontServer[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) {
    socket.destroy();
  }
  await Promise.all(opened.splice(0).map((front) => front.close(0)));
});

async function open(maxWebSockets = 10): Promise<{ front: FrontServer; port: number; requests: string[] }> {
  const requests: string[] = [];
  const front = new FrontServer(
    tls,
    (incoming, response) => {
      const { url = '', headers } = incoming;
      requests.push(url);
      if (url === '/never') {
        return;
      }
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
      incoming.on('end', () => response.end(JSON.stringify({ url, connection: headers.connection, body })));
    },
    { ...defaultFrontLimits, maxWebSockets },
  );
  opened.push(front);
  front.upgrades.open();
  await front.listen(0);
  return { front, port: front.ports[0] ?? 0, requests };
}

interface Talk {
  readonly socket: Socket;
  /** What lies below TLS, or the same. */
  readonly raw: Socket;
  received(): string;
  /** Resolves with everything that came, when the other side has closed. */
  readonly all: Promise<string>;
}

async function talk(port: number, protocol: 'http' | 'https'): Promise<Talk> {
  const raw = connect(port, '127.0.0.1');
  const socket = protocol === 'http' ? raw : connectTls({ socket: raw, host: '127.0.0.1', ca });
  sockets.push(socket);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  await once(socket, protocol === 'http' ? 'connect' : 'secureConnect');
  return { socket, raw, received: () => text, all: once(socket, 'close').then(() => text) };
}

function handshake(path: string, changes: Readonly<Record<string, string | undefined>> = {}): string {
  const headers: Record<string, string | undefined> = {
    host: 'localhost',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
    ...changes,
  };
  const lines = Object.entries(headers).filter(([, value]) => value !== undefined);
  return `GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`;
}

/** Switches, says what it got, and echoes the rest. */
const echo: UpgradeHandler = (incoming, socket, head) => {
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n${incoming.url}|${head.toString()}`);
  socket.pipe(socket);
  return true;
};

const protocols = ['http', 'https'] as const;

describe.each(protocols)('a WebSocket over %s', (protocol) => {
  it('goes to whoever takes its path, with what came behind the handshake', async () => {
    const { front, port, requests } = await open();
    front.upgrades.add('/live', echo);
    const { socket, received } = await talk(port, protocol);
    socket.write(`${handshake('/live/chat?token=1')}early `);
    await expect.poll(received).toMatch(/^HTTP\/1\.1 101 [^|]*\r\n\r\n\/live\/chat\?token=1\|early $/);
    socket.write('late');
    await expect.poll(received).toMatch(/early late$/);
    expect(requests).toEqual([]);
  });

  it('is refused to whom is not to have it, before anybody takes it over', async () => {
    const { front, port } = await open();
    let taken = 0;
    front.upgrades.add('/live', (...all) => {
      taken += 1;
      return echo(...all);
    });
    front.upgrades.refuseWhen(({ headers }) => (headers.origin === 'https://page.example' ? 403 : undefined));
    const refused = await talk(port, protocol);
    refused.socket.write(handshake('/live', { origin: 'https://page.example' }));
    expect(await refused.all).toMatch(/^HTTP\/1\.1 403 /);
    expect(taken).toBe(0);
    const { socket, received } = await talk(port, protocol);
    socket.write(handshake('/live', { origin: 'http://localhost:3000' }));
    await expect.poll(received).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('comes after requests on the same connection', async () => {
    const { front, port } = await open();
    front.upgrades.add('/live', echo);
    const { socket, received } = await talk(port, protocol);
    socket.write('GET /first HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await expect.poll(received).toContain('"url":"/first"');
    socket.write(handshake('/live'));
    await expect.poll(received).toMatch(/101 Switching Protocols[^]*\/live\|$/);
  });

  it('that nobody takes gets a 404, and its connection ends', async () => {
    const { front, port } = await open();
    const remove = front.upgrades.add('/live', echo);
    front.upgrades.add('/refused', () => false);
    for (const path of ['/', '/liver', '/other/live', '/refused/by/choice']) {
      const { socket, all } = await talk(port, protocol);
      socket.write(handshake(path));
      expect(await all).toMatch(/^HTTP\/1\.1 404 Not Found\r\nConnection: close\r\n/);
    }
    remove();
    const { socket, all } = await talk(port, protocol);
    socket.write(handshake('/live'));
    expect(await all).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('of another version, or with a handshake that is none, is told so and ends', async () => {
    const { front, port } = await open();
    front.upgrades.add('/live', echo);
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`x-${n}`, 'y']));
    const refusals: [changes: Record<string, string | undefined>, answer: RegExp][] = [
      [{ 'sec-websocket-version': '8' }, /^HTTP\/1\.1 426 [^]*\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n/],
      [{ 'sec-websocket-version': undefined }, /^HTTP\/1\.1 426 /],
      [{ 'sec-websocket-key': undefined }, /^HTTP\/1\.1 400 /],
      [{ 'sec-websocket-key': 'short' }, /^HTTP\/1\.1 400 /],
      [{ 'content-length': '5' }, /^HTTP\/1\.1 400 /],
      [many, /^HTTP\/1\.1 431 /],
      // The reset behind it may overtake the answer.
      [{ 'x-huge': 'x'.repeat(40_000) }, /^(?:HTTP\/1\.1 431 |$)/],
    ];
    for (const [changes, answer] of refusals) {
      const { socket, all } = await talk(port, protocol);
      socket.write(handshake('/live', changes));
      expect(await all).toMatch(answer);
    }
  });

  it('that breaks off, or whose handler fails, harms nobody', async () => {
    const { front, port } = await open();
    let taken: Duplex | undefined;
    front.upgrades.add('/broken', () => {
      throw new Error('not today');
    });
    front.upgrades.add('/live', ({ url }, socket) => {
      taken = socket;
      socket.resume().write(`HTTP/1.1 101 Switching Protocols\r\n\r\n${url}|`); // and does not care for errors
      return true;
    });
    const failed = await talk(port, protocol);
    failed.socket.write(handshake('/broken'));
    expect(await failed.all).toMatch(/^HTTP\/1\.1 500 /);
    const broken = await talk(port, protocol);
    broken.socket.write(handshake('/live'));
    await expect.poll(broken.received).toContain('/live|');
    broken.raw.resetAndDestroy();
    await expect.poll(() => taken?.destroyed).toBe(true);
    expect((await send({ port, path: '/', ...(protocol === 'https' && { ca }) })).status).toBe(200);
  });

  it('ends when the server closes, which does not wait for it', async () => {
    const { front, port } = await open();
    front.upgrades.add('/live', echo);
    const { socket, received, all } = await talk(port, protocol);
    socket.write(handshake('/live'));
    await expect.poll(received).toContain('/live|');
    const since = performance.now();
    await Promise.all([front.close(5_000), all]);
    expect(performance.now() - since).toBeLessThan(2_000);
  });

  it('beyond those that there may be is asked to come back, and is taken when another has ended', async () => {
    const { front, port } = await open(1);
    front.upgrades.add('/live', echo);
    const first = await talk(port, protocol);
    first.socket.write(handshake('/live'));
    await expect.poll(first.received).toContain('/live|');
    const second = await talk(port, protocol);
    second.socket.write(handshake('/live'));
    expect(await second.all).toMatch(/^HTTP\/1\.1 503 /);
    first.raw.resetAndDestroy();
    await expect
      .poll(async () => {
        const { socket, received } = await talk(port, protocol);
        socket.write(handshake('/live'));
        await once(socket, 'data');
        return received();
      })
      .toContain('101 Switching Protocols');
  });

  it('is asked to come back while the app is not there', async () => {
    const front = new FrontServer(tls, (_request, response) => response.end());
    opened.push(front);
    front.upgrades.add('/live', echo);
    const { socket, all } = await talk(await front.listen(0), protocol);
    socket.write(handshake('/live'));
    expect(await all).toMatch(/^HTTP\/1\.1 503 /);
  });
});

describe.each(protocols)('a request over %s that only offers another protocol', (protocol) => {
  const offer =
    'host: localhost\r\nConnection: keep-alive, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n';

  it('is answered as if it had not, its body too, and the connection goes on', async () => {
    const { port, requests } = await open();
    const { socket, received } = await talk(port, protocol);
    socket.write(`POST /one HTTP/1.1\r\n${offer}content-length: 10\r\n\r\nhello`);
    socket.write('world');
    await expect.poll(received).toContain('"body":"helloworld"');
    socket.write(`POST /two HTTP/1.1\r\n${offer}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`);
    await expect.poll(received).toContain('"body":"abc"');
    socket.write(`GET /three HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await expect.poll(received).toContain('"url":"/three"');
    expect(requests).toEqual(['/one', '/two', '/three']);
    expect(received()).toContain('"connection":"keep-alive"');
    expect(received().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  });

  it('ends its connection when an earlier request still waits for its answer', async () => {
    const { port } = await open();
    const { socket, all } = await talk(port, protocol);
    socket.write(`GET /never HTTP/1.1\r\nhost: localhost\r\n\r\nGET /one HTTP/1.1\r\n${offer}\r\n`);
    expect(await all).toBe('');
  });
});

describe('connections', () => {
  it('are kept for the next request', async () => {
    const { port } = await open();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let n = 0; n < 3; n++) {
      const sent = request({ port, host: '127.0.0.1', path: `/${n}`, agent }).end();
      const [answer] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
      ports.add(sent.socket?.localPort);
      answer.resume();
      await once(answer, 'end');
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });
});

describe('the path of upgrades', () => {
  it('is taken once, and the longest one wins', async () => {
    const { front, port } = await open();
    front.upgrades.add('/live', () => false);
    front.upgrades.add('/live/chat', echo);
    expect(() => front.upgrades.add('/live', echo)).toThrow('/live already');
    for (const wrong of ['live', '/live/', '/', '/live?x']) {
      expect(() => front.upgrades.add(wrong, echo)).toThrow('is not a path');
    }
    const { socket, received } = await talk(port, 'http');
    socket.write(handshake('/live/chat/room'));
    await expect.poll(received).toContain('101 Switching Protocols');
  });
});
