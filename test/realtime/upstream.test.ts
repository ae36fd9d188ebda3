// Who may report as the service that keeps the WebSockets, and for whom: every way in that is not one.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestProcess, TestUser } from '../app/composed-app.js';
import { type LiveGeography, startLiveGeography } from './live-geography.js';

let live: LiveGeography;
let app: TestProcess;
let anna: TestUser;
let bert: TestUser;
/** What the service calls the one who opened a session last. */
let name: string;
let connectparams: object;

beforeAll(async () => {
  live = await startLiveGeography();
  app = await live.geography.start();
  [anna, bert] = [await app.newUser(), await app.newUser()];
  const session = await app.call<{ connectparams: object }>('live-open-session', { user: anna });
  connectparams = session.body.connectparams;
  name = String(live.service.calls.findLast(({ path }) => path === ':generateToken')?.query['userId']);
});
afterAll(() => live?.stop());

const ping = '5:7+::{"name":"ping"}';
const wordsOf = ({ token }: TestUser) =>
  `5:::${JSON.stringify({ name: 'user.authenticate', args: [{ headers: { 'X-Skypetoken': token }, connectparams }] })}`;
const reportWith = async (headers: Readonly<Record<string, string>>, user = anna) =>
  live.report(app, name, wordsOf(user), headers);

describe('A report of what a client says', () => {
  it('is taken with a token of the identity that the service has', async () => {
    const answer = await reportWith({ authorization: `Bearer ${await live.token()}` });
    expect(answer.status).toBe(200);
    expect(answer.headers['ce-connectionstate']).toBeDefined();
  });

  it('is refused without a token, and with one that nobody has issued', async () => {
    const none = await reportWith({ authorization: '' });
    const other = await reportWith({ authorization: 'Bearer a.b.c' });
    const ofUser = await reportWith({ authorization: `Bearer ${anna.token}` });
    expect([none.status, other.status, ofUser.status]).toEqual([401, 401, 401]);
  });

  it('is refused with a token for something else, and with one of an identity that is on no list', async () => {
    const foreign = await live.token({ aud: 'https://management.azure.com/' });
    const unlisted = await live.token({ azp: randomUUID() });
    expect((await reportWith({ authorization: `Bearer ${foreign}` })).status).toBe(401);
    expect((await reportWith({ authorization: `Bearer ${unlisted}` })).status).toBe(403);
  });

  it('is refused from another hub', async () => {
    expect((await reportWith({ 'ce-hub': 'other' })).status).toBe(403);
    expect((await reportWith({ 'ce-hub': 'ACS' })).status).toBe(200);
  });

  it('lets nobody in whose address it was not', async () => {
    expect((await reportWith({}, bert)).status).toBe(401);
    expect((await reportWith({}, anna)).status).toBe(200);
  });

  it('is refused of a connection that has never said whose it is', async () => {
    expect((await live.report(app, name, ping, {})).status).toBe(401);
  });
});

describe('A connection', () => {
  it('is refused with its next word when the access key that issued its token is made anew', async () => {
    const { say } = await live.connect(app, await app.newUser());
    expect((await say(ping)).status).toBe(200);
    const manager = await live.token({ aud: 'https://management.azure.com/' });
    const regenerated = await app.call('management-regenerate-key', {
      headers: { authorization: `Bearer ${manager}` },
      params: {
        subscriptionId: '00000000-0000-0000-0000-000000000000',
        resourceGroupName: 'domicile',
        communicationServiceName: 'contoso',
      },
      body: { keyType: 'Primary' },
    });
    expect(regenerated.status).toBe(200);
    expect((await say(ping)).status).toBe(401);
  });
});

describe('The service that asks whether it may report', () => {
  it('may when it is the one that is known, and no other', async () => {
    const ask = (origin: string) => app.call('live-allow-upstream', { headers: { 'webhook-request-origin': origin } });
    const own = await ask(live.service.host);
    expect([own.status, own.headers['webhook-allowed-origin']]).toEqual([200, live.service.host]);
    const foreign = await ask('other.webpubsub.azure.com');
    expect([foreign.status, foreign.headers['webhook-allowed-origin']]).toEqual([403, undefined]);
  });
});
