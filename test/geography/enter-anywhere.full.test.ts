import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSigningKeys, deriveSigningKey } from '../../shared/auth/signing-keys.js';
import { wellKnownMasterSecret } from '../../shared/auth/well-known.js';
import type { GeographySlug } from '../../shared/geography/index.js';
import { hopHeader, signHop } from '../../shared/passing/hop-token.js';
import { until } from '../emulator/command-line.js';
import { scanStorage } from '../scan/scan-storage.js';
import { memoryOf } from '../figures/measure.js';
import { newUser } from '../sdk/clients.js';
import { openCall, ownerCallOf, rawCall } from './raw-call.js';

let emulator: Emulator;
let home: EmulatorResource;
/** Base address of the other geography's app. */
let elsewhere: string;
let host: string;
const lines: string[] = [];

const newIdentity = '/identities?api-version=2023-10-01';

beforeAll(async () => {
  emulator = await startEmulator({
    ephemeral: true,
    geographies: ['europe', 'germany'],
    hostNames: ['contoso-europe.europe.example', 'nobody.europe.example', 'own.example', 'contoso.atlantis.example'],
    log: (line) => lines.push(line),
  });
  [home] = emulator.resources as [EmulatorResource];
  elsewhere = emulator.ready.geographies['germany']?.app ?? '';
  ({ host } = new URL(home.endpoint));
});
afterAll(() => emulator?.dispose());

/** What a geography would send; with the emulator's public secrets anybody can sign as one of its geographies. */
function hop(
  from: GeographySlug,
  request: { method: string; target: string },
  changes: { to?: GeographySlug; origin?: string; secret?: string; realNow?: number } = {},
): Record<string, string> {
  const secret = Buffer.from(changes.secret ?? wellKnownMasterSecret, 'base64');
  const keys = createSigningKeys(deriveSigningKey(secret, `hop-signing-key:${from}`));
  const url = `${changes.origin ?? home.httpEndpoint}${request.target}`;
  const token = signHop(
    { geography: from, keys },
    { to: changes.to ?? 'europe', request: { method: request.method, url }, budgetMs: 10_000, jti: randomUUID() },
    changes.realNow ?? Date.now(),
  );
  return { [hopHeader]: token };
}

const appOf = (slug: string) => emulator.ready.geographies[slug]?.app ?? '';
const ownHostOf = (slug: string) => new URL(appOf(slug)).host;
const socketsOf = (slug: string) => {
  const { pid = 0 } = emulator.ready.geographies[slug] ?? {};
  return readdirSync(`/proc/${pid}/fd`).length;
};

