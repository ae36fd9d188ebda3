// The stand-in of Web PubSub closes one connection by its id, as the app asks it to, and leaves the user's others open.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startWebPubSub, type WebPubSubServer } from '../../emulator/web-pubsub/web-pubsub-server.js';
import { webPubSub } from '../../shared/realtime/web-pubsub.js';
import { createClock } from '../../shared/time/clock.js';
import { makeLoopbackCertificate } from './host/loopback-certificate.js';

const { ca, tls } = makeLoopbackCertificate();
const opened: string[] = [];
let app: Server;
let server: WebPubSubServer;

beforeAll(async () => {
  app = createServer((request, response) => {
    if (request.headers['ce-type'] === 'azure.webpubsub.sys.connected') {
      opened.push(String(request.headers['ce-connectionid']));
    }
    response.writeHead(request.method === 'OPTIONS' ? 200 : 204, { 'webhook-allowed-origin': '*' }).end();
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  server = await startWebPubSub({
    geographies: ['europe'],
    allowedOrigins: [],
    hostNames: [],
    certificate: tls,
    token: async () => 'none',
  });
  server.reportTo('europe', () => [`http://127.0.0.1:${(app.address() as AddressInfo).port}`]);
});
afterAll(async () => {
  await server?.close();
  app?.close();
});

it('closes one, and says that one which is not there is closed', async () => {
  const { key, ...settings } = JSON.parse(server.settingOf('europe'));
  const service = webPubSub({ ...settings, credential: { kind: 'key', key } }, createClock());
  const open = async () => {
    const socket = new WebSocket((await service.addressFor('anna', 5)).replace('https:', 'wss:'), { ca });
    const ended = new Promise<string>((resolve) => socket.once('close', () => resolve('closed')));
    const heard = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
    await new Promise((resolve) => socket.once('open', resolve));
    return { socket, ended, heard };
  };
  const first = await open();
  await expect.poll(() => opened.length).toBe(1);
  const second = await open();
  await service.closeConnection(opened[0] ?? '');
  expect(await first.ended).toBe('closed');
  await service.sendToUser('anna', 'still here');
  expect(await second.heard).toBe('still here');
  await service.closeConnection(opened[0] ?? '');
  second.socket.close();
  await second.ended;
});
