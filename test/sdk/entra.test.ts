// Signing in with Entra ID as applications do: the official credential against the emulator's issuer, and the official
// clients with that credential.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { ClientSecretCredential } from '@azure/identity';
import { decodeJwt } from 'jose';
import { type Emulator, type EmulatorResource, type EntraApplication, startEmulator } from 'acs-domicile/emulator';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatClient, identityClient } from './clients.js';

const clients = 'https://communication.azure.com/clients/.default';
const teams = 'https://auth.msft.communication.azure.com/.default';

let emulator: Emulator;
let resource: EmulatorResource;
let dispatcher: Agent;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  [resource] = emulator.resources as [EmulatorResource];
  dispatcher = new Agent({ connect: { ca: emulator.caCertificate } });
}, 60_000);
afterAll(async () => {
  await dispatcher?.close();
  await emulator?.dispose();
});

function credentialOf({ authorityHost, tenantId, clientId, clientSecret }: EntraApplication): ClientSecretCredential {
  return new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost,
    disableInstanceDiscovery: true,
    ...emulator.clientOptions,
  });
}

function signedInClient(application: EntraApplication): CommunicationIdentityClient {
  return new CommunicationIdentityClient(resource.endpoint, credentialOf(application), emulator.clientOptions);
}

async function post(url: string, body: string, headers: Record<string, string>) {
  const answer = await request(url, { method: 'POST', dispatcher, headers, body });
  return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
}

/** Asks the issuer's token endpoint. */
function grant(fields: Record<string, string>) {
  const { authorityHost, tenantId, clientId } = emulator.ready.entra;
  const form = new URLSearchParams({ client_id: clientId, ...fields });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return post(`${authorityHost}/${tenantId}/oauth2/v2.0/token`, form.toString(), headers);
}

async function userToken(scope: string, index = 0): Promise<string> {
  const { username, password } = emulator.ready.entraUsers[index] ?? { username: '', password: '' };
  const { status, body } = await grant({ grant_type: 'password', scope, username, password });
  expect(status).toBe(200);
  return String(body['access_token']);
}

/** As the credential of @azure/communication-common asks; that one trusts what its process trusts, and no option. */
function exchange(token: string) {
  const url = `${resource.endpoint}/access/entra/:exchangeAccessToken?api-version=2025-03-02-preview`;
  return post(url, '{}', { authorization: `Bearer ${token}`, 'content-type': 'application/json' });
}

describe('An application signed in with Entra ID', () => {
  it('creates users and issues their tokens, which are bound to no access key', async () => {
    const client = signedInClient(emulator.ready.entra);
    const { user, token } = await client.createUserAndToken(['chat']);
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ acsScope: 'chat' });
    expect(claims).not.toHaveProperty('key');
    const chat = chatClient(emulator, resource.endpoint, token);
    await expect(chat.createChatThread({ topic: 'Signed in' })).resolves.toMatchObject({
      chatThread: { topic: 'Signed in' },
    });
    const later = await client.getToken(user, ['chat', 'voip']);
    await client.revokeTokens(user);
    const revoked = chatClient(emulator, resource.endpoint, later.token);
    await expect(revoked.createChatThread({ topic: 'Too late' })).rejects.toMatchObject({ statusCode: 401 });
    await client.deleteUser(user);
  });

  it('gets nowhere when its right is for something else', async () => {
    await expect(signedInClient(emulator.ready.entraReader).createUser()).rejects.toMatchObject({
      statusCode: 403,
      message: expect.stringContaining('DOMICILE_ENTRA_DATA'),
    });
  });

  it('gets no token with a wrong secret', async () => {
    const client = signedInClient({ ...emulator.ready.entra, clientSecret: emulator.ready.entraReader.clientSecret });
    await expect(client.createUser()).rejects.toThrow('client_secret');
  });

  it('stays signed in wherever the clock of the product stands', async () => {
    const client = signedInClient(emulator.ready.entra);
    await client.createUser();
    await emulator.clock.advance('P400D');
    await expect(client.createUser()).resolves.toBeDefined();
    await emulator.reset();
  });

  it('gets a token for management when its client asks for one for an address of this machine', async () => {
    const { app } = emulator.ready.geographies['europe'] ?? { app: '' };
    const { token } = await credentialOf(emulator.ready.entra).getToken(`${app}/.default`);
    expect(decodeJwt(token)).toMatchObject({ aud: 'https://management.azure.com' });
  });

  it('stands in the audit trail with its id', async () => {
    const credential = credentialOf(emulator.ready.entra);
    const { token } = await credential.getToken('https://communication.azure.com//.default');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { status } = await post(
      `${resource.endpoint}/privacy/:identify?api-version=2026-12-01`,
      JSON.stringify({ identifiers: ['ada@contoso.example'] }),
      headers,
    );
    expect(status).toBe(200);
    const audit = await request(`${resource.endpoint}/privacy/audit?api-version=2026-12-01`, { dispatcher, headers });
    expect(await audit.body.json()).toMatchObject({ value: [{ caller: { entraId: emulator.ready.entra.clientId } }] });
  });
});

