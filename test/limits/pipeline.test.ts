// Where in the pipeline limits stand: real tokens, a real pipeline, an operation without storage.
import { Readable } from 'node:stream';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ApiRequest } from '../../shared/http/index.js';
import { Limiter, operation, readProfile } from '../../shared/api/index.js';
import { createSigningKeys, issueUserToken, KeyRing, userToken } from '../../shared/auth/index.js';
import { chatRateLimits } from '../../shared/chat/index.js';
import { composePipeline } from '../api/compose-pipeline.js';

const immutableId = '1b2c3d4e-0000-4000-8000-000000000001';
const resource = {
  name: 'contoso',
  immutableId,
  geography: 'europe',
  keyGenerations: { primary: 1, secondary: 1 },
  masterSecretVersion: 1,
} as const;
const issuer = 'domicile/europe';
const productTime = Date.UTC(2026, 10, 23);

function startApp(profile: unknown = 'acs') {
  const time = { product: productTime, monotonic: 0 };
  const clock = { now: () => time.product, realNow: () => time.product, monotonic: () => time.monotonic };
  const keys = createSigningKeys(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const pipeline = composePipeline({
    clock,
    keys: new KeyRing(new Map([[1, randomBytes(32)]])),
    tokens: { issuer, keys },
    resource,
    limiter: new Limiter(clock, readProfile(profile, Object.values(chatRateLimits))),
  });
  const send = operation({
    name: 'test-send',
    summary: 'Sends.',
    service: 'chat',
    route: 'POST chat/threads/{chatThreadId}/messages',
    auth: userToken('chat'),
    limit: chatRateLimits.changeMessages,
    query: z.object({ page: z.coerce.number().optional() }),
    body: z.object({ content: z.string() }),
    created: async () => ({ id: '1' }),
  });
  const claims = {
    resourceId: immutableId,
    resourceLocation: 'europe',
    scopes: new Set(['chat'] as const),
    identityGeneration: 0,
    key: { slot: 'primary', generation: 1 },
    expiresInMinutes: 1440,
    now: productTime,
  } as const;
  const tokenOf = (user: string) =>
    issueUserToken({ issuer, keys }, { ...claims, rawId: `8:acs:${immutableId}_${user}` }).token;
  const tokens = { ada: tokenOf('ada'), bob: tokenOf('bob'), forged: 'a.b.c' };

  const call = async (
    who: keyof typeof tokens,
    options: { thread?: string; body?: string; query?: string; bodyTakesMs?: number } = {},
  ) => {
    const { thread = '19:one@thread.v2', body = '{"content":"Hello"}', query = '', bodyTakesMs = 0 } = options;
    let bodyReads = 0;
    const request: ApiRequest = {
      method: 'POST',
      url: `https://localhost:7401/chat/threads/${thread}/messages?api-version=2025-03-15${query}`,
      params: { chatThreadId: thread },
      header: (name) =>
        ({ authorization: `Bearer ${tokens[who]}`, 'content-type': 'application/json' })[name] ?? undefined,
      headers: () => [],
      readBody: async () => {
        bodyReads += 1;
        time.monotonic += bodyTakesMs;
        return Buffer.from(body);
      },
      streamBody: () => Readable.from(body),
    };
    const { status, headers, body: answer } = await pipeline(send, request);
    return { status, headers, bodyReads, answer: JSON.parse(String(answer)) };
  };
  const useUp = async () => {
    for (let n = 0; n < 10; n += 1) {
      expect((await call('ada')).status).toBe(201);
    }
  };
  return { call, time, useUp };
}

describe('an operation over its limit', () => {
  it('answers 429 with Retry-After, and does not read the body', async () => {
    const { call, useUp } = startApp();
    await useUp();
    const { status, headers, bodyReads, answer } = await call('bob');
    expect(status).toBe(429);
    expect(headers).toMatchObject({ 'retry-after': '10', 'x-ms-error-code': 'TooManyRequests' });
    expect(answer).toEqual({ error: { code: 'TooManyRequests', message: 'Rate limit exceeded.' } });
    expect(bodyReads).toBe(0);
    expect((await call('bob', { thread: '19:two@thread.v2' })).bodyReads).toBe(1);
  });

  it('is admitted again after Retry-After, however product time moves', async () => {
    const { call, time, useUp } = startApp();
    await useUp();
    time.product += 3_600_000;
    expect((await call('ada')).status).toBe(429);
    time.product -= 3_600_000;
    time.monotonic += 9_999;
    expect((await call('ada')).headers['retry-after']).toBe('1');
    time.monotonic += 1;
    expect((await call('ada')).status).toBe(201);
  });

  it('is refused before its input is looked at, but after its caller', async () => {
    const { call, useUp } = startApp();
    await useUp();
    expect((await call('ada', { body: '{', query: '&page=x' })).status).toBe(429);
    expect((await call('forged')).status).toBe(401);
  });

  it('counts requests with invalid input, not those of strangers to the resource', async () => {
    const { call } = startApp();
    for (let n = 0; n < 20; n += 1) {
      expect((await call('forged')).status).toBe(401);
    }
    for (let n = 0; n < 10; n += 1) {
      expect((await call('ada', { body: '{' })).status).toBe(400);
    }
    expect((await call('ada')).status).toBe(429);
  });

  it('is out of reach of an ordinary client with the profile "open"', async () => {
    const { call } = startApp('open');
    for (let n = 0; n < 100; n += 1) {
      expect((await call('ada')).status).toBe(201);
    }
  });
});

describe('a request whose body comes slowly', () => {
  it('is refused when it was not decided within 30 seconds: by then its caller may have been deleted', async () => {
    const { call } = startApp();
    expect((await call('ada', { bodyTakesMs: 30_000 })).status).toBe(201);
    expect(await call('ada', { bodyTakesMs: 30_001 })).toMatchObject({
      status: 408,
      answer: { error: { code: 'RequestTimeout' } },
    });
  });
});
