import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { figure } from '../../shared/budgets/index.js';
import { Fault } from '../../shared/http/fault.js';
import { faults } from '../../shared/http/faults.js';
import { createSigningKeys } from '../../shared/auth/signing-keys.js';
import type { GeographySlug } from '../../shared/geography/index.js';
import type { ApiRequest, ApiResponse } from '../../shared/http/index.js';
import { arrive as arriveOf, ConnectedPeers, passHome } from '../../shared/passing/index.js';
import { hopHeader } from '../../shared/passing/hop-token.js';
import { until } from '../emulator/command-line.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const keys = createSigningKeys(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const peerKeys = createSigningKeys(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const servers: Server[] = [];
const opened: ConnectedPeers[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((peers) => peers.close()));
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(answer: Answer): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Europe, which knows these others; its monotonic time is moved by hand. */
function europeKnowing(urls: Partial<Record<GeographySlug, string>>, time = { monotonic: 0 }): ConnectedPeers {
  const clock = { now: Date.now, realNow: Date.now, monotonic: () => time.monotonic };
  const ids = { uuid: randomUUID, bytes: () => Buffer.alloc(0), fraction: () => 0 };
  const peers = new ConnectedPeers({ geography: 'europe', keys, clock, ids });
  const { keys: jwks } = peerKeys.jwks();
  const settings = Object.entries(urls).map(([slug, url]) => [slug, { url, keys: [...jwks] }] as const);
  peers.meet({ peers: Object.fromEntries(settings), hosts: { 'shop.example': { geography: 'uk', name: 'shop' } } });
  opened.push(peers);
  return peers;
}

const request = {
  method: 'GET',
  url: 'https://contoso.uk.example/chat/threads?api-version=1',
  headers: [] as [string, string][],
  body: undefined,
  deadline: 5_000,
};

const statusOf = async (answer: Promise<unknown>) =>
  answer.then(
    () => 0,
    (error: unknown) => (error instanceof Fault ? error.status : error),
  );

/** Reads the answer to its end, as the platform does: only then is its connection free. */
const readStatusOf = (answer: Promise<ApiResponse>) =>
  statusOf(answer.then(({ body }) => (body instanceof Readable ? text(body) : undefined)));

