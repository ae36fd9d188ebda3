// The master secret of a geography gets a successor while resources, tokens, persons and opt-outs are there: nobody is shut
// out, what was kept is still found, and at last the old one opens nothing.
import { randomUUID } from 'node:crypto';
import { compactVerify, createLocalJWKSet } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { deriveAccessKey } from '../../shared/auth/index.js';
import { wellKnownSecretOf } from '../../shared/auth/well-known.js';
import { isSuppressed } from '../../shared/email/index.js';
import { resources } from '../../shared/resources/index.js';
import { callApp, type CallOptions, composeOn, type TestUser } from '../app/call-app.js';
import { startTestIssuer, type TestIssuer } from '../auth/entra-issuer.js';
import { addressesOf } from '../email/email-app.js';
import { workJobs } from '../privacy/composed-app.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';

const hourMs = 60 * 60_000;
const subscription = '11111111-2222-3333-4444-555555555555';
const optedOut = 'out@contoso.example';
const service = {
  subscriptionId: subscription,
  resourceGroupName: 'group',
  emailServiceName: 'mail',
  domainName: 'contoso.example',
};

let azurite: Azurite;
let issuer: TestIssuer;
const apps: ComposedApp[] = [];
const application = randomUUID();
let headers: Readonly<Record<string, string>>;

/** A process whose settings have so many master secrets; the last is the current one. */
async function start(secrets: number, offsetMs = apps.at(-1)?.clock.offsetMs ?? 0): Promise<ComposedApp> {
  const retired = Array.from({ length: secrets - 1 }, (_, index) => `${index + 1}:${wellKnownSecretOf(index + 1)}`);
  const app = await composeOn(azurite.connectionString, {
    hearingMs: 0,
    clockOffsetMs: offsetMs,
    settings: {
      DOMICILE_DOMAIN: 'europe.example',
      DOMICILE_MASTER_SECRET: wellKnownSecretOf(secrets),
      DOMICILE_MASTER_SECRET_VERSION: String(secrets),
      ...(retired.length > 0 && { DOMICILE_RETIRED_MASTER_SECRETS: retired.join(',') }),
      DOMICILE_ENTRA_TENANT: issuer.tenantId,
      DOMICILE_ENTRA_AUTHORITY: issuer.authorityHost,
      DOMICILE_ENTRA_MANAGE: application,
    },
  });
  apps.push(app);
  return app;
}

async function manage(app: ComposedApp, operation: string, options: CallOptions = {}) {
  const answer = await callApp(app, `management-${operation}`, { ...options, headers });
  if (answer.status >= 400) {
    throw new Error(`${operation} is refused with ${answer.status}: ${String(answer.content)}`);
  }
  return answer.body;
}

const replace = (app: ComposedApp, keysForHours: number, after?: string) =>
  manage(app, 'replace-keys', { body: { keysForHours, ...(after !== undefined && { after }) } });
const versions = async (app: ComposedApp) => (await manage(app, 'list-secret-versions')).versions as object[];

/** Both keys of the default resource, as the management API tells them. */
async function keysOf(app: ComposedApp): Promise<readonly [string, string]> {
  const params = {
    subscriptionId: '00000000-0000-0000-0000-000000000000',
    resourceGroupName: 'domicile',
    communicationServiceName: 'contoso',
  };
  const { primaryKey, secondaryKey } = await manage(app, 'list-keys', { params });
  return [String(primaryKey), String(secondaryKey)];
}

async function statusWith(app: ComposedApp, accessKey: string): Promise<number> {
  return (await callApp(app, 'privacy-list-persons', { accessKey })).status;
}

async function newUser(app: ComposedApp, accessKey: string): Promise<TestUser> {
  const body = { createTokenWithScopes: ['chat'], expiresInMinutes: 1440 };
  const { body: made } = await callApp(app, 'identity-create', { accessKey, body });
  return { id: String(made.identity.id), token: String(made.accessToken.token) };
}

