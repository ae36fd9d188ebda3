import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket as Socket, WebSocketServer, WebSocket } from 'ws';
import { isRefusedAddress, Outgoing, OutgoingRefused } from '../../shared/outgoing/index.js';
import { kindOfAddress } from '../../shared/outgoing/address-kind.js';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) {
    await close();
  }
});

const rule = { private: false, loopback: true };
const noSignal = new AbortController().signal;
const body = Buffer.from('[]');

async function serve(listener: RequestListener): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server };
}

function opened(options: ConstructorParameters<typeof Outgoing>[0]): Outgoing {
  const outgoing = new Outgoing(options);
  closing.push(() => outgoing.close());
  return outgoing;
}

describe('An address', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2606:4700::1111', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.1.1', 'loopback'],
    ['::1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12::1', 'private'],
    ['169.254.169.254', 'forbidden'],
    ['168.63.129.16', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['0.0.0.0', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['::', 'forbidden'],
    ['::ffff:8.8.8.8', 'forbidden'],
    ['::ffff:7f00:1', 'forbidden'],
    ['::7f00:1', 'forbidden'],
    ['64:ff9b::a00:1', 'forbidden'],
    ['2002:7f00:1::', 'forbidden'],
    ['2001:0:1::', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['no address', 'forbidden'],
  ])('%s is %s', (address, kind) => {
    expect(kindOfAddress(address)).toBe(kind);
  });
});

describe('What may be asked', () => {
  it.each([
    ['https://example.com/callbacks?x=1', true, true],
    ['https://example.com:8443/', true, true],
    ['http://example.com/', false, false],
    ['http://127.0.0.1:8080/', true, false],
    ['http://localhost:8080/', true, false],
    ['https://localhost/', true, false],
    ['https://localhost./', true, false],
    ['https://[::1]/', true, false],
    // As browsers read it, that is this machine.
    ['https://2130706433/', true, false],
    ['https://0x7f.1/', true, false],
    ['https://user:secret@example.com/', false, false],
    ['https://10.0.0.1/', false, false],
    ['https://[fd00::1]/', false, false],
    ['file:///etc/passwd', false, false],
    ['not an address', false, false],
  ])('%s: in the emulator %s, deployed %s', (address, inEmulator, deployed) => {
    expect(new Outgoing({ rule }).mayGoTo(address)).toBe(inEmulator);
    expect(new Outgoing({ rule: { private: false, loopback: false } }).mayGoTo(address)).toBe(deployed);
  });

  it('has private networks in it where the operator says so, and never what only the platform has', () => {
    const outgoing = new Outgoing({ rule: { private: true, loopback: false } });
    expect(outgoing.mayGoTo('https://10.0.0.1/')).toBe(true);
    expect(outgoing.mayGoTo('https://127.0.0.1/')).toBe(false);
    expect(outgoing.mayGoTo('https://169.254.169.254/')).toBe(false);
  });

  it('is told apart for sockets', () => {
    const outgoing = new Outgoing({ rule });
    expect(outgoing.mayGoTo('wss://example.com/', 'websocket')).toBe(true);
    expect(outgoing.mayGoTo('ws://127.0.0.1/', 'websocket')).toBe(true);
    expect(outgoing.mayGoTo('ws://example.com/', 'websocket')).toBe(false);
    expect(outgoing.mayGoTo('https://example.com/', 'websocket')).toBe(false);
  });
});

describe('Sending', () => {
  it('connects to the address that was checked, and refuses the name when it leads elsewhere the second time', async () => {
    let asked = 0;
    const { port } = await serve((_, response) => response.writeHead(200, { connection: 'close' }).end('ok'));
    const answers = [['127.0.0.1'], ['10.0.0.1'], ['127.0.0.1', '169.254.169.254']];
    const outgoing = opened({
      rule,
      find: async () => (answers[asked++] ?? []).map((address) => ({ address, family: 4 })),
    });
    const post = () => outgoing.post(`http://receiver.localhost:${port}/`, { headers: {}, body, signal: noSignal });
    expect(await post()).toMatchObject({ status: 200 });
    await expect(post()).rejects.toSatisfy(isRefusedAddress);
    await expect(post()).rejects.toSatisfy(isRefusedAddress);
    expect(asked).toBe(3);
  });

  it('does not follow redirects', async () => {
    let asked = 0;
    const { port } = await serve((_, response) => {
      asked += 1;
      response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end();
    });
    const outgoing = opened({ rule });
    expect(await outgoing.post(`http://127.0.0.1:${port}/`, { headers: {}, body, signal: noSignal })).toMatchObject({
      status: 307,
    });
    expect(asked).toBe(1);
  });

  it('reads no answer without end, and says when to come again', async () => {
    let written = 0;
    const { port } = await serve((_, response) => {
      response.writeHead(503, { 'retry-after': '7' });
      const more = () => {
        if (written < 64 * 1_048_576 && !response.destroyed) {
          written += 65_536;
          response.write(Buffer.alloc(65_536), more);
        }
      };
      more();
    });
    const outgoing = opened({ rule });
    const answer = await outgoing.post(`http://127.0.0.1:${port}/`, { headers: {}, body, signal: noSignal });
    expect(answer).toEqual({ status: 503, retryAfterSeconds: 7 });
    expect(written).toBeLessThan(16 * 1_048_576);
  });

  it('throws before anything has left for what must not be asked', async () => {
    const outgoing = opened({ rule });
    const post = outgoing.post('https://169.254.169.254/', { headers: {}, body, signal: noSignal });
    await expect(post).rejects.toBeInstanceOf(OutgoingRefused);
    expect(() => outgoing.socketOptions('wss://10.0.0.1/')).toThrow(OutgoingRefused);
  });

  it('opens sockets to checked addresses alone', async () => {
    const { port, server } = await serve((_, response) => response.end());
    const sockets = new WebSocketServer({ server });
    closing.push(() => {
      for (const each of sockets.clients as Set<Socket>) {
        each.terminate();
      }
    });
    let address = '127.0.0.1';
    const outgoing = opened({ rule, find: async () => [{ address, family: 4 }] });
    const url = `ws://bot.localhost:${port}/`;
    const socket = new WebSocket(url, outgoing.socketOptions(url));
    await once(socket, 'open');
    socket.terminate();
    address = '192.168.0.1';
    const refused = new WebSocket(url, outgoing.socketOptions(url));
    const [failure] = await once(refused, 'error');
    expect(isRefusedAddress(failure)).toBe(true);
  });
});
