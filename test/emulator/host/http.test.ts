// HTTP functions in a real process, through the real @azure/functions.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from './http-client.js';
import { type HostProcess, startHostProcess } from './host-process.js';

const allowedOrigin = 'https://app.example:8443';
let host: HostProcess;

beforeAll(async () => {
  host = await startHostProcess({
    fixture: 'http-app.mjs',
    ports: [0, 0],
    allowedOrigins: [allowedOrigin],
    hostNames: ['name.example'],
  });
});

afterAll(async () => {
  await host.stop();
});

async function inspect(path: string, method = 'GET', headers: Record<string, string> = {}) {
  const answer = await send({ port: host.port, path, method, headers });
  return JSON.parse(answer.body.toString('utf8'));
}

/** What is answered to a request as it stands, until the other side has said enough or goes. */
async function answerTo(text: string, enough: RegExp): Promise<string> {
  const socket = connect(host.port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    if (enough.test(received)) {
      socket.destroy();
    }
  });
  socket.write(text);
  await once(socket, 'close');
  return received;
}

const webSocket =
  'GET /live/chat HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

describe('a request to change the protocol', () => {
  it('to that of WebSockets goes to whoever has asked the host for it', async () => {
    expect(await answerTo(webSocket, /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 404 /);
    await host.call('takeUpgrades', '/live');
    expect(await answerTo(webSocket, /taken/)).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('to any other is answered by the function, with its body', async () => {
    const offer = 'host: localhost\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMA\r\n';
    const answer = await answerTo(`POST /echo HTTP/1.1\r\n${offer}content-length: 4\r\n\r\nbody`, /body/);
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
  });
});

describe('a request', () => {
  it('arrives with its URL, parameters, query and headers', async () => {
    const seen = await inspect('/inspect/8%3Aacs?a=1&b=%20', 'GET', { 'x-mine': 'one', host: 'name.example:7401' });
    expect(seen).toMatchObject({
      url: 'http://name.example:7401/inspect/8%3Aacs?a=1&b=%20',
      params: { id: '8:acs' },
      query: { a: '1', b: ' ' },
      functionName: 'inspect',
    });
    expect(seen.headers).toMatchObject({ 'x-mine': 'one', host: 'name.example:7401' });
  });

  it('goes to a literal before a parameter and to a parameter before a catch-all, ignoring case', async () => {
    expect(await inspect('/INSPECT/known')).toMatchObject({ name: 'literal' });
    expect(await inspect('/inspect/other')).toMatchObject({ name: 'inspect' });
    expect(await inspect('/inspect/known', 'PATCH')).toMatchObject({ name: 'rest', params: { path: 'inspect/known' } });
  });

  it('finds literals with colons', async () => {
    expect(await inspect('/identities/a/:issueAccessToken', 'POST')).toMatchObject({ name: 'issue' });
    expect(await inspect('/calls/a:b:hold', 'POST')).toMatchObject({ name: 'hold', params: { callId: 'a:b' } });
  });

  it('is answered 404 without body when no function takes it', async () => {
    const answer = await send({ port: host.port, path: '/nowhere' });
    expect(answer).toMatchObject({ status: 404, body: Buffer.alloc(0) });
  });

  it('is answered over IPv4 and IPv6, HTTP and HTTPS, on every port', async () => {
    expect(new Set(host.ports).size).toBe(2);
    for (const port of host.ports) {
      for (const hostname of ['127.0.0.1', '::1']) {
        for (const ca of [undefined, host.ca]) {
          const { status, body } = await send({ port, hostname, path: '/inspect/x', ...(ca && { ca }) });
          expect(status).toBe(200);
          const seen = JSON.parse(body.toString('utf8'));
          expect(seen.url.startsWith(ca === undefined ? 'http:' : 'https:')).toBe(true);
          expect(seen.ports).toBe(host.ports.join(','));
        }
      }
    }
  });

  it.each(['user@name.example', 'name.example/path?', 'two words', '1.2.3.4.5', 'localhost:99999', '[:::1]'])(
    'for the host "%s" is answered 400',
    async (hostName) => {
      const answer = await send({ port: host.port, path: '/inspect/x', headers: { host: hostName } });
      expect(answer).toMatchObject({ status: 400, body: Buffer.alloc(0) });
      await expect.poll(() => host.logs.join('\n')).toMatch(/^request GET .* 400 InvalidHost \d+ ms$/m);
    },
  );

  it('does not believe a client that claims to be the front end', async () => {
    const seen = await inspect('/inspect/x', 'GET', { 'x-waws-unencoded-url': '/other' });
    expect(seen.headers).not.toHaveProperty('x-waws-unencoded-url');
  });
});

describe('a name of this machine', () => {
  it.each(['127.0.0.1', '192.168.1.9:7401', '[::1]:80', '[fe80::1]', 'LOCALHOST:1', 'localhost.', 'app.localhost'])(
    'is known without being told: %s',
    async (name) => {
      expect((await send({ port: host.port, path: '/empty', headers: { host: name } })).status).toBe(204);
    },
  );

  it.each(['host.docker.internal:7401', 'host.containers.internal', 'name.example', 'Name.Example.:80'])(
    'is that by which containers call it, or one that was given to it: %s',
    async (name) => {
      expect((await send({ port: host.port, path: '/empty', headers: { host: name } })).status).toBe(204);
    },
  );

  // A page of such a name could have it lead here, and use the emulator as its own site.
  it.each([
    'page.example:7401',
    'x',
    'localhost.page.example',
    '127.0.0.1.page.example',
    'notlocalhost',
    'a.name.example',
  ])('is no other one: %s is answered 421, which says what to do, and reaches no function', async (name) => {
    const answer = await send({ port: host.port, path: '/throws-late', headers: { host: name } });
    expect(answer.status).toBe(421);
    const { error } = JSON.parse(String(answer.body)) as { error: { code: string; message: string } };
    expect(error).toMatchObject({ code: 'UnknownHostName', message: expect.stringContaining('--host-names') });
    expect(answer.headers).not.toHaveProperty('x-ms-invocation-id');
    await expect.poll(() => host.logs.join('\n')).toMatch(/^request GET throws-late 421 UnknownHostName \d+ ms$/m);
  });

  it('is one for WebSockets too', async () => {
    expect(await answerTo(webSocket.replace('localhost', 'page.example'), /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 421 /);
  });
});

describe('a body', () => {
  it.each(['http', 'https'])('of 5 MB goes in and out over %s', async (scheme) => {
    const body = randomBytes(5_000_000);
    const ca = scheme === 'https' ? { ca: host.ca } : {};
    const answer = await send({ port: host.port, method: 'POST', path: '/echo', body, ...ca });
    expect(answer.status).toBe(201);
    expect(answer.headers['x-made']).toBe('yes');
    expect(answer.body.equals(body)).toBe(true);
  });

  it('streams: the answer begins before the request ends', async () => {
    const socket = connect(host.port, '127.0.0.1');
    socket.write('POST /echo HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n');
    let received = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
    });
    await expect.poll(() => received).toContain('one');
    socket.write('3\r\ntwo\r\n0\r\n\r\n');
    await expect.poll(() => received).toContain('two');
    socket.destroy();
  });

  it('that is cut off fails that invocation only', async () => {
    const socket = connect(host.port, '127.0.0.1');
    socket.write('POST /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\npart');
    await once(socket, 'connect');
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    socket.destroy();
    await expect.poll(() => host.call('records')).toContainEqual(expect.stringMatching(/^broken /));
    expect((await send({ port: host.port, path: '/empty' })).status).toBe(204);
    expect(host.logs.filter((line) => line.startsWith('error ') && line.includes('read'))).toEqual([]);
  });
});

describe('a function that fails', () => {
  it.each(['throws', 'nothing', 'bad-status'])('as in "%s" is answered 500 without body', async (path) => {
    const answer = await send({ port: host.port, path: `/${path}?secret=1` });
    expect(answer.status).toBe(500);
    expect(answer.body.length).toBe(0);
    // The library has answered, and so forgotten the request.
    expect(answer.headers).toHaveProperty('x-ms-invocation-id');
  });

  it('after the answer has begun cuts the connection', async () => {
    await expect(send({ port: host.port, path: '/throws-late' })).rejects.toThrow(/aborted|hang up/);
  });

  it('is logged by name and class, without what a user may have sent', async () => {
    await send({ port: host.port, path: '/throws?secret=1' });
    await expect.poll(() => host.logs.join('\n')).toMatch(/error \[system\] throws: .*RangeError/);
    expect(host.logs.join('\n')).not.toMatch(/secret/);
  });
});

describe('A page in a browser', () => {
  const ask = (headers: Record<string, string>, path = '/echo', method = 'POST') =>
    send({ port: host.port, path, method, headers });
  const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,x-a' };
  const ours = ['http://localhost:3000', 'https://127.0.0.1', 'http://[::1]:8080', 'http://app.localhost:5173'];
  const foreign = [
    'http://page.example',
    'null',
    'https://localhost.page.example',
    'http://localhost:80@page.example',
    'http://127.0.0.1.page.example',
    'file://localhost',
    '',
  ];

  it.each([...ours, allowedOrigin])('of this machine, or that is allowed, may use the emulator: %s', async (origin) => {
    const asked = await ask({ origin, ...preflight }, '/echo', 'OPTIONS');
    expect(asked.status).toBe(204);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization,x-a',
      'access-control-max-age': '600',
      vary: 'origin',
    });
    for (const path of ['/empty', '/throws', '/nowhere']) {
      const answer = await ask({ origin, 'sec-fetch-site': 'cross-site' }, path, 'GET');
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
    }
  });

  it.each(foreign)('from elsewhere is refused before anything is done: %s', async (origin) => {
    for (const [method, headers] of [
      ['OPTIONS', { origin, ...preflight }],
      ['POST', { origin }],
      ['GET', { origin }],
    ] as const) {
      const answer = await ask(headers, '/inspect/x', method);
      expect(answer.status).toBe(403);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(JSON.parse(String(answer.body))).toMatchObject({ error: { code: 'ForeignOrigin' } });
      const line = new RegExp(`^request ${method} .* 403 ForeignOrigin \\d+ ms$`, 'm');
      await expect.poll(() => host.logs.join('\n')).toMatch(line);
    }
  });

  it('from elsewhere is known by what its browser says, where it names no origin', async () => {
    const refused = await ask({ 'sec-fetch-site': 'cross-site' }, '/inspect/x', 'GET');
    expect(refused.status).toBe(403);
    for (const site of ['same-origin', 'same-site', 'none']) {
      expect((await ask({ 'sec-fetch-site': site }, '/inspect/x', 'GET')).status).toBe(200);
    }
  });

  it('that asks about a private network is answered', async () => {
    const headers = { origin: 'http://localhost:3000', 'access-control-request-method': 'GET' };
    const asked = await ask({ ...headers, 'access-control-request-private-network': 'true' }, '/echo', 'OPTIONS');
    expect(asked.headers).toMatchObject({ 'access-control-allow-private-network': 'true' });
    expect((await ask(headers, '/echo', 'OPTIONS')).headers).not.toHaveProperty('access-control-allow-private-network');
  });

  it('may send OPTIONS that is no preflight: it goes to the function that takes it', async () => {
    const headers = { 'webhook-request-origin': 'events.example' };
    const origins: Record<string, string>[] = [{}, { origin: 'http://localhost:3000' }];
    for (const more of origins) {
      expect(await inspect('/echo', 'OPTIONS', { ...headers, ...more })).toMatchObject({ name: 'handshake', headers });
    }
  });

  it('is the only one that is told of origins', async () => {
    const { headers } = await send({ port: host.port, path: '/empty' });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('the process', () => {
  it('refuses functions that are registered after the start', async () => {
    const answer = await send({ port: host.port, path: '/late' });
    expect(answer.body.toString('utf8')).toBe('A function can only be registered during app startup.');
  });

  it('lists its functions', () => {
    expect(host.functions).toContainEqual({ name: 'rest', trigger: 'http', route: 'PATCH {*path}' });
  });

  it('says why it cannot run an HTTP function or one it does not know', async () => {
    await expect(host.call('run', 'echo')).rejects.toThrow(/"echo" answers HTTP requests/);
    await expect(host.call('run', 'other')).rejects.toThrow(/no function "other"/);
  });

  it('listens on loopback and on its ports only', () => {
    expect(listeningAddresses(host.pid).sort()).toEqual(
      host.ports.flatMap((port) => [`127.0.0.1:${port}`, `::1:${port}`]).sort(),
    );
  });

  it('lets a running request finish when it closes, takes no other, then ends', async () => {
    const socket = connect(host.port, '127.0.0.1').setEncoding('latin1');
    let received = '';
    socket.on('data', (text: string) => {
      received += text;
    });
    socket.write('GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await expect.poll(() => host.call('records')).toContain('slow began');
    const before = performance.now();
    const closed = host.call('close', 5_000);
    socket.write('GET /empty HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await closed;
    expect(received).toMatch(/^HTTP\/1\.1 200 .*done.*HTTP\/1\.1 503 /s);
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(host.logs).toContain('appTerminate hook ran');
    await expect(send({ port: host.port, path: '/empty' })).rejects.toThrow('ECONNREFUSED');
    expect(await host.ended).toBe(0);
  });
});

/** Listening TCP sockets of a process, `address:port`. */
function listeningAddresses(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const names: Readonly<Record<string, string>> = {
    '0100007F': '127.0.0.1',
    '00000000000000000000000001000000': '::1',
  };
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
        const [address = '', port = ''] = local.split(':');
        return state === '0A' && inodes.has(inode) ? [`${names[address] ?? address}:${Number.parseInt(port, 16)}`] : [];
      }),
  );
}
