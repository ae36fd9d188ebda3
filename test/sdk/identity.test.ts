import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSigningKeys, deriveRsaKey, signJws, wellKnownMasterSecret } from '../../shared/auth/index.js';
import { chatClient, collect, identityClient, newUser } from './clients.js';

let emulator: Emulator;
let europe: EmulatorResource;
let america: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe', 'unitedstates'], instances: 2 });
  [europe, america] = emulator.resources as [EmulatorResource, EmulatorResource];
});
afterAll(() => emulator?.dispose());

const unauthorized = { statusCode: 401, code: 'Unauthorized' };
const notOwned = { statusCode: 401, code: 'IdentityNotOwned' };

describe('The official identity client', () => {
  it('creates an identity of the resource', async () => {
    const user = await identityClient(emulator, europe).createUser();
    expect(user.communicationUserId).toMatch(new RegExp(`^8:acs:${europe.immutableResourceId}_[0-9a-f-]{36}$`));
  });

  it('creates an identity with a token that says what a token says', async () => {
    const before = Date.now();
    const { user, token, expiresOn } = await identityClient(emulator, europe).createUserAndToken(
      ['chat', 'voip.join'],
      {
        tokenExpiresInMinutes: 60,
      },
    );
    expect(decodeJwt(token)).toMatchObject({
      skypeid: user.communicationUserId.slice('8:'.length),
      acsScope: 'chat,voip.join',
      resourceId: europe.immutableResourceId,
      resourceLocation: 'europe',
      csi: expect.stringMatching(/^\d{10}$/),
    });
    const minutes = (expiresOn.getTime() - before) / 60_000;
    expect(minutes).toBeGreaterThan(59);
    expect(minutes).toBeLessThan(61);
  });

  it('issues tokens that others can verify with the public keys', async () => {
    const { token } = await identityClient(emulator, europe).createUserAndToken(['chat']);
    const answer = await fetch(`${europe.httpEndpoint}/.well-known/jwks.json`);
    const { keys } = (await answer.json()) as { keys: object[] };
    expect(keys[0]).not.toHaveProperty('d');
    const keySet = createRemoteJWKSet(new URL(`${europe.httpEndpoint}/.well-known/jwks.json`));
    const { protectedHeader } = await jwtVerify(token, keySet);
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'JWT' });
  });

  it('issues tokens that the public keys of callbacks do not verify: those are for callbacks only', async () => {
    const keySet = createRemoteJWKSet(new URL(`${europe.httpEndpoint}/calling/keys`));
    const { token } = await identityClient(emulator, europe).createUserAndToken(['chat']);
    await expect(jwtVerify(token, keySet)).rejects.toThrow('no applicable key');
    const key = deriveRsaKey(Buffer.from(wellKnownMasterSecret, 'base64'), 'callback-signing-key');
    const callback = signJws(createSigningKeys(key), 'JWT', { aud: europe.immutableResourceId });
    const { protectedHeader } = await jwtVerify(callback, keySet, { algorithms: ['RS256'] });
    expect(protectedHeader.alg).toBe('RS256');
  });

  it.each([59, 1441])('refuses a token life of %i minutes', async (tokenExpiresInMinutes) => {
    const identity = identityClient(emulator, europe);
    await expect(identity.createUserAndToken(['chat'], { tokenExpiresInMinutes })).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  it('revokes: older tokens are refused at once here and within two seconds elsewhere, newer ones work', async () => {
    const identity = identityClient(emulator, europe);
    const anna = await newUser(emulator, europe);
    const elsewhere = chatClient(emulator, europe.instanceEndpoints[0] ?? '', anna.token);
    expect(await collect(elsewhere.listChatThreads())).toEqual([]);
    const user = { communicationUserId: anna.id };
    await identity.revokeTokens(user);
    await expect(collect(anna.chat.listChatThreads())).rejects.toMatchObject(unauthorized);
    const revokedAt = performance.now();
    await expect
      .poll(() => collect(elsewhere.listChatThreads()).catch((error: { statusCode: number }) => error.statusCode), {
        timeout: 5_000,
        interval: 50,
      })
      .toBe(401);
    expect(performance.now() - revokedAt).toBeLessThan(2_500);
    const { token } = await identity.getToken(user, ['chat']);
    expect(await collect(chatClient(emulator, europe.endpoint, token).listChatThreads())).toEqual([]);
  });

  it('deletes: tokens are dead, none is issued any more, and deleting again succeeds', async () => {
    const identity = identityClient(emulator, europe);
    const anna = await newUser(emulator, europe);
    const elsewhere = chatClient(emulator, europe.instanceEndpoints[0] ?? '', anna.token);
    const user = { communicationUserId: anna.id };
    await identity.deleteUser(user);
    await expect(collect(anna.chat.listChatThreads())).rejects.toMatchObject(unauthorized);
    await expect(identity.getToken(user, ['chat'])).rejects.toMatchObject(notOwned);
    await expect(identity.revokeTokens(user)).rejects.toMatchObject(notOwned);
    await identity.deleteUser(user);
    await expect
      .poll(() => collect(elsewhere.listChatThreads()).catch((error: { statusCode: number }) => error.statusCode), {
        timeout: 3_000,
      })
      .toBe(401);
  });

  it('does not touch identities of another resource, nor invented ones', async () => {
    const identity = identityClient(emulator, europe);
    const american = await newUser(emulator, america);
    const invented = `${american.id.slice(0, -1)}${american.id.endsWith('0') ? '1' : '0'}`.replace(
      america.immutableResourceId,
      europe.immutableResourceId,
    );
    for (const communicationUserId of [american.id, invented, '8:acs:nonsense', '4:+15551234567']) {
      const user = { communicationUserId };
      await expect(identity.getToken(user, ['chat'])).rejects.toMatchObject(notOwned);
      await expect(identity.revokeTokens(user)).rejects.toMatchObject(notOwned);
      await expect(identity.deleteUser(user)).rejects.toMatchObject(notOwned);
    }
    expect(await collect(american.chat.listChatThreads())).toEqual([]);
  });

  it('lets a token die when its time has come, by the product clock', async () => {
    const { token } = await identityClient(emulator, europe).createUserAndToken(['chat'], {
      tokenExpiresInMinutes: 60,
    });
    const chat = chatClient(emulator, europe.endpoint, token);
    expect(await collect(chat.listChatThreads())).toEqual([]);
    await emulator.clock.advance('PT59M');
    expect(await collect(chat.listChatThreads())).toEqual([]);
    await emulator.clock.advance('PT2M');
    await expect(collect(chat.listChatThreads())).rejects.toMatchObject(unauthorized);
    // Signatures are checked by real time, so the keys still work.
    await identityClient(emulator, europe).createUser();
  });
});
