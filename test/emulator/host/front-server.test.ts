// The two protocols on one port, and what keeps bad connections from piling up.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultFrontLimits, FrontServer } from '../../../emulator/host/front-server.js';
import { listenOnLoopback } from '../../../emulator/host/loopback-listeners.js';
import { send } from './http-client.js';
import { makeLoopbackCertificate } from './loopback-certificate.js';

const { ca, tls } = makeLoopbackCertificate();
const opened: FrontServer[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((front) => front.close(0)));
});

async function open(limits: Partial<typeof defaultFrontLimits> = {}): Promise<number> {
  const front = new FrontServer(tls, (_request, response) => response.end('hello'), {
    ...defaultFrontLimits,
    checkEveryMs: 20,
    ...limits,
  });
  opened.push(front);
  await front.listen(0);
  return front.ports[0] ?? 0;
}

async function isClosed(socket: Socket): Promise<boolean> {
  socket.on('error', () => undefined).resume();
  await once(socket, 'close');
  return true;
}

describe('a connection', () => {
  it('that sends nothing is closed', async () => {
    const port = await open({ handshakeMs: 50 });
    expect(await isClosed(connect(port, '127.0.0.1'))).toBe(true);
  });

  it('that begins TLS and then says nothing is closed', async () => {
    const port = await open({ handshakeMs: 50 });
    const socket = connect(port, '127.0.0.1');
    socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
    expect(await isClosed(socket)).toBe(true);
  });

  it('that sends its headers too slowly is closed, over HTTP as over HTTPS', async () => {
    const port = await open({ headersMs: 50 });
    const plain = connect(port, '127.0.0.1');
    const secure = connectTls({ port, host: '127.0.0.1', ca });
    for (const socket of [plain, secure]) {
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n');
    }
    expect(await Promise.all([isClosed(plain), isClosed(secure)])).toEqual([true, true]);
  });

  it('whose request does not end is closed', async () => {
    const port = await open({ requestMs: 50, headersMs: 50 });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n');
    expect(await isClosed(socket)).toBe(true);
  });

  it('beyond those that a port holds is closed', async () => {
    const held: Socket[] = [];
    const { port, close } = await listenOnLoopback(0, (socket) => held.push(socket), 2);
    const [first, second] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    await Promise.all([once(first, 'connect'), once(second, 'connect')]);
    expect(await isClosed(connect(port, '127.0.0.1'))).toBe(true);
    expect(held).toHaveLength(2);
    for (const socket of [first, second]) {
      socket.destroy();
    }
    await close();
  });

  it('is answered when its first bytes come one at a time', async () => {
    const port = await open();
    const socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1');
    let received = '';
    socket.on('data', (text: string) => {
      received += text;
    });
    for (const byte of 'GET / HTTP/1.1\r\nhost: x\r\n\r\n') {
      await new Promise((resolve) => {
        socket.write(byte, resolve);
      });
    }
    await expect.poll(() => received).toContain('hello');
    socket.destroy();
  });

  it('makes the oldest silent one go when there are too many', async () => {
    const port = await open({ maxSilentConnections: 2, handshakeMs: 60_000 });
    const oldest = connect(port, '127.0.0.1');
    await once(oldest, 'connect');
    const others = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    expect(await isClosed(oldest)).toBe(true);
    expect(others.every((socket) => !socket.destroyed)).toBe(true);
    expect((await send({ port, path: '/', ca })).body.toString()).toBe('hello');
    for (const socket of others) {
      socket.destroy();
    }
  });

  it('with nonsense or headers beyond measure is turned away, and the next one is answered', async () => {
    const port = await open();
    for (const text of ['\0\0\0\0', 'NONSENSE\r\n\r\n', '\x16\x03garbage that is not a handshake']) {
      const socket = connect(port, '127.0.0.1');
      socket.write(text);
      socket.end();
      expect(await isClosed(socket)).toBe(true);
    }
    const huge = await send({ port, path: '/', headers: { 'x-huge': 'x'.repeat(40_000) } });
    expect(huge.status).toBe(431);
    expect((await send({ port, path: '/' })).status).toBe(200);
  });
});

describe('a port', () => {
  it('that is taken is named in the error', async () => {
    const port = await open();
    const second = new FrontServer(tls, () => undefined);
    opened.push(second);
    await expect(second.listen(port)).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
  });
});

describe('a body that nobody reads', () => {
  it.each(['HTTP', 'HTTPS'])('is held back at the client, over %s', async (protocol) => {
    const received: IncomingMessage[] = [];
    const front = new FrontServer(tls, (request) => received.push(request));
    opened.push(front);
    const port = await front.listen(0);
    const socket = protocol === 'HTTP' ? connect(port, '127.0.0.1') : connectTls({ port, host: '127.0.0.1', ca });
    socket.on('error', () => undefined);
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 50000000\r\n\r\n');
    let sent = 0;
    let stoodStill = 0;
    // What the kernel takes does not count; it stands still when that is full.
    while (sent < 50_000_000 && stoodStill < 20) {
      const isTaken = socket.write(Buffer.alloc(100_000));
      sent += 100_000;
      if (!isTaken) {
        const waited = new AbortController();
        const drain = once(socket, 'drain', { signal: waited.signal }).then(() => true);
        const drained = await Promise.race([drain.catch(() => false), turns(50).then(() => false)]);
        waited.abort();
        stoodStill = drained ? 0 : stoodStill + 1;
      }
    }
    expect(received).toHaveLength(1);
    expect(received[0]?.readableLength).toBeLessThan(1_000_000);
    socket.destroy();
  });
});

/** So many turns of the event loop, in which whatever moves has moved. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise(setImmediate);
  }
}
