// Who is let in with a token of Entra ID: real tokens, a real issuer on loopback, the real pipeline.
import { createHmac, createSecretKey, randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  communication,
  machine,
  management,
  owner,
  person,
  reader,
  realNow,
  type Right,
  startApp,
  worker,
} from './entra-app.js';
import { newKey, startTestIssuer, type TestIssuer } from './entra-issuer.js';

const seconds = realNow / 1000;

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startTestIssuer(realNow);
});
afterAll(async () => issuer.close());

describe('A token of Entra ID', () => {
  const app = () => startApp(issuer);

  it('opens what an access key opens, and says who asks', async () => {
    const answer = await app().ask('data', await issuer.token({ azp: owner, oid: randomUUID() }));
    expect(answer).toMatchObject({ status: 200, body: { kind: 'owner', subject: owner } });
    const byPerson = await app().ask('data', await issuer.token({ azp: randomUUID(), oid: person, scp: 'x' }));
    expect(byPerson.body).toEqual({ kind: 'owner', subject: person });
  });

  it.each([
    ['version 1.0', () => ({ iss: `https://sts.windows.net/${issuer.tenantId}/`, appid: owner })],
    ['version 2.0', () => ({ azp: owner })],
    ['an audience without its slash', () => ({ aud: communication.slice(0, -1), azp: owner })],
    ['ids in capitals', () => ({ azp: owner.toUpperCase(), tid: issuer.tenantId.toUpperCase() })],
    ['an end within the leeway', () => ({ azp: owner, exp: seconds - 30 })],
  ])('is understood with %s', async (_, claims) => {
    expect(await app().ask('data', await issuer.token(claims()))).toMatchObject({ status: 200 });
  });

  it('is verified once when it is an application’s, and each time when it is a person’s', async () => {
    const { ask, time } = app();
    const [own, persons] = [
      await issuer.token({ azp: owner }),
      await issuer.token({ azp: owner, oid: person, scp: 'x' }),
    ];
    const verify = vi.spyOn(crypto.subtle, 'verify');
    try {
      const timesFor = async (token: string) => {
        const before = verify.mock.calls.length;
        for (let n = 0; n < 3; n++) {
          expect(await ask('data', token)).toMatchObject({ status: 200 });
        }
        return verify.mock.calls.length - before;
      };
      expect([await timesFor(own), await timesFor(persons)]).toEqual([1, 3]);
      time.monotonic += 5 * 60_000;
      expect(await timesFor(own)).toBe(1);
      // It is for what it is for, however often it was seen.
      expect(await ask('read', own)).toMatchObject({ status: 401 });
    } finally {
      verify.mockRestore();
    }
  });

  it('ends when it says, also where it is known', async () => {
    const { ask, time } = app();
    const token = await issuer.token({ azp: owner, exp: seconds + 120 });
    expect(await ask('data', token)).toMatchObject({ status: 200 });
    time.realAhead = 179_000;
    expect(await ask('data', token)).toMatchObject({ status: 200 });
    time.realAhead = 181_000;
    expect(await ask('data', token)).toMatchObject({ status: 401 });
  });

  const asApplication = { azp: owner };
  it.each<[string, () => Promise<string>]>([
    ['another issuer', () => issuer.token({ ...asApplication, iss: 'https://login.example/v2.0' })],
    [
      'the issuer of another tenant',
      () => issuer.token({ ...asApplication, iss: issuer.address.replace(/[0-9a-f]{12}\/v2/, '000000000000/v2') }),
    ],
    ['another audience', () => issuer.token({ ...asApplication, aud: 'https://graph.microsoft.com/' })],
    ['the audience of management', () => issuer.token({ ...asApplication, aud: management })],
    ['another tenant', () => issuer.token({ ...asApplication, tid: randomUUID() })],
    ['no tenant', () => issuer.token({ ...asApplication, tid: undefined })],
    ['an end that is past', () => issuer.token({ ...asApplication, exp: seconds - 61 })],
    ['no end', () => issuer.token({ ...asApplication, exp: undefined })],
    ['a beginning in the future', () => issuer.token({ ...asApplication, nbf: seconds + 61 })],
    ['no beginning', () => issuer.token({ ...asApplication, nbf: undefined })],
    ['no signature', async () => new UnsecuredJWT(await claimsOf(issuer.token(asApplication))).encode()],
    ['no signature but the key id', async () => unsigned(await issuer.token(asApplication), { alg: 'none' })],
    ['the public key as a shared secret', () => keyConfusion('pem')],
    ['the public key in binary as a shared secret', () => keyConfusion('der')],
    ['another algorithm of the same key', () => issuer.token(asApplication, { alg: 'RS512' })],
    ['a padding that is not pinned', () => issuer.token(asApplication, { alg: 'PS256' })],
    ['an unknown key', () => issuer.token(asApplication, { kid: randomUUID() }, newKey().privateKey)],
    ['another key under a known id', () => issuer.token(asApplication, {}, newKey().privateKey)],
    ['changed claims', async () => changed(await issuer.token({ azp: reader }))],
    ['a key of its own in the header', () => embedded()],
    ['17 KiB', () => issuer.token({ ...asApplication, groups: 'g'.repeat(17 * 1024) })],
    ['no meaning', async () => 'e30.e30.e30'],
    ['no dots', async () => 'x'],
  ])('with %s is refused, and nothing of it is told', async (_, make) => {
    const token = await make();
    const answer = await app().ask('data', token);
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'Denied' } } });
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    for (const secret of [owner, reader, issuer.tenantId, issuer.key.kid, token.split('.')[2] || token]) {
      expect(answer.text).not.toContain(secret);
    }
    expect(Object.keys(answer.body.error)).toEqual(['code', 'message']);
  });

  it('of management opens management only with the audience of management', async () => {
    const { ask } = app();
    expect(await ask('manage', await issuer.token({ azp: owner, aud: management }))).toMatchObject({
      status: 200,
      body: { kind: 'manager', subject: owner, subjectType: 'Application' },
    });
    const byPerson = await issuer.token({ azp: randomUUID(), oid: owner, aud: management, scp: 'x' });
    expect(await ask('manage', byPerson)).toMatchObject({ body: { subject: owner, subjectType: 'User' } });
    expect(await ask('manage', await issuer.token({ azp: owner }))).toMatchObject({ status: 401 });
  });

  it('is not believed by an app without a tenant', async () => {
    const { ask } = startApp(issuer, { hasEntra: false });
    expect(await ask('data', await issuer.token(asApplication))).toMatchObject({ status: 401 });
    expect(await ask('read', await issuer.token({ azp: owner, aud: management }))).toMatchObject({ status: 401 });
  });
});