describe('Passing a request on', () => {
  it('hands over method, path, query, headers and body, and brings the answer back as it came', async () => {
    const seen: { line: string; headers: IncomingMessage['headers']; body: string }[] = [];
    const uk = await listen(async (incoming, response) => {
      const { method = '', url = '', headers } = incoming;
      seen.push({ line: `${method} ${url}`, headers, body: await text(incoming) });
      response.writeHead(418, { 'x-ms-request-id': 'theirs', 'access-control-allow-origin': '*', 'keep-alive': 'x' });
      response.end('short and stout');
    });
    const answer = await europeKnowing({ uk }).forward('uk', {
      ...request,
      method: 'PUT',
      url: 'https://contoso.uk.example//a%20b/:c?q=%41+%2f&q',
      headers: [
        ['host', 'contoso.uk.example'],
        ['authorization', 'Bearer x'],
        ['x-forwarded-for', '203.0.113.7'],
        ['x-forwarded-host', 'evil.example'],
        ['x-waws-unencoded-url', '/evil'],
        ['connection', 'close, x-mine'],
        ['x-mine', 'only here'],
        ['transfer-encoding', 'chunked'],
        ['expect', '100-continue'],
        ['content-length', '5'],
      ],
      body: Readable.from([Buffer.from('he'), Buffer.from('llo')]),
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ line: 'PUT //a%20b/:c?q=%41+%2f&q', body: 'hello' });
    const { [hopHeader]: hop, host, connection, ...others } = seen[0]?.headers ?? {};
    expect(others).toEqual({ authorization: 'Bearer x', 'x-forwarded-for': '203.0.113.7', 'content-length': '5' });
    expect(`http://${host}`).toBe(uk);
    expect(connection).toBe('keep-alive');
    expect(hop).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(answer.status).toBe(418);
    expect(answer.headers).toMatchObject({ 'x-ms-request-id': 'theirs' });
    expect(Object.keys(answer.headers)).not.toContain('access-control-allow-origin');
    expect(await text(answer.body as Readable)).toBe('short and stout');
  });

  it('answers 502 when the home is down or not known, 504 when it does not answer in time, never later', async () => {
    const dead = await listen(() => undefined);
    servers.at(-1)?.close();
    const hangsUp = await listen((incoming) => incoming.socket.destroy());
    let isGivenUp = false;
    const silent = await listen((incoming) => incoming.once('close', () => (isGivenUp = true)));
    const peers = europeKnowing({ uk: dead, uae: hangsUp, norway: silent });
    expect(await statusOf(peers.forward('uk', request))).toBe(502);
    expect(await statusOf(peers.forward('uae', request))).toBe(502);
    expect(await statusOf(peers.forward('japan', request))).toBe(502);
    const since = performance.now();
    expect(await statusOf(peers.forward('norway', { ...request, deadline: 200 }))).toBe(504);
    expect(performance.now() - since).toBeLessThan(2_000);
    expect(await statusOf(peers.forward('norway', { ...request, deadline: 0 }))).toBe(504);
    await until(() => isGivenUp, 2_000);
  });

  it('lets go of the home when the client hangs up, before and during the answer', async () => {
    let gone = 0;
    const uk = await listen((incoming, response) => {
      response.once('close', () => (gone += 1));
      if (incoming.url?.startsWith('/slow') === true) {
        return;
      }
      response.write(Buffer.alloc(100_000));
    });
    const peers = europeKnowing({ uk });
    const client = new AbortController();
    const slow = peers.forward('uk', { ...request, url: 'https://x.uk.example/slow', signal: client.signal });
    setTimeout(() => client.abort(), 50);
    expect(await statusOf(slow)).toBe(499);
    const { body } = await peers.forward('uk', request);
    await once(body as Readable, 'readable');
    (body as Readable).destroy();
    await until(() => gone === 2, 2_000);
  });

  it('reads no further than the home does: nothing is heaped up on the way', async () => {
    const uk = await listen((incoming) => void incoming.pause());
    let produced = 0;
    const endless = Readable.from(
      (function* () {
        for (; produced < 10_000; produced++) {
          yield Buffer.alloc(10_000);
        }
      })(),
    );
    const answer = europeKnowing({ uk }).forward('uk', {
      ...request,
      method: 'POST',
      headers: [['transfer-encoding', 'chunked']],
      body: endless,
      deadline: 300,
    });
    expect(await statusOf(answer)).toBe(504);
    expect(produced).toBeLessThan(1_500);
  });

  it('blames the request, not the home, for what cannot be sent', async () => {
    const uk = await listen((incoming, response) => {
      incoming.resume().once('end', () => response.end());
    });
    const peers = europeKnowing({ uk });
    const cut = { ...request, method: 'POST', headers: [['content-length', '5']] as [string, string][] };
    expect(await statusOf(peers.forward('uk', { ...cut, body: Readable.from([Buffer.from('abc')]) }))).toBe(400);
    const spaced = { ...request, headers: [['x-a', 'b\u0000']] as [string, string][] };
    expect(await statusOf(peers.forward('uk', spaced))).toBe(400);
  });

  it.each(['GET', 'HEAD'])('refuses a %s that announces a body, which no platform hands over', async (method) => {
    const peers = europeKnowing({ uk: 'http://127.0.0.1:1' });
    const headers = { 'content-length': '5', host: 'contoso.uk.example' };
    const received: ApiRequest = {
      method,
      url: request.url,
      params: {},
      header: (name) => (headers as Record<string, string>)[name],
      headers: () => Object.entries(headers),
      readBody: async () => Buffer.alloc(0),
      streamBody: () => Readable.from([]),
    };
    expect(await statusOf(passHome(peers, arriveOf(peers, received), 5_000, received.readBody))).toBe(400);
  });

  it('never goes on with a request that has a hop header', async () => {
    const uk = await listen((_, response) => response.end());
    const forward = europeKnowing({ uk }).forward('uk', { ...request, headers: [[hopHeader, 'anything']] });
    expect(await statusOf(forward)).toBe(508);
  });
});

