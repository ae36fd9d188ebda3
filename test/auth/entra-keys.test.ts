// Where the keys of Entra ID come from, how often they are fetched, and what holds while they cannot be.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { owner, realNow, startApp } from './entra-app.js';
import { startTestIssuer, type TestIssuer } from './entra-issuer.js';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startTestIssuer(realNow);
});
afterAll(async () => issuer.close());

describe('The keys of the issuer', () => {
  const valid = () => issuer.token({ azp: owner });

  it('are fetched once for many tokens', async () => {
    const { ask } = startApp(issuer);
    const before = issuer.requests;
    const token = await valid();
    await Promise.all(Array.from({ length: 10 }, () => ask('data', token)));
    await ask('data', await valid());
    expect(issuer.requests - before).toBe(2);
  });

  it('are fetched at most once in ten seconds for made-up key ids', async () => {
    const { ask, time } = startApp(issuer);
    await ask('data', await valid());
    const before = issuer.requests;
    const madeUp = () => issuer.token({ azp: owner }, { kid: randomUUID() });
    for (let n = 0; n < 5; n++) {
      expect(await ask('data', await madeUp())).toMatchObject({ status: 401 });
    }
    expect(issuer.requests - before).toBe(0);
    time.monotonic += 10_000;
    for (let n = 0; n < 5; n++) {
      expect(await ask('data', await madeUp())).toMatchObject({ status: 401 });
    }
    expect(issuer.requests - before).toBe(2);
  });

  it('are followed when they change, and the old one is not believed any more', async () => {
    const { ask, time } = startApp(issuer);
    const old = await valid();
    expect(await ask('data', old)).toMatchObject({ status: 200 });
    issuer.rotate();
    time.monotonic += 10_000;
    expect(await ask('data', await valid())).toMatchObject({ status: 200 });
    expect(await ask('data', old)).toMatchObject({ status: 401 });
  });

  it('are looked after in the background every six hours', async () => {
    const { ask, time } = startApp(issuer);
    const token = await valid();
    await ask('data', token);
    const before = issuer.requests;
    time.monotonic += 6 * 3600_000 + 1;
    expect(await ask('data', token)).toMatchObject({ status: 200 });
    await expect.poll(() => issuer.requests - before).toBe(2);
  });

  it.each([
    ['fails', { status: 500 }],
    ['redirects', { status: 302 }],
    ['answers nonsense', { change: () => '<html>' }],
    ['answers less than JSON', { change: () => '' }],
    ['sends far too much', { change: (document: string) => document + ' '.repeat(1024 * 1024) }],
    ['names another issuer', { change: (document: string) => document.replace('"issuer":"http', '"issuer":"https') }],
  ])('are missed, not misjudged, while it %s: 503, asked again after ten seconds', async (_, broken) => {
    const { ask, time, failures } = startApp(issuer);
    const token = await valid();
    issuer.broken = broken;
    const before = issuer.requests;
    try {
      for (let n = 0; n < 3; n++) {
        expect(await ask('data', token)).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
      }
    } finally {
      issuer.broken = undefined;
    }
    expect({ asked: issuer.requests - before, failures: failures.length }).toEqual({ asked: 1, failures: 1 });
    time.monotonic += 10_000;
    expect(await ask('data', token)).toMatchObject({ status: 200 });
  });

  it('are missed, not misjudged, while nobody listens there; the log says so', async () => {
    const gone = await startTestIssuer(realNow);
    const { ask, failures } = startApp(gone);
    const token = await gone.token({ azp: owner });
    await gone.close();
    const answer = await ask('data', token);
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'ServiceUnavailable' } } });
    expect(answer.text).not.toContain('127.0.0.1');
    expect(String(failures[0])).toContain('ECONNREFUSED');
  });

  it('serve on for a day while it is down, and no longer', async () => {
    const { ask, time } = startApp(issuer);
    const token = await valid();
    await ask('data', token);
    issuer.broken = { status: 500 };
    try {
      time.monotonic += 23 * 3600_000;
      expect(await ask('data', token)).toMatchObject({ status: 200 });
      expect(await ask('data', await issuer.token({ azp: owner }, { kid: 'new' }))).toMatchObject({ status: 503 });
      time.monotonic += 2 * 3600_000;
      expect(await ask('data', token)).toMatchObject({ status: 503 });
    } finally {
      issuer.broken = undefined;
    }
  });

  it('are asked of the authority only, wherever its metadata points', async () => {
    const { ask, failures } = startApp(issuer);
    const elsewhere = await startTestIssuer(realNow);
    issuer.broken = {
      change: (document) => document.replace(/"jwks_uri":"[^"]+/, `"jwks_uri":"${elsewhere.authorityHost}/keys`),
    };
    try {
      expect(await ask('data', await valid())).toMatchObject({ status: 503 });
    } finally {
      issuer.broken = undefined;
      await elsewhere.close();
    }
    expect(elsewhere.requests).toBe(0);
    expect(String(failures[0])).toContain('another host');
  });
});
