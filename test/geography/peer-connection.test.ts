import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { Fault } from '../../shared/http/index.js';
import { PeerConnection } from '../../shared/passing/peer-connection.js';

const opened: Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) {
    server.close();
  }
});

async function portOf(server: Server): Promise<number> {
  opened.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const request = { method: 'GET', target: '/', headers: {}, body: undefined, holder: undefined, budgetMs: 20_000 };
const long = 20_000;

describe('Another geography', () => {
  it('that takes no connection in time is given up', async () => {
    // It is there, and says nothing to the client's first words of TLS.
    const port = await portOf(createNetServer((socket) => void socket.on('error', () => undefined)));
    const connection = new PeerConnection(`https://127.0.0.1:${port}`, { connectMs: 500, idleMs: long });
    const since = performance.now();
    const failure = await connection.send(request).catch((error: unknown) => error);
    expect((failure as Fault).status).toBe(502);
    expect(performance.now() - since).toBeLessThan(5_000);
  });

  it('whose answer stands still is given up', async () => {
    const port = await portOf(createServer((_, response) => void response.write('the beginning')));
    const connection = new PeerConnection(`http://127.0.0.1:${port}`, { connectMs: long, idleMs: 500 });
    const since = performance.now();
    const { status, body } = await connection.send(request);
    expect([status, body instanceof Readable]).toEqual([200, true]);
    await expect(text(body as Readable)).rejects.toThrow();
    expect(performance.now() - since).toBeLessThan(5_000);
  });
});
