import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityClient } from './clients.js';
import { signedCall } from './signed-call.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

const call = (path: string, body: unknown) => signedCall(europe, 'POST', `${path}?api-version=2022-10-01`, body);

describe('Identity refuses as recorded', () => {
  it('a life of a token that is too long or no number', async () => {
    for (const expiresInMinutes of [1441, 59, 'long']) {
      expect(await call('/identities', { createTokenWithScopes: ['chat'], expiresInMinutes })).toMatchObject({
        status: 400,
        body: {
          error: {
            code: 'ValidationError',
            message: 'ExpiresInMinutes value is invalid. Value must be within the [60, 1440] interval.',
            target: 'ExpiresInMinutes',
          },
        },
      });
    }
  });

  it('a token without scopes', async () => {
    const { communicationUserId } = await identityClient(emulator, europe).createUser();
    const issue = async (scopes: unknown) =>
      (await call(`/identities/${communicationUserId}/:issueAccessToken`, { scopes, expiresInMinutes: null })).body;
    expect(await issue([])).toEqual({
      error: { code: 'ValidationError', message: 'Invalid scopes - Scopes field is required.', target: 'Scopes' },
    });
    expect(await issue(null)).toEqual({
      error: { code: 'ValidationError', message: 'Scopes: The Scopes field is required.', target: 'Scopes' },
    });
    expect(await issue(['chat', 'fly'])).toMatchObject({ error: { code: 'ValidationError' } });
  });

  it('a Teams token that is empty, and an exchange that does not say for whom', async () => {
    const exchange = (body: object) => call('/teamsUser/:exchangeAccessToken', body);
    for (const token of ['', 'e30.e30.e30']) {
      expect(await exchange({ token, appId: 'app', userId: 'user' })).toMatchObject({
        status: 401,
        body: { error: { code: 'InvalidAccessToken', message: 'Provided access token is not valid.' } },
      });
    }
    expect(await exchange({ token: 'e30.e30.e30', appId: '', userId: 'user' })).toMatchObject({
      status: 400,
      body: { error: { code: 'ValidationError', message: 'AppId: The AppId field is required.', target: 'AppId' } },
    });
  });
});