const listThreads = async (app: ComposedApp, user: TestUser) =>
  (await callApp(app, 'chat-list-threads', { user })).status;
const pass = (app: ComposedApp, ms: number) => app.clock.setOffset(app.clock.offsetMs + ms);

async function finish(app: ComposedApp, operation: string, params: Readonly<Record<string, string>>, sent = {}) {
  for (let rounds = 0; rounds < 20; rounds += 1) {
    await workJobs(app);
    await app.jobs.work(params['operationId'] ?? '');
    const { body } = await callApp(app, operation, { params, headers: sent });
    if (body.status === 'succeeded') {
      return body;
    }
    pass(app, 2 * 60_000);
  }
  throw new Error('The operation does not end.');
}

beforeAll(async () => {
  [azurite, issuer] = await Promise.all([startAzurite(), startTestIssuer(Math.floor(Date.now() / 1000) * 1000)]);
  const claims = { aud: 'https://management.azure.com/', azp: application, oid: randomUUID() };
  headers = { authorization: `Bearer ${await issuer.token(claims)}` };
  await (await start(1)).provision();
}, 60_000);
afterAll(async () => {
  for (const app of apps) {
    await app.storage.close();
  }
  await Promise.all([issuer?.close(), azurite?.stop()]);
});

describe('A master secret that has a successor', () => {
  let before: ComposedApp;
  let app: ComposedApp;
  let anna: TestUser;
  let bert: TestUser;
  let revoked: TestUser;
  let oldKeys: readonly [string, string];
  let threadId: string;
  let receipt: string;
  let emailId: string;
  const thread = { topic: 'Kept', participants: [] };
  const repeatable = { 'repeatability-request-id': randomUUID(), 'repeatability-first-sent': new Date().toUTCString() };

  beforeAll(async () => {
    before = apps[0] as ComposedApp;
    oldKeys = await keysOf(before);
    [anna, bert] = [await newUser(before, oldKeys[0]), await newUser(before, oldKeys[1])];
    revoked = await newUser(before, oldKeys[0]);
    await callApp(before, 'identity-revoke-tokens', { params: { id: revoked.id } });
    const made = await callApp(before, 'chat-create-thread', { user: anna, body: thread, headers: repeatable });
    threadId = String(made.body.chatThread.id);
    const identifiers = [anna.id, '4:+4366412345678'];
    await callApp(before, 'privacy-add-identifiers', { params: { personId: 'anna' }, body: { identifiers } });
    await optOut();
    const begun = await callApp(before, 'privacy-erase', { body: { identifiers: [bert.id] } });
    await finish(before, 'privacy-get-operation', { operationId: String(begun.body.id) });
    receipt = String((await callApp(before, 'privacy-list-receipts')).body.value[0].receipt);
    app = await start(2);
  }, 120_000);

  /** On a suppression list, and then erased: what still acts is a keyed hash. */
  async function optOut(): Promise<void> {
    const of = { location: 'global', properties: { dataLocation: 'Europe' } };
    await manage(before, 'put-email-service', { params: service, body: of });
    const managed = { location: 'global', properties: { domainManagement: 'CustomerManaged' } };
    await manage(before, 'put-domain', { params: service, body: managed });
    const params = { ...service, suppressionListName: 'list', addressId: 'id-1' };
    await manage(before, 'put-suppression-list', { params, body: { properties: { listName: 'list' } } });
    await manage(before, 'put-suppressed-address', { params, body: { properties: { email: optedOut } } });
    const place = { subscriptionId: subscription, location: 'europe' };
    const body = { identifiers: [optedOut] };
    const { body: begun } = await callApp(before, 'privacy-erase-subscription', { headers, params: place, body });
    const operationId = String(begun.id);
    await finish(before, 'privacy-get-subscription-operation', { ...place, operationId }, headers);
    for await (const row of before.storage.table(resources).rows({ partition: 'emailservice' })) {
      emailId = String((row as Record<string, unknown>)['immutableId']);
    }
  }

  it('changes nothing for what is there by itself: keys, tokens and processes of before go on', async () => {
    expect(await keysOf(app)).toEqual(oldKeys);
    expect(await listThreads(app, anna)).toBe(200);
    expect(await listThreads(app, revoked)).toBe(401);
    expect(await versions(app)).toMatchObject([
      { version: 1, configured: true, made: 1, keys: 1, retiringKeys: 0, drainingTokens: 0 },
      { version: 2, configured: true, made: 0, keys: 0, retiringKeys: 0, drainingTokens: 0 },
    ]);
  });

  it('gives every resource new keys on demand, while the old ones go on', async () => {
    const page = await replace(app, 48);
    expect(page).toMatchObject({ geography: 'europe', version: 2, value: [{ resource: 'contoso' }] });
    const { keysUntil, tokensUntil } = page.value[0];
    expect(Date.parse(keysUntil) - app.clock.now()).toBeGreaterThan(47.9 * hourMs);
    expect(Date.parse(tokensUntil) - Date.parse(keysUntil)).toBe(24 * hourMs);
    const newKeys = await keysOf(app);
    expect(new Set([...oldKeys, ...newKeys]).size).toBe(4);
    for (const key of [...oldKeys, ...newKeys]) {
      expect(await statusWith(app, key)).toBe(200);
    }
    expect(await listThreads(app, anna)).toBe(200);
    expect(await versions(app)).toMatchObject([
      { version: 1, made: 1, keys: 0, retiringKeys: 1, drainingTokens: 1, drainedOn: tokensUntil },
      { version: 2, made: 0, keys: 1, retiringKeys: 0, drainingTokens: 0 },
    ]);
  });

  it('has instances that do not know it yet answer that it is not now, and not that somebody is nobody', async () => {
    before.dropCaches();
    expect(await statusWith(before, oldKeys[0])).toBe(503);
  });

  it('has nothing more to do when it is asked again', async () => {
    const keys = await keysOf(app);
    expect((await replace(app, 48)).value).toEqual([]);
    expect(await keysOf(app)).toEqual(keys);
  });

  it('finds whatever was kept as a keyed hash', async () => {
    const found = await callApp(app, 'privacy-find-persons', { body: { identifiers: ['4:+4366412345678'] } });
    expect(JSON.stringify(found.body)).toContain('anna');
    const parts = { addresses: addressesOf(app), clock: app.clock };
    const where = { resourceId: emailId, domain: service.domainName };
    expect(await isSuppressed(parts, where, optedOut)).toBe(true);
    expect(await isSuppressed(parts, where, 'somebody@contoso.example')).toBe(false);
  });

  it('knows ids of before, whose tombstones still count, and threads that are made again', async () => {
    const again = await callApp(app, 'chat-create-thread', { user: anna, body: thread, headers: repeatable });
    expect(again.body.chatThread.id).toBe(threadId);
    const issue = (id: string) =>
      callApp(app, 'identity-issue-token', { accessKey: oldKeys[0], params: { id }, body: { scopes: ['chat'] } });
    expect((await issue(anna.id)).status).toBe(200);
    expect(await issue(bert.id)).toMatchObject({ status: 401, body: { error: { code: 'IdentityNotOwned' } } });
    const carla = await newUser(app, (await keysOf(app))[0]);
    const add = { participants: [{ communicationIdentifier: { rawId: carla.id } }] };
    const params = { chatThreadId: threadId };
    expect((await callApp(app, 'chat-add-participants', { user: anna, params, body: add })).status).toBe(201);
  });

  it('leaves receipts of before genuine', async () => {
    const verified = await compactVerify(receipt, createLocalJWKSet(app.signingKeys.jwks() as { keys: [] }));
    expect(JSON.parse(Buffer.from(verified.payload).toString())).toMatchObject({ geography: 'europe' });
  });

  it('lets old keys end when it was said, and a day later the tokens that they have issued', async () => {
    pass(app, 47 * hourMs);
    const late = await newUser(app, oldKeys[0]);
    pass(app, hourMs);
    const [primary] = await keysOf(app);
    expect(await statusWith(app, oldKeys[0])).toBe(401);
    expect(await statusWith(app, oldKeys[1])).toBe(401);
    expect(await statusWith(app, primary)).toBe(200);
    expect(await listThreads(app, late)).toBe(200);
    pass(app, 22.9 * hourMs);
    expect(await listThreads(app, late)).toBe(200);
    expect(await versions(app)).toMatchObject([{ retiringKeys: 0, drainingTokens: 1 }, {}]);
    pass(app, 1.2 * hourMs);
    expect(await listThreads(app, late)).toBe(401);
    expect(await versions(app)).toMatchObject([{ retiringKeys: 0, drainingTokens: 0 }, { keys: 1 }]);
  });

  it('ends one of the old keys with the new one that is regenerated, and its tokens', async () => {
    const next = await start(3);
    const keys = await keysOf(next);
    await replace(next, 24);
    const [first, second] = [await newUser(next, keys[0]), await newUser(next, keys[1])];
    const params = {
      subscriptionId: '00000000-0000-0000-0000-000000000000',
      resourceGroupName: 'domicile',
      communicationServiceName: 'contoso',
    };
    await manage(next, 'regenerate-key', { params, body: { keyType: 'Primary' } });
    expect([await statusWith(next, keys[0]), await statusWith(next, keys[1])]).toEqual([401, 200]);
    expect([await listThreads(next, first), await listThreads(next, second)]).toEqual([401, 200]);
  });

  it('ends old keys and their tokens at once when there is no time to lose', async () => {
    const last = apps.at(-1) as ComposedApp;
    const [, secondary] = await keysOf(last);
    const user = await newUser(last, secondary);
    const next = await start(4);
    expect((await replace(next, 0)).value).toEqual([{ resource: 'contoso', resourceId: expect.any(String) }]);
    expect(await statusWith(next, secondary)).toBe(401);
    expect(await listThreads(next, user)).toBe(401);
    expect(await versions(next)).toMatchObject([1, 2, 3, 4].map((version) => ({ version, drainingTokens: 0 })));
  });

  it('ends those that were to go on for a while, when that was too long', async () => {
    const last = apps.at(-1) as ComposedApp;
    const [primary] = await keysOf(last);
    const next = await start(5);
    await replace(next, 24);
    const user = await newUser(next, primary);
    expect(await listThreads(next, user)).toBe(200);
    expect((await replace(next, 0)).value).toHaveLength(1);
    expect(await statusWith(next, primary)).toBe(401);
    expect(await listThreads(next, user)).toBe(401);
    expect((await replace(next, 0)).value).toEqual([]);
  });

  it('goes through many resources page by page', async () => {
    const many = apps.at(-1) as ComposedApp;
    const names = Array.from({ length: 30 }, (_, index) => `many-${String(index).padStart(2, '0')}`);
    for (const communicationServiceName of names) {
      const params = { subscriptionId: subscription, resourceGroupName: 'group', communicationServiceName };
      const body = { location: 'global', properties: { dataLocation: 'Europe' } };
      await manage(many, 'put-service', { params, body });
    }
    const next = await start(6);
    const first = await replace(next, 1);
    expect(first.value).toHaveLength(25);
    const second = await replace(next, 1, first.after);
    expect(second.after).toBeUndefined();
    const replaced = [...first.value, ...second.value].map(({ resource }: { resource: string }) => resource);
    expect(replaced.sort()).toEqual(['contoso', ...names].sort());
  }, 60_000);
});

it('Keys of a master secret that nobody has replaced follow from the version of their resource', () => {
  const resource = { immutableId: randomUUID(), keyGenerations: { primary: 1, secondary: 1 } };
  const key = (version: number) =>
    deriveAccessKey(Buffer.from(wellKnownSecretOf(version), 'base64'), resource, 'primary');
  expect(new Set([1, 2, 3].map(key)).size).toBe(3);
});