describe('A right', () => {
  const rights: readonly Right[] = ['data', 'privacy', 'restore', 'read', 'manage', 'upstream'];
  const allowed: Record<string, readonly Right[]> = {
    [owner]: ['data', 'privacy', 'manage', 'read'],
    [reader]: ['read'],
    [worker]: ['restore'],
    [person]: ['data'],
    [machine]: ['upstream'],
    [randomUUID()]: [],
  };

  it('is had by those on its list, and nobody else; who manages may read', async () => {
    const { ask } = startApp(issuer);
    const seen: Record<string, Right[]> = {};
    for (const subject of Object.keys(allowed)) {
      seen[subject] = [];
      for (const right of rights) {
        const aud = right === 'read' || right === 'manage' ? management : communication;
        const { status, body } = await ask(right, await issuer.token({ aud, oid: subject, azp: randomUUID() }));
        if (status === 200) {
          seen[subject].push(right);
        } else {
          expect({ status, message: body.error.message }).toEqual({
            status: 403,
            message: expect.stringContaining(`"${right}"`),
          });
        }
      }
    }
    for (const [subject, expected] of Object.entries(allowed)) {
      expect(seen[subject]?.sort()).toEqual([...expected].sort());
    }
  });

  it('of an application is not that of the people who sign in through it', async () => {
    const { ask } = startApp(issuer);
    expect(
      await ask('data', await issuer.token({ azp: owner, oid: randomUUID(), scp: 'user_impersonation' })),
    ).toMatchObject({ status: 403 });
  });

  it('to restore comes with an access key too', async () => {
    expect(await startApp(issuer).sign('restore')).toMatchObject({
      status: 200,
      body: { kind: 'owner', keySlot: 'primary' },
    });
  });

  it('to manage does not come with an access key: a token is asked for', async () => {
    const answer = await startApp(issuer).sign('read');
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
  });
});

describe('A resource that refuses keys', () => {
  it('says so to a right signature, and lets tokens in', async () => {
    const { sign, ask } = startApp(issuer, { disableLocalAuth: true });
    expect(await sign('data')).toMatchObject({
      status: 401,
      body: { error: { message: expect.stringContaining('disableLocalAuth') } },
    });
    expect(await ask('data', await issuer.token({ azp: owner }))).toMatchObject({ status: 200 });
    expect(await startApp(issuer).sign('data')).toMatchObject({ status: 200 });
  });
});

async function claimsOf(token: Promise<string>): Promise<Record<string, unknown>> {
  return JSON.parse(Buffer.from((await token).split('.')[1] ?? '', 'base64url').toString());
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function unsigned(token: string, header: { alg: string }): string {
  return `${segment({ ...header, kid: issuer.key.kid, typ: 'JWT' })}.${token.split('.')[1]}.`;
}

/** HS256 with what everybody can read as the secret. */
async function keyConfusion(format: 'pem' | 'der'): Promise<string> {
  const [, payload] = (await issuer.token({ azp: owner })).split('.');
  const secret = issuer.key.publicKey.export({ type: 'spki', format: format as 'pem' });
  const signed = `${segment({ alg: 'HS256', kid: issuer.key.kid, typ: 'JWT' })}.${payload}`;
  return `${signed}.${createHmac('sha256', createSecretKey(Buffer.from(secret)))
    .update(signed)
    .digest('base64url')}`;
}

function changed(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return `${header}.${segment({ ...claims, azp: owner })}.${signature}`;
}

/** Brings the key along that it was signed with (RFC 7515, `jwk`). */
async function embedded(): Promise<string> {
  const { privateKey, publicKey } = newKey();
  return new SignJWT(await claimsOf(issuer.token({ azp: owner })))
    .setProtectedHeader({
      alg: 'RS256',
      kid: issuer.key.kid,
      jwk: publicKey.export({ format: 'jwk' }) as { kty: string },
    })
    .sign(privateKey);
}
