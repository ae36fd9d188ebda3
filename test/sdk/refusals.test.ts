import { createHash, createHmac } from 'node:crypto';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deriveSigningKey, wellKnownMasterSecret } from '../../shared/auth/index.js';
import { chatClient, collect, identityClient, newUser, type TestUser } from './clients.js';

const version = 'api-version=2023-10-01';
const chatVersion = 'api-version=2025-03-15';

interface Signed {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly key: string;
  readonly date?: Date;
  /** What is sent instead of what was signed. */
  readonly sent?: { readonly path?: string; readonly body?: string };
}

describe.each([
  ['as sent', false],
  ['re-encoded by the host', true],
])('With paths %s', (_title, reencodePaths) => {
  let emulator: Emulator;
  let europe: EmulatorResource;
  let america: EmulatorResource;
  let anna: TestUser;
  let threadId: string;
  let agent: Agent;

  beforeAll(async () => {
    emulator = await startEmulator({ ephemeral: true, reencodePaths });
    [europe, america] = emulator.resources as [EmulatorResource, EmulatorResource];
    agent = new Agent({ connect: { ca: emulator.caCertificate } });
    anna = await newUser(emulator, europe);
    const { chatThread } = await anna.chat.createChatThread({ topic: 'Door' });
    threadId = chatThread?.id ?? '';
  });
  afterAll(async () => {
    await agent?.close();
    await emulator?.dispose();
  });

  async function call(method: string, path: string, options: { headers?: Record<string, string>; body?: string } = {}) {
    const answer = await request(`${europe.endpoint}${path}`, {
      method: method as 'GET',
      dispatcher: agent,
      headers: options.headers ?? {},
      ...(options.body !== undefined && { body: options.body }),
    });
    const text = await answer.body.text();
    const { error } = (text === '' ? {} : JSON.parse(text)) as {
      error?: { code: string; message: string; innererror?: { code: string } };
    };
    return { status: answer.statusCode, code: error?.code, error, headers: answer.headers };
  }

  function sendSigned({ method, path, body = '', key, date = new Date(), sent = {} }: Signed) {
    const hash = createHash('sha256').update(body).digest('base64');
    const text = `${method}\n${path}\n${date.toUTCString()};${new URL(europe.endpoint).host};${hash}`;
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
    const sentBody = sent.body ?? body;
    return call(method, sent.path ?? path, {
      headers: {
        'x-ms-date': date.toUTCString(),
        'x-ms-content-sha256': hash,
        authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
        ...(sentBody !== '' && { 'content-type': 'application/json' }),
      },
      ...(sentBody !== '' && { body: sentBody }),
    });
  }

  const createPath = `/identities?${version}`;
  const issuePath = () => `/identities/${encodeURIComponent(anna.id)}/:issueAccessToken?${version}`;
  const issueBody = JSON.stringify({ scopes: ['chat'] });

  it('accepts what is signed as it should be', async () => {
    expect((await sendSigned({ method: 'POST', path: createPath, key: europe.accessKey })).status).toBe(201);
    expect(
      (await sendSigned({ method: 'POST', path: issuePath(), body: issueBody, key: europe.accessKey })).status,
    ).toBe(200);
  });

  it('refuses a wrong key, a changed body, a changed path, an old date and the key of another resource', async () => {
    const good = { method: 'POST', path: issuePath(), body: issueBody, key: europe.accessKey };
    const refused: Signed[] = [
      { ...good, key: Buffer.alloc(64, 7).toString('base64') },
      { ...good, key: america.accessKey },
      { ...good, sent: { body: JSON.stringify({ scopes: ['voip'] }) } },
      { ...good, sent: { path: issuePath().replace('issueAccessToken', 'revokeAccessTokens') } },
      { ...good, sent: { path: `${issuePath()}&more=1` } },
      { ...good, date: new Date(Date.now() - 16 * 60_000) },
      { ...good, date: new Date(Date.now() + 16 * 60_000) },
    ];
    for (const each of refused) {
      expect(await sendSigned(each)).toMatchObject({ status: 401, code: 'Denied' });
    }
    expect(await call('POST', createPath)).toMatchObject({ status: 401, code: 'Denied' });
  });

  it('tells the developer which line of the string-to-sign differs', async () => {
    const { error } = await sendSigned({
      method: 'POST',
      path: createPath,
      key: Buffer.from(europe.accessKey).toString('base64'),
    });
    expect(error?.innererror?.code).toBe('SignatureDiagnosis');
    expect(JSON.stringify(error)).not.toContain(europe.accessKey);
  });

  describe('a chat request', () => {
    const listThreads = (token: string) =>
      call('GET', `/chat/threads?${chatVersion}`, { headers: { authorization: `Bearer ${token}` } });
    const claims = (more: object = {}) => ({
      iss: 'domicile/europe',
      skypeid: anna.id.slice(2),
      scp: 1792,
      csi: String(Math.floor(Date.now() / 1000)),
      rgn: 'europe',
      acsScope: 'chat',
      resourceId: europe.immutableResourceId,
      resourceLocation: 'europe',
      gen: 1,
      key: 'primary',
      keyGen: 1,
      ...more,
    });
    const now = () => Math.floor(Date.now() / 1000);

    async function forge(more: object, { iat = now(), exp = now() + 3600 } = {}) {
      const key = deriveSigningKey(Buffer.from(wellKnownMasterSecret, 'base64'), 'token-signing-key:europe');
      const { keys } = (await (await fetch(`${europe.httpEndpoint}/.well-known/jwks.json`)).json()) as {
        keys: { kid: string }[];
      };
      return new SignJWT(claims(more))
        .setProtectedHeader({ alg: 'ES256', kid: keys[0]?.kid ?? '', typ: 'JWT' })
        .setIssuedAt(iat)
        .setExpirationTime(exp)
        .sign(key);
    }

    it('is accepted with a token that was signed with the right key: the forgery below differs in one thing each', async () => {
      expect((await listThreads(await forge({}))).status).toBe(200);
    });

    it('is refused with a token that is expired, of another resource, or of another issuer', async () => {
      const american = await newUser(emulator, america);
      const tokens = [
        await forge({}, { iat: now() - 7200, exp: now() - 1 }),
        await forge({ resourceId: america.immutableResourceId }),
        await forge({ iss: 'domicile/unitedstates' }),
        await forge({ keyGen: 2 }),
        american.token,
      ];
      for (const token of tokens) {
        expect(await listThreads(token)).toMatchObject({ status: 401, code: 'Unauthorized' });
      }
    });

    it('is refused with a token without signature, with a foreign key, or with the public key as a secret', async () => {
      const foreign = await generateKeyPair('ES256');
      const jwk = await exportJWK(foreign.publicKey);
      const unsigned = new UnsecuredJWT(claims()).setIssuedAt().setExpirationTime('1h').encode();
      const kid = (await forge({})).split('.')[0] ?? '';
      const { kid: ours } = JSON.parse(Buffer.from(kid, 'base64url').toString()) as { kid: string };
      const withForeignKey = await new SignJWT(claims())
        .setProtectedHeader({ alg: 'ES256', kid: ours })
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(foreign.privateKey);
      const withPublicKeyAsSecret = await new SignJWT(claims())
        .setProtectedHeader({ alg: 'HS256', kid: ours })
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(Buffer.from(JSON.stringify(jwk)));
      for (const token of [unsigned, withForeignKey, withPublicKeyAsSecret, 'nonsense', '']) {
        expect(await listThreads(token)).toMatchObject({ status: 401, code: 'Unauthorized' });
      }
    });

    it('is refused with a revoked token', async () => {
      const bert = await newUser(emulator, europe);
      await identityClient(emulator, europe).revokeTokens({ communicationUserId: bert.id });
      expect(await listThreads(bert.token)).toMatchObject({ status: 401, code: 'Unauthorized' });
    });

    it('is refused when the scope does not suffice', async () => {
      const identity = identityClient(emulator, europe);
      const joiner = await identity.createUserAndToken(['chat.join']);
      const chat = chatClient(emulator, europe.endpoint, joiner.token);
      await expect(chat.createChatThread({ topic: 'no' })).rejects.toMatchObject({
        statusCode: 403,
        code: 'Forbidden',
      });
      expect(await collect(chat.listChatThreads())).toEqual([]);
      const caller = await identity.createUserAndToken(['voip']);
      await expect(
        collect(chatClient(emulator, europe.endpoint, caller.token).listChatThreads()),
      ).rejects.toMatchObject({ statusCode: 403 });
    });

    it('is refused with an access key, and an identity request with a token', async () => {
      const path = `/chat/threads?${chatVersion}`;
      expect(await sendSigned({ method: 'GET', path, key: europe.accessKey })).toMatchObject({
        status: 401,
        code: 'Unauthorized',
      });
      const bearer = await call('POST', createPath, { headers: { authorization: `Bearer ${anna.token}` } });
      expect(bearer).toMatchObject({ status: 401, code: 'Denied' });
    });
  });

  describe('everything else', () => {
    const bearer = () => ({ authorization: `Bearer ${anna.token}`, 'content-type': 'application/json' });
    const messages = () => `/chat/threads/${encodeURIComponent(threadId)}/messages?${chatVersion}`;

    it('answers what it does not know with the error body of ACS, never empty', async () => {
      expect(await call('GET', `/nowhere?${version}`)).toMatchObject({ status: 404, code: 'NotFound' });
      expect(await call('GET', '/')).toMatchObject({ status: 404, code: 'NotFound' });
      const wrongMethod = await call('PUT', createPath);
      expect(wrongMethod).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
      expect(wrongMethod.headers['allow']).toBe('POST');
      expect(await call('POST', '/identities')).toMatchObject({ status: 400, code: 'ApiVersionUnspecified' });
      expect(await call('POST', '/identities?api-version=2020-01-01')).toMatchObject({
        status: 400,
        code: 'UnsupportedApiVersion',
      });
    });

    it.each([
      ['POST', '/access/teamsExtension/:exchangeAccessToken?api-version=2026-07-22'],
      ['GET', '/calling/recordings/99420727470484885?api-version=2026-03-12'],
      ['POST', '/calling/recordings/a%3Ab:pause?api-version=2026-03-12'],
      ['DELETE', '/calling/recordings/%2B14255550123?api-version=2026-03-12'],
    ])('says of %s %s that ACS has it and that it is not there yet', async (method, path) => {
      const answer = await call(method, path, { headers: { 'x-ms-client-request-id': 'mine' } });
      expect(answer).toMatchObject({
        status: 501,
        code: 'NotImplemented',
        error: { message: expect.stringContaining('docs/operations.md') },
      });
      expect(answer.headers).toMatchObject({ 'x-ms-error-code': 'NotImplemented', 'x-ms-client-request-id': 'mine' });
    });

    it('says so at the host of a resource, for a version of the service, and for the method of the operation', async () => {
      const path = '/access/teamsExtension/:exchangeAccessToken?api-version=2025-06-30';
      const app = emulator.ready.geographies['europe']?.app.replace('https:', 'http:') ?? '';
      const at = async (host: string) => {
        const { statusCode, body } = await request(`${app}${path}`, {
          method: 'POST',
          headers: { host },
        });
        return { status: statusCode, body: await body.json() };
      };
      expect(await at(new URL(america.httpEndpoint).host)).toMatchObject({ status: 501 });
      expect(await at('nobody.localhost')).toMatchObject({
        status: 404,
        body: { error: { code: 'ResourceNotFound' } },
      });
      expect(await call('POST', '/access/teamsExtension/:exchangeAccessToken')).toMatchObject({
        status: 400,
        code: 'ApiVersionUnspecified',
      });
      expect(await call('POST', path.replace('2025', '2035'))).toMatchObject({
        status: 400,
        code: 'UnsupportedApiVersion',
      });
      const wrongMethod = await call('PUT', path);
      expect(wrongMethod).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
      expect(wrongMethod.headers['allow']).toBe('POST');
    });

    it.each(['2021-03-07', '2022-06-01', '2022-10-01', '2023-10-01'])(
      'accepts the published version %s',
      async (each) => {
        const path = `/identities?api-version=${each}`;
        expect((await sendSigned({ method: 'POST', path, key: europe.accessKey })).status).toBe(201);
      },
    );

    it('answers malformed, wrong and oversized bodies with what is wrong', async () => {
      const send = (body: string, headers = bearer()) => call('POST', messages(), { headers, body });
      expect(await send('{"content":')).toMatchObject({ status: 400, code: 'BadRequest' });
      expect(await send('[]')).toMatchObject({ status: 400, code: 'BadRequest' });
      const several = await send(JSON.stringify({ content: 7, type: 'x', metadata: { mine: 7 } }));
      const details = ['content', 'type', 'metadata'].map((target) => expect.objectContaining({ target }));
      expect(several).toMatchObject({ status: 400, error: { target: 'content', details } });
      const unknownType = await send(JSON.stringify({ content: 'x', type: 'topicUpdated' }));
      expect(unknownType).toMatchObject({ status: 400, error: { message: expect.stringContaining('"type"') } });
      expect(await send(JSON.stringify({ content: '' }))).toMatchObject({ status: 400, code: 'BadRequest' });
      expect(await send(JSON.stringify({ content: 'x'.repeat(29_000) }))).toMatchObject({
        status: 400,
        error: { message: 'Message size exceeded.' },
      });
      expect(await send(JSON.stringify({ content: 'x'.repeat(400_000) }))).toMatchObject({
        status: 413,
        code: 'RequestBodyTooLarge',
      });
      expect(await send('content=x', { ...bearer(), 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    });

    it('answers wrong parameters with what is wrong', async () => {
      const get = (path: string) => call('GET', path, { headers: bearer() });
      for (const query of ['maxPageSize=0', 'maxPageSize=many', 'startTime=yesterday', 'syncState=!']) {
        expect(await get(`${messages()}&${query}`)).toMatchObject({ status: 400, code: 'BadRequest' });
      }
      expect(await get(`/chat/threads/not-a-thread/messages?${chatVersion}`)).toMatchObject({ status: 400 });
      const message = (id: string) =>
        get(`/chat/threads/${encodeURIComponent(threadId)}/messages/${id}?${chatVersion}`);
      expect(await message('12345')).toMatchObject({ status: 404, code: 'NotFound' });
      expect(await message('x')).toMatchObject({ status: 404, code: 'NotFound' });
    });

    it('names itself, the supported versions and the request of the client in every answer', async () => {
      const answer = await call('GET', `/chat/threads?${chatVersion}`, {
        headers: { ...bearer(), 'x-ms-client-request-id': 'my-request' },
      });
      expect(answer.headers).toMatchObject({
        'x-ms-client-request-id': 'my-request',
        'api-supported-versions': expect.stringContaining('2025-03-15'),
        'ms-cv': expect.stringMatching(/^[A-Za-z0-9+/]{22}\.0$/),
      });
    });

    it('lets pages of this machine in, and no others', async () => {
      const from = (origin: string) => ({ headers: { ...bearer(), origin }, body: JSON.stringify({ content: 'No' }) });
      expect(await call('POST', messages(), from('https://page.example'))).toMatchObject({ status: 403 });
      const preflight = await call('OPTIONS', messages(), {
        headers: {
          origin: 'http://localhost:3000',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers['access-control-allow-origin']).toBe('http://localhost:3000');
      expect(preflight.headers['access-control-allow-headers']).toContain('authorization');
      const body = JSON.stringify({ content: 'Hello' });
      const sent = await call('POST', messages(), { headers: { ...bearer(), origin: 'http://localhost:3000' }, body });
      expect(sent).toMatchObject({ status: 201, headers: { 'access-control-allow-origin': 'http://localhost:3000' } });
      expect(String(sent.headers['access-control-expose-headers']).split(', ')).toEqual(
        expect.arrayContaining(['location', 'x-ms-request-id', 'api-supported-versions']),
      );
    });
  });
});