describe('Connections to another geography', () => {
  const from = (address: string, host = 'contoso.uk.example') => ({
    ...request,
    url: `https://${host}/x`,
    headers: [['x-forwarded-for', address]] as [string, string][],
  });
  /** A home that answers nobody until it is let. */
  const silentHome = async () => {
    const answers: ServerResponse[] = [];
    const uk = await listen((_incoming, response) => void answers.push(response));
    return { answers, peers: europeKnowing({ uk }) };
  };

  it('are held by one client, and for one resource, up to a share; others are passed on meanwhile', async () => {
    const { answers, peers } = await silentHome();
    const own = Array.from({ length: 60 }, () => readStatusOf(peers.forward('uk', from('203.0.113.7'))));
    await until(() => answers.length === figure('passingPerCaller'), 5_000);
    const other = readStatusOf(peers.forward('uk', from('203.0.113.8', 'shop.uk.example')));
    await until(() => answers.length === figure('passingPerCaller') + 1, 5_000);
    answers.at(-1)?.end();
    expect(await other).toBe(0);
    // Another client of the resource has what is left of its share, and not more.
    const neighbours = Array.from({ length: 60 }, () => readStatusOf(peers.forward('uk', from('203.0.113.9'))));
    await until(() => answers.length === figure('passingPerResource') + 1, 5_000);
    const all = Promise.all([...own, ...neighbours]);
    const ending = setInterval(() => answers.forEach((answer) => answer.end()), 1);
    await all;
    clearInterval(ending);
    expect(new Set(await all)).toEqual(new Set([0]));
  });

  it('are no more than so many, whoever asks', async () => {
    const { answers, peers } = await silentHome();
    const ask = (n: number, deadline: number) =>
      readStatusOf(peers.forward('uk', { ...from(`203.0.113.${n}`, `r${n}.uk.example`), deadline }));
    const held = Array.from({ length: figure('passingConnections') }, (_, n) => ask(n, 5_000));
    await until(() => answers.length === figure('passingConnections'), 5_000);
    // Whoever finds none is told that it is not they.
    expect(await Promise.all([ask(100, 200), ask(101, 200)])).toEqual([503, 503]);
    expect(answers).toHaveLength(figure('passingConnections'));
    for (const answer of answers) {
      answer.end();
    }
    expect(new Set(await Promise.all(held))).toEqual(new Set([0]));
  });

  it('are waited for no longer than the answer as a whole: then 429, and the home hears nothing of it', async () => {
    const { answers, peers } = await silentHome();
    const holding = Array.from({ length: figure('passingPerCaller') }, () =>
      readStatusOf(peers.forward('uk', from('203.0.113.7'))),
    );
    await until(() => answers.length === figure('passingPerCaller'), 5_000);
    const since = performance.now();
    expect(await readStatusOf(peers.forward('uk', { ...from('203.0.113.7'), deadline: 200 }))).toBe(429);
    expect(performance.now() - since).toBeLessThan(2_000);
    for (const answer of answers) {
      answer.end();
    }
    await Promise.all(holding);
    expect(answers).toHaveLength(figure('passingPerCaller'));
  });

  it('are free again when the answer was read or thrown away, not when it begins', async () => {
    const { answers, peers } = await silentHome();
    const forwarded = Array.from({ length: figure('passingPerCaller') }, () =>
      peers.forward('uk', from('203.0.113.7')),
    );
    await until(() => answers.length === figure('passingPerCaller'), 5_000);
    for (const answer of answers) {
      answer.write('begun');
    }
    const begun = await Promise.all(forwarded);
    const next = readStatusOf(peers.forward('uk', from('203.0.113.7')));
    await new Promise(setImmediate);
    expect(answers).toHaveLength(figure('passingPerCaller'));
    const [first] = begun;
    (first?.body as Readable | undefined)?.destroy();
    await until(() => answers.length === figure('passingPerCaller') + 1, 5_000);
    answers.at(-1)?.end();
    expect(await next).toBe(0);
    for (const { body } of begun) {
      (body as Readable).destroy();
    }
  });

  it('are not held by a small body while it comes, nor by one that comes too slowly', async () => {
    const seen: string[] = [];
    const uk = await listen(async (incoming, response) => {
      seen.push(await text(incoming).catch(() => 'broken off'));
      response.end();
    });
    const peers = europeKnowing({ uk });
    let arrive: (body: Buffer) => void = () => undefined;
    const sent: Record<string, string> = { host: 'contoso.uk.example', 'content-length': '5' };
    const received: ApiRequest = {
      method: 'POST',
      url: 'https://contoso.uk.example/x',
      params: {},
      header: (name) => sent[name],
      headers: () => Object.entries(sent),
      readBody: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
      streamBody: () =>
        Readable.from(
          (function* () {
            yield Buffer.from('he');
            throw new Fault(faults.requestTooSlow);
          })(),
        ),
    };
    const passed = readStatusOf(passHome(peers, arriveOf(peers, received), 5_000, received.readBody));
    await new Promise(setImmediate);
    expect(seen).toEqual([]);
    arrive(Buffer.from('hello'));
    expect(await passed).toBe(0);
    expect(seen).toEqual(['hello']);
    sent['content-length'] = '5000000';
    expect(await readStatusOf(passHome(peers, arriveOf(peers, received), 5_000, received.readBody))).toBe(408);
  });
});

