// HTTP functions in a real process, through the real @azure/functions.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from './http-client.js';
import { type HostProcess, startHostProcess } from './host-process.js';

let host: HostProcess;

beforeAll(async () => {
  host = await startHostProcess({ fixture: 'http-app.mjs', ports: [0, 0] });
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

describe('a request to change the protocol', () => {
  const webSocket =
    'GET /live/chat HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

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

  it.each(['user@name.example', 'name.example/path?', 'two words'])(
    'for the host "%s" is answered 400',
    async (hostName) => {
      const answer = await send({ port: host.port, path: '/inspect/x', headers: { host: hostName } });
      expect(answer).toMatchObject({ status: 400, body: Buffer.alloc(0) });
    },
  );

  it('does not believe a client that claims to be the front end', async () => {
    const seen = await inspect('/inspect/x', 'GET', { 'x-waws-unencoded-url': '/other' });
    expect(seen.headers).not.toHaveProperty('x-waws-unencoded-url');
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
    socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n');
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
    socket.write('POST /read HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\npart');
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

describe('cross-origin', () => {
  it('preflights are answered with what they ask for', async () => {
    const { status, headers } = await send({
      port: host.port,
      path: '/echo',
      method: 'OPTIONS',
      headers: {
        origin: 'http://page.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-a',
      },
    });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization,x-a',
      'access-control-max-age': '600',
    });
  });

  it('a preflight about a private network is answered', async () => {
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' };
    const ask = (more: object) =>
      send({ port: host.port, path: '/echo', method: 'OPTIONS', headers: { ...headers, ...more } });
    const asked = await ask({ 'access-control-request-private-network': 'true' });
    expect(asked.headers).toMatchObject({ 'access-control-allow-private-network': 'true' });
    expect((await ask({})).headers).not.toHaveProperty('access-control-allow-private-network');
  });

  it('OPTIONS that is no preflight goes to the function that takes it, with an origin or without', async () => {
    const headers = { 'webhook-request-origin': 'events.example' };
    const origins: Record<string, string>[] = [{}, { origin: 'http://page.example' }];
    for (const more of origins) {
      expect(await inspect('/echo', 'OPTIONS', { ...headers, ...more })).toMatchObject({ name: 'handshake', headers });
    }
  });

  it('answers, also failures, may be read by pages; others carry no such header', async () => {
    for (const path of ['/empty', '/throws', '/nowhere']) {
      const answer = await send({ port: host.port, path, headers: { origin: 'http://page.example' } });
      expect(answer.headers['access-control-allow-origin']).toBe('*');
    }
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
    socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
    await expect.poll(() => host.call('records')).toContain('slow began');
    const before = performance.now();
    const closed = host.call('close', 5_000);
    socket.write('GET /empty HTTP/1.1\r\nhost: x\r\n\r\n');
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
