// What one request takes of what all share, and when it gives it back: the real pipeline, operations of the test.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { operation, type Operation, Shares } from '../../shared/api/index.js';
import { accessKey, createSigningKeys, issueUserToken, KeyRing, userToken } from '../../shared/auth/index.js';
import { figure } from '../../shared/budgets/index.js';
import { Download, downloadOf, StreamedBody } from '../../shared/http/index.js';
import { signedHeaders } from '../sdk/owner-call.js';
import { composePipeline } from './compose-pipeline.js';

const host = 'contoso.europe.example';
const immutableId = '1b2c3d4e-0000-4000-8000-000000000001';
const resource = {
  name: 'contoso',
  immutableId,
  geography: 'europe',
  keyGenerations: { primary: 1, secondary: 1 },
  masterSecretVersion: 1,
} as const;
const otherResource = { ...resource, name: 'fabrikam', immutableId: '1b2c3d4e-0000-4000-8000-000000000002' };
const issuer = 'domicile/europe';
const now = Date.UTC(2026, 10, 23);

interface Sent {
  readonly by?: typeof resource | typeof otherResource;
  readonly as?: string | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Buffer;
}

/** Handlers wait until they are let go. */
function startApp() {
  const clock = { now: () => now, realNow: () => now, monotonic: () => 0 };
  const keys = createSigningKeys(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const ring = new KeyRing(new Map([[1, randomBytes(32)]]));
  const shares = new Shares(clock);
  const parts = { clock, keys: ring, tokens: { issuer, keys }, shares };
  const pipeline = composePipeline({ ...parts, resource });
  const pipelineOfOther = composePipeline({ ...parts, resource: otherResource });
  const going: (() => void)[] = [];
  const held = () =>
    new Promise<void>((resolve) => {
      going.push(resolve);
    });
  const common = { service: 'chat', summary: 'Tests.', auth: userToken('chat') } as const;
  const contents: Readable[] = [];
  const download = () => {
    const content = Readable.from([Buffer.from('content')]);
    contents.push(content);
    return new Download(content, 'text/plain', 7);
  };
  const operations = {
    upload: operation({ ...common, name: 'test-upload', route: 'POST up', body: StreamedBody, noContent: held }),
    download: operation({
      ...common,
      name: 'test-download',
      route: 'GET down',
      returns: downloadOf('text/plain'),
      ok: async () => download(),
    }),
    walk: operation({ ...common, name: 'test-walk', route: 'POST walk', walks: () => true, noContent: held }),
    small: operation({ ...common, name: 'test-small', route: 'POST small', noContent: held }),
    large: operation({
      ...common,
      name: 'test-large',
      route: 'GET large',
      returns: z.object({ text: z.string() }),
      ok: async () => ({ text: 'é'.repeat(4 * 1_048_576) }),
    }),
    /** More bytes than characters. */
    wide: operation({
      ...common,
      name: 'test-wide',
      route: 'GET wide',
      returns: z.object({ text: z.string() }),
      ok: async () => ({ text: 'é'.repeat(0.75 * figure('answerPiece')) }),
    }),
    ownedDownload: operation({
      ...common,
      name: 'test-owned-download',
      auth: accessKey,
      route: 'GET archive',
      returns: downloadOf('text/plain'),
      ok: async () => download(),
    }),
    owned: operation({
      ...common,
      name: 'test-owned',
      auth: accessKey,
      route: 'POST owned',
      body: z.object({ n: z.number() }),
      noContent: held,
    }),
  };
  const claims = {
    resourceId: immutableId,
    resourceLocation: 'europe',
    scopes: new Set(['chat'] as const),
    identityGeneration: 0,
    key: { slot: 'primary', generation: 1 },
    expiresInMinutes: 1440,
    now,
  } as const;
  const reads: number[] = [];
  const call = async (
    asked: Operation,
    { by = resource, as = 'ada', headers = {}, body = Buffer.alloc(0) }: Sent = {},
  ) => {
    const token = issueUserToken({ issuer, keys }, { ...claims, rawId: `8:acs:${immutableId}_${as}` }).token;
    const sent: Record<string, string | undefined> = { authorization: `Bearer ${token}`, ...headers };
    const answer = await (by === resource ? pipeline : pipelineOfOther)(asked, {
      method: asked.method,
      url: `https://${host}/${asked.path}?api-version=2025-03-15`,
      params: {},
      header: (name) => sent[name],
      headers: () => [],
      readBody: async () => {
        reads.push(body.byteLength);
        return body;
      },
      streamBody: () => Readable.from([body]),
    });
    return answer;
  };
  /** Signed, as the owner does. */
  const owned = (n: number, changed: Readonly<Record<string, string | undefined>> = {}) => {
    const body = Buffer.from(JSON.stringify({ n }));
    const target = '/owned?api-version=2025-03-15';
    vi.setSystemTime(now);
    const signed = signedHeaders(ring.accessKey(resource, 'primary'), host, { method: 'POST', target, text: body });
    const headers = { host, ...signed, 'content-length': String(body.byteLength), ...changed };
    return call(operations.owned, { headers, body });
  };
  const ownedDownload = (by: typeof resource | typeof otherResource) => {
    vi.setSystemTime(now);
    const target = '/archive?api-version=2025-03-15';
    const signed = signedHeaders(ring.accessKey(by, 'primary'), host, { method: 'GET', target, text: '' });
    return call(operations.ownedDownload, { by, headers: { host, ...signed } });
  };
  const statusOf = (answer: Promise<{ status: number }>) => answer.then(({ status }) => status);
  /** Lets what can go on do so. */
  const settle = () => vi.advanceTimersByTimeAsync(1);
  const finish = async () => {
    while (going.length > 0) {
      going.splice(0).forEach((each) => each());
      await settle();
    }
  };
  return {
    shares,
    operations,
    call,
    owned,
    ownedDownload,
    reads,
    contents,
    statusOf,
    settle,
    finish,
    running: () => going.length,
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('A body', () => {
  it('is not read for somebody whose signature no key has made', async () => {
    const { owned, reads, statusOf } = startApp();
    const forged = `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${'A'.repeat(43)}=`;
    expect(await statusOf(owned(1, { authorization: forged }))).toBe(401);
    expect(reads).toEqual([]);
  });

  it('is not the one that was signed: then it was read, and is refused', async () => {
    const { call, operations, owned, reads, statusOf, finish } = startApp();
    const good = owned(1);
    await vi.advanceTimersByTimeAsync(1);
    await finish();
    expect(await statusOf(good)).toBe(204);
    expect(reads).toEqual([7]);
    const { status } = await call(operations.owned, { headers: { host }, body: Buffer.from('{"n":2}') });
    expect(status).toBe(401);
  });

  it('that declares more than the operation takes is refused before anything is read or waited for', async () => {
    const { owned, reads, shares, statusOf } = startApp();
    expect(await statusOf(owned(1, { 'content-length': String(figure('wholeBody') + 1) }))).toBe(413);
    expect(reads).toEqual([]);
    expect(shares.bodies.taken).toBe(0);
  });

  it('takes its declared length of the memory for bodies, or all that it may be, until its request is answered', async () => {
    const { owned, shares, settle, finish } = startApp();
    const declared = owned(1, { 'content-length': '5000' });
    await settle();
    expect(shares.bodies.taken).toBe(5_000);
    const chunked = owned(2, { 'content-length': undefined, 'transfer-encoding': 'chunked' });
    await settle();
    expect(shares.bodies.taken).toBe(5_000 + figure('wholeBody'));
    await finish();
    await Promise.all([declared, chunked]);
    expect(shares.bodies.taken).toBe(0);
  });

  it('waits, unread, while bodies from its address hold their share', async () => {
    const { owned, reads, shares, settle, statusOf } = startApp();
    const from = { 'x-forwarded-for': '203.0.113.7' };
    const whole = shares.bodies.tryTake(figure('bodiesPerCaller'), { caller: '203.0.113.7', resource: immutableId });
    const waiting = statusOf(owned(1, from));
    await settle();
    expect(reads).toEqual([]);
    void owned(2, { 'x-forwarded-for': '203.0.113.8' });
    await settle();
    expect(reads).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(figure('request'));
    expect(await waiting).toBe(429);
    whole?.();
  });
});

describe('Streams', () => {
  it('go up two at a time for one user, others beside them, and the next when one is through', async () => {
    const { call, operations, settle, finish, running, statusOf } = startApp();
    const own = [1, 2, 3].map(() => statusOf(call(operations.upload)));
    await settle();
    expect(running()).toBe(2);
    const other = statusOf(call(operations.upload, { as: 'bob' }));
    await settle();
    expect(running()).toBe(3);
    await finish();
    expect(await Promise.all([...own, other])).toEqual([204, 204, 204, 204]);
  });

  it('hold their turn until their content is closed, not only until it begins', async () => {
    const { call, operations, contents, settle, shares, statusOf } = startApp();
    const first = await Promise.all(Array.from({ length: 8 }, () => call(operations.download)));
    expect(first.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const ninth = statusOf(call(operations.download));
    await settle();
    expect(contents).toHaveLength(8);
    expect(shares.downloads).toMatchObject({ taken: 8, waiting: 1 });
    contents[0]?.destroy();
    await settle();
    expect(await ninth).toBe(200);
    expect(contents).toHaveLength(9);
  });

  it('are shared by those who hold the key of a resource, and by nobody who holds that of another', async () => {
    const { ownedDownload, settle, shares, statusOf } = startApp();
    await Promise.all(Array.from({ length: 8 }, () => ownedDownload(resource)));
    void ownedDownload(resource);
    await settle();
    expect([shares.downloads.taken, shares.downloads.waiting]).toEqual([8, 1]);
    const other = statusOf(ownedDownload(otherResource));
    await settle();
    expect([shares.downloads.taken, shares.downloads.waiting]).toEqual([9, 1]);
    expect(await other).toBe(200);
  });

  it.each(['upload', 'download'] as const)('are begun no more often than so many times a minute (%s)', async (way) => {
    const { call, operations, finish, contents, settle } = startApp();
    const move = async (as: string) => {
      const answer = call(operations[way], { as });
      await settle();
      await finish();
      const { status } = await answer;
      contents.splice(0).forEach((each) => each.destroy());
      await settle();
      return status;
    };
    for (let n = 0; n < figure(`${way}sPerMinute`); n++) {
      expect(await move('ada')).toBeLessThan(300);
    }
    expect(await move('ada')).toBe(429);
    expect(await move('bob')).toBeLessThan(300);
  });
});

describe('A large answer', () => {
  it('is sent in pieces, as long as it says, and holds its share until it has been', async () => {
    const { call, operations, shares } = startApp();
    const { headers, body } = await call(operations.large);
    expect(shares.answers.taken).toBe(Number(headers['content-length']));
    const sent = await buffer(body as Readable);
    expect(sent.byteLength).toBe(Number(headers['content-length']));
    expect(JSON.parse(String(sent))).toEqual({ text: 'é'.repeat(4 * 1_048_576) });
    expect(shares.answers.taken).toBe(0);
  });

  it('is one that is large in bytes, however few characters they are', async () => {
    const { call, operations, shares } = startApp();
    const { body } = await call(operations.wide);
    expect(shares.answers.taken).toBeGreaterThan(figure('answerPiece'));
    (body as Readable).destroy();
  });

  it('is refused when too many that nobody reads wait for the same user', async () => {
    const { call, operations, shares, statusOf } = startApp();
    const answers = await Promise.all([1, 2, 3].map(() => call(operations.large)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(await statusOf(call(operations.large, { as: 'bob' }))).toBe(200);
    for (const { body } of answers) {
      if (body instanceof Readable) {
        body.destroy();
      }
    }
    await vi.advanceTimersByTimeAsync(1);
    expect(shares.answers.taken).toBeLessThan(figure('answersPerCaller'));
    expect(await statusOf(call(operations.large))).toBe(200);
  });
});

describe('Requests', () => {
  it('of one user are worked on so many at a time, and those of others meanwhile', async () => {
    const { call, operations, running, settle, finish, statusOf } = startApp();
    const own = Array.from({ length: 40 }, () => statusOf(call(operations.small)));
    await settle();
    expect(running()).toBe(figure('requestsPerUser'));
    void call(operations.small, { as: 'bob' });
    await settle();
    expect(running()).toBe(figure('requestsPerUser') + 1);
    await finish();
    expect(new Set(await Promise.all(own))).toEqual(new Set([204]));
  });

  it('that walk through everything are two at a time at one resource', async () => {
    const { call, operations, running, settle, finish, statusOf } = startApp();
    const walks = ['ada', 'bob', 'cara'].map((as) => statusOf(call(operations.walk, { as })));
    await settle();
    expect(running()).toBe(2);
    await finish();
    expect(await Promise.all(walks)).toEqual([204, 204, 204]);
  });
});
