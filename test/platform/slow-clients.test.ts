// What becomes of clients that send, or read, nothing, or next to nothing.
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../emulator/host/http-client.js';
import { type HostProcess, startHostProcess } from '../emulator/host/host-process.js';

let host: HostProcess;
beforeAll(async () => {
  host = await startHostProcess({ fixture: new URL('./fixtures/slow-clients.mjs', import.meta.url).href });
});
afterAll(() => host?.stop());

function open(head: string): Socket {
  const socket = connect(host.port, '127.0.0.1').setEncoding('latin1');
  socket.on('error', () => undefined);
  socket.write(`${head}\r\nhost: localhost:${host.port}\r\n`);
  return socket;
}

/** All that comes until the connection is closed. */
async function untilClosed(socket: Socket): Promise<string> {
  let received = '';
  socket.on('data', (text: string) => (received += text));
  // Who still sends when it is closed meets a reset, which is no error of the test.
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}

describe('A body', () => {
  it('that trickles is refused with 408, and its connection is closed', async () => {
    const socket = open('POST /body HTTP/1.1');
    socket.write('content-length: 100000\r\n\r\n');
    const trickle = setInterval(() => socket.write('x'), 20);
    const answer = await untilClosed(socket);
    clearInterval(trickle);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('4,096 bytes a second');
    expect(await host.call('records')).toContain('body 408');
  });

  it('that comes at a pace is taken, and its connection stays', async () => {
    expect((await send({ port: host.port, method: 'POST', path: '/body', body: Buffer.alloc(500_000) })).body).toEqual(
      Buffer.from('500000'),
    );
  });

  it('that nobody wants may come for a while after the answer; then its connection is closed', async () => {
    const socket = open('POST /unwanted HTTP/1.1');
    socket.write('content-length: 1000000\r\n\r\n');
    const trickle = setInterval(() => socket.write('x'), 20);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1.1 401 /);
    clearInterval(trickle);
    // One that comes whole leaves the connection as it was.
    const body = Buffer.alloc(100_000);
    expect((await send({ port: host.port, method: 'POST', path: '/unwanted', body })).status).toBe(401);
  });
});

describe('An answer', () => {
  it('that nobody reads is given up, with what it is read from', async () => {
    const socket = open('GET /endless HTTP/1.1');
    socket.write('\r\n');
    socket.pause();
    while (!((await host.call('records')) as string[]).includes('content closed')) {}
    socket.destroy();
  });

  it('that was sent whole is given up too, when its end does not leave', async () => {
    const socket = open('GET /whole HTTP/1.1');
    socket.write('\r\n');
    await once(socket, 'connect');
    socket.pause();
    // It is read on as soon as the other side has closed: what had left by then is not all of it.
    while (!((await host.call('records')) as string[]).includes('whole closed')) {}
    let bytes = 0;
    socket.on('data', (text: string) => (bytes += text.length)).resume();
    await once(socket, 'close');
    expect(bytes).toBeLessThan(16 * 1_048_576);
  });
});

it('A connection that is kept keeps nothing of the requests that were answered over it', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<number>((resolve, reject) => {
      const options = { port: host.port, path: '/listeners', agent };
      const asked = get(options, (answer) => void textOf(answer).then(Number).then(resolve, reject));
      asked.once('error', reject);
    });
  const before = await ask();
  for (let n = 0; n < 1_000; n++) {
    await ask();
  }
  expect(await ask()).toBeLessThanOrEqual(before + 1);
  expect(before).toBeLessThan(5);
  agent.destroy();
});