describe('A request that enters through another geography', () => {
  it('is answered by the home of its resource, signatures and links intact', async () => {
    const made = ownerCallOf(home, 'POST', newIdentity, { createTokenWithScopes: ['chat'] });
    const identity = await rawCall(elsewhere, made.host, made);
    expect(identity.status).toBe(201);
    const { identity: user, accessToken } = JSON.parse(identity.text) as {
      identity: { id: string };
      accessToken: { token: string };
    };
    expect(user.id).toContain(home.immutableResourceId);
    const thread = await rawCall(elsewhere, host, {
      method: 'POST',
      target: '/chat/threads?api-version=2025-03-15',
      headers: { authorization: `Bearer ${accessToken.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ topic: 'Weather' }),
    });
    expect(thread.status).toBe(201);
    expect(thread.headers.location?.startsWith(`${home.httpEndpoint}/chat/threads/`)).toBe(true);
    // A path with characters that platforms encode anew.
    const revoke = ownerCallOf(
      home,
      'POST',
      `/identities/${encodeURIComponent(user.id)}/:revokeAccessTokens?api-version=2023-10-01`,
    );
    expect((await rawCall(elsewhere, revoke.host, revoke)).status).toBe(204);
    const again = { ...revoke, headers: { ...revoke.headers, 'x-ms-date': new Date(0).toUTCString() } };
    expect((await rawCall(elsewhere, again.host, again)).status).toBe(401);
  });

  it('gets the public keys and the errors of its home too', async () => {
    const keys = await rawCall(elsewhere, host, { target: '/.well-known/jwks.json' });
    expect(keys.status).toBe(200);
    expect(keys.headers['x-ms-invocation-id']).not.toContain(',');
    const unknown = await rawCall(elsewhere, host, { target: '/no/such/route' });
    expect(unknown).toMatchObject({ status: 404, headers: { 'x-ms-error-code': 'NotFound' } });
    const unsigned = await rawCall(elsewhere, host, { method: 'POST', target: newIdentity });
    expect(unsigned).toMatchObject({ status: 401, headers: { 'x-ms-error-code': 'Denied' } });
  });

  it('is passed on by the name of its host, and nowhere when no geography has the resource', async () => {
    const named = await rawCall(elsewhere, 'contoso-europe.europe.example', { method: 'POST', target: newIdentity });
    expect(named.headers['x-ms-error-code']).toBe('Denied');
    for (const unknown of ['nobody.europe.example', 'localhost:1', 'own.example', 'contoso.atlantis.example']) {
      const answer = await rawCall(elsewhere, unknown, { method: 'POST', target: newIdentity });
      expect(answer).toMatchObject({ status: 404, headers: { 'x-ms-error-code': 'ResourceNotFound' } });
    }
  });

  it('cannot be led astray by what its headers and its path say', async () => {
    const call = ownerCallOf(home, 'POST', newIdentity);
    const forwarded = {
      'x-forwarded-host': 'evil.example',
      'x-original-host': 'evil.example',
      'x-waws-unencoded-url': '/evil',
      connection: 'x-nothing',
      'x-nothing': 'of this connection',
      te: 'trailers',
    };
    const answer = await rawCall(elsewhere, call.host, { ...call, headers: { ...call.headers, ...forwarded } });
    expect(answer.status).toBe(201);
    const path = await rawCall(elsewhere, host, { target: '//127.0.0.1:1/identities?api-version=2023-10-01' });
    expect(path.status).toBe(404);
  });
});

describe('The hop header', () => {
  const request = { method: 'POST', target: newIdentity };
  const send = (headers: Record<string, string>, base = appOf('europe'), to = ownHostOf('europe')) =>
    rawCall(base, to, { ...request, headers });

  it('makes the home answer at the host that the client addressed', async () => {
    const { headers = {} } = ownerCallOf(home, 'POST', newIdentity);
    expect((await send({ ...headers, ...hop('germany', request) })).status).toBe(201);
    // Without it the signature is over another host than the one asked.
    expect((await send(headers)).status).toBe(401);
  });

  it('is refused when it is forged, for somebody or something else, or older than a minute', async () => {
    const { headers = {} } = ownerCallOf(home, 'POST', newIdentity);
    const [valid = ''] = Object.values(hop('germany', request));
    const wrong: Record<string, string>[] = [
      { [hopHeader]: 'x' },
      { [hopHeader]: `${valid.slice(0, -4)}AAAA` },
      { [hopHeader]: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${valid.split('.')[1]}.` },
      hop('germany', request, { secret: Buffer.alloc(32).toString('base64') }),
      // Somebody's own key for somebody else's name.
      hop('uk', request),
      hop('europe', request),
      hop('germany', request, { to: 'germany' }),
      hop('germany', { ...request, target: '/chat/threads?api-version=2025-03-15' }),
      hop('germany', { ...request, method: 'GET' }),
      hop('germany', request, { realNow: Date.now() - 61_000 }),
      hop('germany', request, { realNow: Date.now() + 120_000 }),
    ];
    for (const each of wrong) {
      expect((await send({ ...headers, ...each })).status).toBe(403);
    }
    expect((await send({ ...headers, ...hop('germany', request, { realNow: Date.now() - 50_000 }) })).status).toBe(201);
  });

  it('is never passed on again: a second hop is a loop', async () => {
    const loop = hop('europe', request, { to: 'germany' });
    const answer = await send(loop, appOf('germany'), ownHostOf('germany'));
    expect(answer).toMatchObject({ status: 508, headers: { 'x-ms-error-code': 'LoopDetected' } });
    // A forged one on the way in is not passed on either.
    expect((await send({ [hopHeader]: 'x' }, elsewhere, host)).status).toBe(403);
  });
});

describe('The question whose host it is', () => {
  it('is answered to other geographies only', async () => {
    const request = { method: 'HEAD', target: '/.domicile/host' };
    const ask = async (headers: Record<string, string>) =>
      (await rawCall(appOf('europe'), ownHostOf('europe'), { ...request, headers })).status;
    expect(await ask(hop('germany', request))).toBe(204);
    expect(await ask(hop('germany', request, { origin: 'https://nobody.example' }))).toBe(404);
    expect(await ask(hop('germany', request, { realNow: Date.now() - 61_000 }))).toBe(404);
    expect(await ask({})).toBe(404);
  });
});

describe('Large and broken requests', () => {
  it('pass through unread: the home refuses 30 MB, and the passer does not grow', async () => {
    const user = await newUser(emulator, home);
    const { chatThread } = await user.chat.createChatThread({ topic: 'Images' });
    const target = `/chat/threads/${encodeURIComponent(chatThread?.id ?? '')}/images?api-version=2025-03-15`;
    const headers = { authorization: `Bearer ${user.token}`, 'content-type': 'image/png', 'image-filename': 'a.png' };
    const { pid = 0 } = emulator.ready.geographies['germany'] ?? {};
    const refused = async (name: string, value: string) => {
      const body = Buffer.alloc(30_000_000, 'image');
      const sent = { ...headers, [name]: value };
      const answer = await rawCall(elsewhere, host, { method: 'POST', target, headers: sent, body });
      expect(answer).toMatchObject({ status: 413, headers: { 'x-ms-error-code': 'RequestBodyTooLarge' } });
    };
    await refused('content-length', '30000000'); // warms up what is made once
    const before = memoryOf([pid]);
    for (let n = 0; n < 2; n++) {
      await refused('content-length', '30000000');
      await refused('transfer-encoding', 'chunked');
    }
    expect(memoryOf([pid]) - before).toBeLessThan(60);
    const body = Buffer.alloc(20 * 1_048_576, 'image');
    const taken = await rawCall(elsewhere, host, { method: 'POST', target, headers, body });
    expect(taken.status).toBe(201);
  });

  it('leave no connection behind when the client hangs up', async () => {
    const { pid = 0 } = emulator.ready.geographies['germany'] ?? {};
    expect(pid).toBeGreaterThan(0);
    const user = await newUser(emulator, home);
    const { chatThread } = await user.chat.createChatThread({ topic: 'Images' });
    const path = `/chat/threads/${encodeURIComponent(chatThread?.id ?? '')}/images`;
    const headers = {
      authorization: `Bearer ${user.token}`,
      'content-type': 'image/png',
      'image-filename': 'hung-up-on.png',
    };
    const image = Buffer.alloc(20 * 1_048_576, 'image');
    const target = `${path}?api-version=2025-03-15`;
    const taken = await rawCall(elsewhere, host, { method: 'POST', target, headers, body: image });
    const { id } = JSON.parse(taken.text) as { id: string };
    const [atHome, atPasser] = [socketsOf('europe'), socketsOf('germany')];
    const marks = [user.id, chatThread?.id ?? '', 'hung-up-on.png'];
    const stored = async (slug: string) => {
      const { hits, scanned } = await scanStorage(emulator.ready.geographies[slug]?.storage ?? '', marks);
      // Not how many rows there are: a timer may write one of its own meanwhile.
      return { hits, blobs: scanned.blobs };
    };
    const [storedAtHome, storedAtPasser] = [await stored('europe'), await stored('germany')];
    expect(storedAtHome.hits.length).toBeGreaterThan(3);
    expect(storedAtPasser.hits).toEqual([]);
    for (let n = 0; n < 4; n++) {
      const upload = openCall(elsewhere, host, { method: 'POST', target, headers });
      upload.on('error', () => undefined);
      upload.write(image.subarray(0, 1_000_000));
      await once(upload, 'drain');
      upload.destroy();
      const get = { target: `${path}/${id}/views/original?api-version=2025-03-15`, headers };
      const download = openCall(elsewhere, host, get);
      download.end();
      const [answer] = await once(download, 'response');
      expect(answer.statusCode).toBe(200);
      await once(answer, 'data');
      download.destroy();
    }
    // Idle connections to the other and to the storage may be kept; what was hung up on may not.
    await until(() => socketsOf('germany') <= atPasser + 2 && socketsOf('europe') <= atHome + 5, 10_000);
    // Of an upload that broke off nothing is kept, at either end; what was begun is taken back a moment later.
    await expect.poll(() => stored('europe'), { timeout: 10_000 }).toEqual(storedAtHome);
    expect(await stored('germany')).toEqual(storedAtPasser);
    expect(lines.join('\n')).not.toContain(user.id);
  });
});

describe('A function app that dies', () => {
  it('is away for a moment: 502 from the others, then all is as before, also when it was the one that passes on', async () => {
    const send = async () => {
      const call = ownerCallOf(home, 'POST', newIdentity);
      return (await rawCall(elsewhere, call.host, call).catch(() => undefined))?.status;
    };
    for (const slug of ['europe', 'germany'] as const) {
      expect(await send()).toBe(201);
      process.kill(emulator.ready.geographies[slug]?.pid ?? 0, 'SIGKILL');
      const seen = new Set<number | undefined>();
      await until(async () => {
        seen.add(await send());
        return seen.has(201) && seen.size > 1;
      }, 20_000);
      expect(seen).toContain(slug === 'europe' ? 502 : undefined);
    }
  });
});