describe('The home of a host', () => {
  it('is told by its name and by the settings, without asking', async () => {
    const peers = europeKnowing({ uk: 'http://127.0.0.1:1' });
    expect(await peers.homeOf('contoso.uk.example')).toBe('uk');
    expect(await peers.homeOf('contoso.uk.example:8443')).toBe('uk');
    expect(await peers.homeOf('shop.example')).toBe('uk');
    // Europe itself, and a geography that is not configured.
    expect(peers.knownHomeOf('contoso.europe.example')).toBeUndefined();
    expect(peers.knownHomeOf('contoso.japan.example')).toBeUndefined();
  });

  it('is else asked of all at once, and what they say is kept for a minute', async () => {
    const questions: string[] = [];
    const answering = (slug: string, status: number) =>
      listen((incoming, response) => {
        questions.push(`${slug} ${incoming.method} ${incoming.url}`);
        response.writeHead(status).end();
      });
    const time = { monotonic: 0 };
    const [uk, uae] = await Promise.all([answering('uk', 404), answering('uae', 204)]);
    const peers = europeKnowing({ uk, uae }, time);
    expect(await Promise.all([peers.homeOf('own.example'), peers.homeOf('own.example')])).toEqual(['uae', 'uae']);
    await until(() => questions.length === 2, 2_000);
    expect(questions.sort()).toEqual(['uae HEAD /.domicile/host', 'uk HEAD /.domicile/host']);
    time.monotonic = 59_000;
    expect(await peers.homeOf('own.example')).toBe('uae');
    expect(questions).toHaveLength(2);
    time.monotonic = 61_000;
    expect(await peers.homeOf('own.example')).toBe('uae');
    await until(() => questions.length === 4, 2_000);
  });

  it('is nowhere when all say no, and unknown while one of them is away', async () => {
    const uk = await listen((_, response) => response.writeHead(404).end());
    expect(await europeKnowing({ uk }).homeOf('own.example')).toBeUndefined();
    const peers = europeKnowing({ uk, uae: 'http://127.0.0.1:1' });
    expect(await statusOf(peers.homeOf('own.example'))).toBe(503);
  });

  it('is not asked for what is no host, nor of more than sixteen hosts at a time', async () => {
    let questions = 0;
    const uk = await listen((_, response) => {
      questions += 1;
      setTimeout(() => response.writeHead(404).end(), 200);
    });
    const peers = europeKnowing({ uk });
    expect(await peers.homeOf('a b/@c')).toBeUndefined();
    const many = Array.from({ length: 40 }, (_, n) => statusOf(peers.homeOf(`host${n}.example`)));
    expect((await Promise.all(many)).filter((status) => status === 429)).toHaveLength(24);
    expect(questions).toBe(16);
  });

  it('is asked for no longer than two seconds', async () => {
    const silent = await listen(() => undefined);
    const since = performance.now();
    expect(await statusOf(europeKnowing({ uk: silent }).homeOf('own.example'))).toBe(503);
    const took = performance.now() - since;
    expect(took).toBeGreaterThan(figure('hostQuestion') - 100);
    expect(took).toBeLessThan(2 * figure('hostQuestion'));
  });

  it('is nowhere, although somebody is away, when the name says that it is ours or is none', async () => {
    const peers = europeKnowing({ uk: 'http://127.0.0.1:1' });
    expect(await peers.homeOf('nobody.europe.example')).toBeUndefined();
    expect(await peers.homeOf("a'b.uk.example")).toBeUndefined();
    expect(await peers.homeOf('')).toBeUndefined();
  });
});
