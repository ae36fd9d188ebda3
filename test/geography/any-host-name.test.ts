// In the emulator the port that a client connects to says which resource it means, whatever it calls the machine.
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownerCallOf, rawCall } from './raw-call.js';

const newIdentity = '/identities?api-version=2023-10-01';
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, hostNames: ['host.docker.internal'] });
});
afterAll(() => emulator?.dispose());

const resourceAt = (index: number) => emulator.resources[index] as EmulatorResource;

/** @param signed the host that stands in the signature, if it is another than the one that is sent */
function create(resource: EmulatorResource, sent: string, signed = sent) {
  const call = ownerCallOf({ ...resource, endpoint: `https://${signed}` }, 'POST', newIdentity, {});
  return rawCall(resource.httpEndpoint, sent, call);
}

describe.each([0, 1])('resource %i of the emulator', (index) => {
  it.each(['localhost', 'localhost.', 'contoso.localhost', 'host.docker.internal', '10.0.2.2'])(
    'answers whoever calls it %s, with and without the port',
    async (name) => {
      const resource = resourceAt(index);
      const { port } = new URL(resource.endpoint);
      for (const host of [name, `${name}:${port}`]) {
        const { status, text } = await create(resource, host);
        expect([host, status]).toEqual([host, 201]);
        const { identity } = JSON.parse(text) as { identity: { id: string } };
        expect(identity.id).toContain(`8:acs:${resource.immutableResourceId}_`);
      }
    },
  );

  it('takes a signature over the host with the port from a client that sends it without', async () => {
    const resource = resourceAt(index);
    const { status } = await create(resource, 'localhost', new URL(resource.endpoint).host);
    expect(status).toBe(201);
  });

  it('answers behind a port that something else leads to it', async () => {
    expect((await create(resourceAt(index), 'localhost:8')).status).toBe(201);
  });
});

it('a port of another geography that is named leads there, whichever listener it came in at', async () => {
  const [here, other] = [resourceAt(0), resourceAt(1)];
  const { host } = new URL(other.endpoint);
  const answer = await rawCall(here.httpEndpoint, host, ownerCallOf(other, 'POST', newIdentity, {}));
  expect(answer.status).toBe(201);
  expect(answer.text).toContain(other.immutableResourceId);
});

it('a name that nobody has given this machine is answered nowhere: a web site may have it', async () => {
  for (const resource of [resourceAt(0), resourceAt(1)]) {
    const { port } = new URL(resource.endpoint);
    const { status, text } = await create(resource, `page.example:${port}`);
    expect([status, text]).toEqual([421, expect.stringContaining('--host-names')]);
  }
});

it('a client cannot say at which listener it came in', async () => {
  const [here, other] = [resourceAt(0), resourceAt(1)];
  const call = ownerCallOf({ ...here, endpoint: 'https://x.localhost' }, 'POST', newIdentity, {});
  const headers = { ...call.headers, 'x-domicile-listener': new URL(other.endpoint).host };
  expect((await rawCall(here.httpEndpoint, 'x.localhost', { ...call, headers })).status).toBe(201);
});

it('a request whose first line has the whole address is answered', async () => {
  const { endpoint } = resourceAt(0);
  const { host, port } = new URL(endpoint);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET http://${host}/health HTTP/1.1\r\nhost: ignored.example\r\nconnection: close\r\n\r\n`);
  let received = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    received += String(chunk);
  }
  expect(received).toMatch(/^HTTP\/1\.1 200 /);
});

it('the certificate holds for the names that were asked for, at every resource', async () => {
  for (const { endpoint } of emulator.resources) {
    const { port } = new URL(endpoint);
    const servername = 'host.docker.internal';
    const socket = connectTls({ port: Number(port), host: '127.0.0.1', servername, ca: emulator.caCertificate });
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    expect(socket.authorized).toBe(true);
    socket.destroy();
  }
});

it.each(['/health', '/.well-known/jwks.json', '/calling/keys'])(
  'HEAD is answered like GET at %s, without body',
  async (path) => {
    for (const { httpEndpoint } of emulator.resources) {
      const [head, get] = await Promise.all(['HEAD', 'GET'].map((method) => fetch(httpEndpoint + path, { method })));
      expect([head?.status, await head?.text()]).toEqual([200, '']);
      expect([get?.status, head?.headers.get('content-type')]).toEqual([200, get?.headers.get('content-type')]);
    }
  },
);

it('HEAD is answered like GET by an operation, and refused like GET where there is none yet', async () => {
  const resource = resourceAt(0);
  const { host } = new URL(resource.endpoint);
  const ask = async (target: string) => {
    const calls = ['GET', 'HEAD'].map((method) => ownerCallOf(resource, method, target));
    const [get, head] = await Promise.all(calls.map((call) => rawCall(resource.httpEndpoint, host, call)));
    expect([head?.status, head?.text]).toEqual([get?.status, '']);
    return head?.status;
  };
  expect(await ask('/persons?api-version=2026-12-01')).toBe(200);
  expect(await ask('/calling/recordings/7?api-version=2026-03-12')).toBe(501);
});
