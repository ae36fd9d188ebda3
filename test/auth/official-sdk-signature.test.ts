// The official SDK signs and sends real requests to a loopback server; the server checks them as a handler would.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCommunicationAuthPolicy } from '@azure/communication-common';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { createDefaultHttpClient, createPipelineRequest, type HttpMethods } from '@azure/core-rest-pipeline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifySignature } from '../../shared/auth/index.js';
import { identityId, platforms, type SignedRequest } from './signed-request.js';

const key = Buffer.alloc(64, 5);
const accessKey = key.toString('base64');
const routeTemplate = 'identities/{id}/:issueAccessToken';
let server: Server;
let port: number;
let received: SignedRequest[] = [];

async function capture(message: IncomingMessage): Promise<SignedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) {
    chunks.push(chunk as Buffer);
  }
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
  return {
    method: message.method ?? '',
    target: message.url ?? '',
    host: message.headers.host ?? '',
    headers,
    body: Buffer.concat(chunks),
  };
}

beforeAll(async () => {
  server = createServer(async (message, response) => {
    received.push(await capture(message));
    response.writeHead(message.url?.includes('issueAccessToken') ? 200 : 201, { 'content-type': 'application/json' });
    const token = { token: 'a.b.c', expiresOn: '2026-11-24T00:00:00Z' };
    response.end(JSON.stringify({ identity: { id: identityId }, accessToken: token, ...token }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  received = [];
});

function expectVerified(request: SignedRequest | undefined, template = routeTemplate): void {
  if (!request) {
    throw new Error('The server received nothing.');
  }
  for (const [platform, see] of Object.entries(platforms)) {
    const check = { request: see(request), routeTemplate: template, body: request.body, realNow: Date.now() };
    const { slot } = verifySignature({ ...check, keys: [{ slot: 'secondary', generation: 1, key }], emulator: true });
    expect(slot, platform).toBe('secondary');
  }
}

describe('requests signed by the official SDK', () => {
  it('verify as the identity client sends them', async () => {
    const client = new CommunicationIdentityClient(`endpoint=http://localhost:${port}/;accesskey=${accessKey}`, {
      allowInsecureConnection: true,
    });
    await client.createUser();
    await client.createUserAndToken(['chat']);
    await client.getToken({ communicationUserId: identityId }, ['chat', 'voip']);
    expect(received.map((request) => request.target.split('?')[0])).toEqual([
      '/identities',
      '/identities',
      `/identities/${encodeURIComponent(identityId)}/:issueAccessToken`,
    ]);
    expectVerified(received[0], 'identities');
    expectVerified(received[1], 'identities');
    expectVerified(received[2]);
  });

  const id = encodeURIComponent(identityId);
  it.each<[method: HttpMethods, pathAndQuery: string, body?: string]>([
    ['GET', `/identities/${id}/:issueAccessToken`],
    ['GET', `/identities/${id}/:issueAccessToken?`],
    ['DELETE', `/identities/${id}/:issueAccessToken?api-version=2023-10-01`],
    ['GET', `/identities/${id}/:issueAccessToken?locality=Saint John's&x=!()~'*&api-version=1`],
    ['GET', `/identities/${id}/:issueAccessToken?locality=Saint%20John%27s&x=%21%28%29%7E`],
    ['GET', `/identities/${id}/:issueAccessToken?name=Zürich&emoji=😀&plus=a+b&percent=%2B`],
    ['GET', `/identities/${id}/:issueAccessToken?flag&empty=&=value&&twice=1&twice=2`],
    ['POST', `/identities/${id}/:issueAccessToken?api-version=2023-10-01`, '{"text":"Grüße 😀"}'],
    ['POST', `/identities/${encodeURIComponent("a !'()*+,;=@ü😀")}/:issueAccessToken?api-version=1`, '{}'],
    ['PATCH', `/identities/8:acs:x_y/:issueAccessToken?api-version=2023-10-01`, ''],
  ])('verify: %s %s', async (method, pathAndQuery, body) => {
    const request = createPipelineRequest({
      url: `http://localhost:${port}${pathAndQuery}`,
      method,
      allowInsecureConnection: true,
      ...(body !== undefined && { body }),
    });
    const policy = createCommunicationAuthPolicy({ key: accessKey });
    const client = createDefaultHttpClient();
    await policy.sendRequest(request, (signed) => client.sendRequest(signed));
    expect(received).toHaveLength(1);
    expect(received[0]?.headers.host).toBe(`localhost:${port}`);
    expectVerified(received[0]);
  });
});
