// Whoever rebinds a name of their own to this machine gets nothing out of the stand-in of Web PubSub either.
import { request } from 'node:https';
import { request as plainRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWebPubSub, type WebPubSubServer } from '../../emulator/web-pubsub/web-pubsub-server.js';
import { makeLoopbackCertificate } from './host/loopback-certificate.js';

let server: WebPubSubServer;
const { ca, tls } = makeLoopbackCertificate();
beforeAll(async () => {
  server = await startWebPubSub({
    geographies: ['europe'],
    allowedOrigins: [],
    hostNames: ['host.of.mine'],
    certificate: tls,
    token: async () => 'none',
  });
});
afterAll(() => server?.close());

const settings = () => JSON.parse(server.settingOf('europe')) as { endpoint: string; clientEndpoint: string };

function callAs(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const path = '/api/hubs/europe/:generateToken';
    const sent = plainRequest(settings().endpoint + path, { method: 'POST', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end();
  });
}

function upgradeAs(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = {
      host,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    };
    const sent = request(
      `${settings().clientEndpoint}/client/hubs/europe`,
      { ca, headers, servername: 'localhost' },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sent.on('error', reject).end();
  });
}

it('A name that nobody has given this machine is answered 421, by calls and by WebSockets', async () => {
  expect([await callAs('evil.example'), await upgradeAs('evil.example')]).toEqual([421, 421]);
  for (const own of ['localhost:1', '127.0.0.1', 'host.of.mine']) {
    expect([own, await callAs(own), await upgradeAs(own)]).toEqual([own, 401, 401]);
  }
});