describe('A refresh token', () => {
  it('of a user brings new tokens, also for another service, but not to another application', async () => {
    const { username, password } = emulator.ready.entraUsers[1] ?? { username: '', password: '' };
    const first = await grant({ grant_type: 'password', scope: `${clients} offline_access`, username, password });
    const refreshToken = String(first.body['refresh_token']);
    const again = await grant({ grant_type: 'refresh_token', refresh_token: refreshToken, scope: teams });
    expect(decodeJwt(String(again.body['access_token']))).toMatchObject({
      aud: 'https://auth.msft.communication.azure.com',
      oid: emulator.ready.entraUsers[1]?.objectId,
    });
    const { clientId } = emulator.ready.entraReader;
    const stolen = await grant({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId });
    expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('of an application brings new tokens with its secret only', async () => {
    const { clientSecret } = emulator.ready.entra;
    const scope = 'https://communication.azure.com//.default offline_access';
    const first = await grant({ grant_type: 'client_credentials', scope, client_secret: clientSecret });
    const fields = { grant_type: 'refresh_token', refresh_token: String(first.body['refresh_token']) };
    expect(await grant(fields)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const again = await grant({ ...fields, client_secret: clientSecret });
    expect(decodeJwt(String(again.body['access_token']))).toMatchObject({ aud: 'https://communication.azure.com/' });
  });
});

describe('A Teams user', () => {
  const oidOf = (token: string) => String(decodeJwt(token)['oid']);
  const signedIn = async (token: string, clientId = emulator.ready.entra.clientId, userObjectId = oidOf(token)) =>
    identityClient(emulator, resource).getTokenForTeamsUser({ teamsUserAadToken: token, clientId, userObjectId });

  it('gets a token to call with, as long as that of Entra ID', async () => {
    const token = await userToken(teams);
    const answer = await signedIn(token);
    expect(decodeJwt(answer.token)).toMatchObject({
      skypeid: `orgid:${emulator.ready.entraUsers[0]?.objectId}`,
      acsScope: 'voip',
    });
    const end = (decodeJwt(token).exp ?? 0) * 1000;
    expect(Math.abs(answer.expiresOn.getTime() - end)).toBeLessThan(2_000);
  });

  it("gets none for another application or user, with a token for something else, or with an application's", async () => {
    const token = await userToken(teams);
    const otherwise = { statusCode: 400, code: 'ValidationError' };
    await expect(signedIn(token, emulator.ready.entraReader.clientId)).rejects.toMatchObject(otherwise);
    const otherUser = signedIn(token, undefined, emulator.ready.entraUsers[1]?.objectId);
    await expect(otherUser).rejects.toMatchObject(otherwise);
    await expect(signedIn(await userToken(clients))).rejects.toMatchObject({ statusCode: 401 });
    await expect(signedIn('e30.e30.e30', undefined, 'nobody')).rejects.toMatchObject({ statusCode: 401 });
    const { token: own } = await credentialOf(emulator.ready.entra).getToken(teams);
    await expect(signedIn(own)).rejects.toMatchObject({ statusCode: 401 });
    const chatsOnly = await userToken(teams.replace('.default', 'Teams.ManageChats'));
    await expect(signedIn(chatsOnly)).rejects.toMatchObject({ statusCode: 403 });
  });
});

describe('A user of Entra ID', () => {
  it('is the same communication user every time, may do what the token says, and is nobody else', async () => {
    const first = await exchange(await userToken(clients));
    expect(first).toMatchObject({ status: 200, body: { identity: { id: expect.stringMatching(/^8:acs:/) } } });
    const { identity, accessToken } = first.body as { identity: { id: string }; accessToken: { token: string } };
    expect(JSON.stringify(first.body)).not.toContain(emulator.ready.entraUsers[0]?.objectId);
    const chat = chatClient(emulator, resource.endpoint, accessToken.token);
    await expect(chat.createChatThread({ topic: 'Hello' })).resolves.toMatchObject({
      chatThread: { createdBy: { communicationUserId: identity.id } },
    });
    const again = await exchange(await userToken(clients.replace('.default', 'VoIP')));
    expect(again.body).toMatchObject({ identity });
    const calling = chatClient(
      emulator,
      resource.endpoint,
      (again.body as typeof first.body & { accessToken: { token: string } }).accessToken.token,
    );
    await expect(calling.createChatThread({ topic: 'Hello' })).rejects.toMatchObject({ statusCode: 403 });
    const other = await exchange(await userToken(clients, 1));
    expect(other.body).not.toMatchObject({ identity });
  });

  it('signs in with the official credentials in a process that trusts the CA', async () => {
    const { entra, entraUsers, ca } = emulator.ready;
    const script = `
      import { AzureCommunicationTokenCredential } from '@azure/communication-common';
      import { UsernamePasswordCredential } from '@azure/identity';
      const { entra, user, endpoint } = JSON.parse(process.argv[1]);
      const options = { authorityHost: entra.authorityHost, disableInstanceDiscovery: true };
      const { tenantId, clientId } = entra;
      const tokenCredential = new UsernamePasswordCredential(tenantId, clientId, user.username, user.password, options);
      const credential = new AzureCommunicationTokenCredential({ resourceEndpoint: endpoint, tokenCredential });
      console.log((await credential.getToken()).token);
      credential.dispose();
    `;
    const facts = JSON.stringify({ entra, user: entraUsers[0], endpoint: resource.endpoint });
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, facts], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: ca },
    });
    expect(decodeJwt(stdout.trim())).toMatchObject({ acsScope: 'chat,voip' });
  });

  it('gets none once the communication user is deleted, while it is being erased', async () => {
    const { body } = await exchange(await userToken(clients, 1));
    const communicationUserId = (body as { identity: { id: string } }).identity.id;
    await identityClient(emulator, resource).deleteUser({ communicationUserId });
    expect(await exchange(await userToken(clients, 1))).toMatchObject({
      status: 401,
      body: { error: { code: 'IdentityNotOwned' } },
    });
    await emulator.reset();
    expect(await exchange(await userToken(clients, 1))).toMatchObject({ status: 200 });
  });

  it('gets none with a token for something else, or as an application', async () => {
    expect(await exchange(await userToken(teams))).toMatchObject({ status: 401 });
    const { token } = await credentialOf(emulator.ready.entra).getToken(clients);
    expect(await exchange(token)).toMatchObject({ status: 401 });
  });

  it('gets none through an application that is not listed', async () => {
    const { username, password } = emulator.ready.entraUsers[0] ?? { username: '', password: '' };
    const { clientId } = emulator.ready.entraReader;
    const { body } = await grant({ grant_type: 'password', scope: clients, username, password, client_id: clientId });
    expect(await exchange(String(body['access_token']))).toMatchObject({ status: 403 });
  });
});
