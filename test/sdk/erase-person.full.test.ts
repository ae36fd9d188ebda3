import { createHash, randomBytes } from 'node:crypto';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanStorage } from '../scan/scan-storage.js';
import { collect, identityClient, newUser, type TestUser } from './clients.js';
import { signedCall } from './signed-call.js';

interface StoreItems {
  readonly store: string;
  readonly items: number;
}
interface NotErased {
  readonly store: string;
  readonly what: string;
  readonly why: string;
  readonly until?: string;
}

const mark = randomBytes(6).toString('hex');
const personId = `customer-${mark}`;
const phone = `4:+43664${parseInt(mark.slice(0, 6), 16)}`;
const email = `anna.${mark}@example.com`;

let emulator: Emulator;
let resources: EmulatorResource[];
/** By geography: the person's identity, the other's, and the other's message. */
let planted: { anna: TestUser; bert: TestUser; threadId: string; kept: string }[];

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe', 'switzerland'] });
  resources = [...emulator.resources];
  planted = await Promise.all(resources.map(plant));
});
afterAll(() => emulator?.dispose());

async function plant(resource: EmulatorResource) {
  const [anna, bert] = [await newUser(emulator, resource), await newUser(emulator, resource)];
  const participant = { id: { communicationUserId: bert.id }, displayName: 'Bert' };
  const { chatThread } = await anna.chat.createChatThread({ topic: `topic-${mark}` }, { participants: [participant] });
  const threadId = chatThread?.id ?? '';
  const hers = anna.chat.getChatThreadClient(threadId);
  await hers.sendMessage({ content: `one-${mark}` }, { senderDisplayName: `name-${mark}` });
  await hers.sendMessage({ content: `two-${mark}` });
  const { id: kept } = await bert.chat.getChatThreadClient(threadId).sendMessage({ content: 'from Bert' });
  const identifiers = [anna.id, phone, email];
  await signedCall(resource, 'POST', `/persons/${personId}/identifiers/:add`, { identifiers });
  await signedCall(resource, 'POST', '/persons/customer-bert/identifiers/:add', { identifiers: [bert.id] });
  await told(resource, kept);
  return { anna, bert, threadId, kept };
}

/** Events are told behind the answer, in their order: when the last one is, all of them are counted. */
async function told({ geography, name }: EmulatorResource, messageId: string) {
  const wanted = {
    types: ['ChatMessageReceived'],
    advancedFilters: [{ key: 'data.messageId', operatorType: 'StringIn', values: [messageId] }],
  };
  expect(await emulator.stage('events', 'wait', wanted, { geography, resource: name })).not.toBeNull();
}

const storageOf = ({ geography }: EmulatorResource) => emulator.ready.geographies[geography]?.storage ?? '';
const itemsOf = (stores: unknown) =>
  Object.fromEntries((stores as StoreItems[]).map(({ store, items }) => [store, items]));
const hashOf = (salt: unknown, text: string) =>
  createHash('sha256')
    .update(Buffer.from(String(salt), 'base64url'))
    .update(text)
    .digest('base64url');

async function jwksOf(resource: EmulatorResource) {
  const answer = await fetch(`${resource.httpEndpoint}/.well-known/jwks.json`);
  return createLocalJWKSet((await answer.json()) as JSONWebKeySet);
}

describe('Erasing a person', () => {
  it('says beforehand what it would do, and does nothing', async () => {
    const [europe] = resources as [EmulatorResource];
    const before = (await signedCall(europe, 'POST', `/persons/${personId}/:identify`)).body;
    const plan = await signedCall(europe, 'POST', `/persons/${personId}/:erase`, { dryRun: true });
    expect(plan.status).toBe(200);
    expect(plan.headers.get('operation-location')).toBeNull();
    expect(plan.body).toMatchObject({ dryRun: true, stores: before['stores'] });
    expect(itemsOf(plan.body['stores'])).toMatchObject({ chatthreads: 5, chatuserindex: 1, identities: 1, persons: 3 });
    const notErased = plan.body['notErased'] as NotErased[];
    // Of identities, and of the number and the address, for reasons of their own.
    expect(notErased.map(({ store }) => store).sort()).toEqual([
      'audit',
      'chatthreads',
      'chatthreads',
      'emulator',
      'receipts',
      'revocations',
      'revocations',
    ]);
    for (const { what, why } of notErased) {
      expect([what.length > 10, why.length > 10]).toEqual([true, true]);
    }
    expect((await signedCall(europe, 'GET', `/persons/${personId}`)).status).toBe(200);
    expect((await signedCall(europe, 'GET', '/privacy/receipts')).body).toEqual({ value: [] });
    // The resource is called contoso-europe, and will be.
    const namesake = { identifiers: ['Contoso@example.com'], dryRun: true };
    const namesakes = (await signedCall(europe, 'POST', '/privacy/:erase', namesake)).body['notErased'] as NotErased[];
    const left = ['audit', 'chatthreads', 'emulator', 'receipts', 'resources', 'revocations'];
    expect(namesakes.map(({ store }) => store).sort()).toEqual(left);
    // Nobody has looked for it in what people say to each other.
    expect(namesakes.find(({ store }) => store === 'chatthreads')?.what).toMatch(
      /^The number, address or name, wherever/,
    );
  });

  it('takes no name that it does not know for a rehearsal, and knows who it is to be about', async () => {
    const [europe] = resources as [EmulatorResource];
    const misspelt = await signedCall(europe, 'POST', `/persons/${personId}/:erase`, { dryrun: true });
    expect(misspelt).toMatchObject({ status: 400, body: { error: { code: 'BadRequest' } } });
    expect(JSON.stringify(misspelt.body)).not.toContain('dryrun');
    expect((await signedCall(europe, 'POST', '/persons/nobody/:erase')).status).toBe(404);
    expect((await signedCall(europe, 'POST', '/privacy/:erase', {})).status).toBe(400);
    expect((await signedCall(europe, 'GET', `/persons/${personId}`)).status).toBe(200);
  });

  it('leaves nothing but a receipt, in every geography, and takes nothing from others', async () => {
    const found = await Promise.all(resources.map((each) => scanStorage(storageOf(each), [mark, phone.slice(2)])));
    for (const { hits } of found) {
      expect(new Set(hits.map((hit) => hit.mark))).toEqual(new Set([mark, phone.slice(2)]));
    }

    const started = await Promise.all(resources.map((each) => signedCall(each, 'POST', `/persons/${personId}/:erase`)));
    for (const { status, headers, body } of started) {
      expect(status).toBe(202);
      expect(Object.keys(body).sort()).toEqual(['id', 'salt', 'status']);
      expect(headers.get('operation-location')).toContain(`/privacy/operations/${String(body['id'])}?`);
      expect(headers.get('retry-after')).toBe('1');
    }
    // By the time of the answer tokens are dead and messages invisible.
    for (const [index, { anna, bert, threadId }] of planted.entries()) {
      await expect(anna.chat.getChatThreadClient(threadId).getProperties()).rejects.toMatchObject({ statusCode: 401 });
      const texts = await collect(bert.chat.getChatThreadClient(threadId).listMessages());
      expect(texts.map(({ content }) => content?.message).filter(Boolean)).toEqual(['from Bert']);
      const identities = identityClient(emulator, resources[index] as EmulatorResource);
      await expect(identities.getToken({ communicationUserId: anna.id }, ['chat'])).rejects.toMatchObject({
        statusCode: 401,
      });
    }

    await emulator.clock.advance('PT15M');

    for (const [index, resource] of resources.entries()) {
      const { id, salt } = started[index]?.body ?? {};
      const ended = await signedCall(resource, 'GET', `/privacy/operations/${String(id)}`);
      expect(ended.body).toMatchObject({ status: 'succeeded', result: { receipt: expect.any(String) } });
      const { receiptId, receipt } = ended.body['result'] as { receiptId: string; receipt: string };
      const { payload, protectedHeader } = await jwtVerify(receipt, await jwksOf(resource), {
        typ: 'erasure-receipt+jwt',
        algorithms: ['ES256'],
        issuer: `domicile/${resource.geography}`,
        currentDate: await emulator.clock.now(),
      });
      expect(protectedHeader.typ).toBe('erasure-receipt+jwt');
      expect(payload).toMatchObject({
        jti: id,
        geography: resource.geography,
        resourceId: resource.immutableResourceId,
        version: emulator.ready.version,
        subject: hashOf(salt, personId),
      });
      const hers = [planted[index]?.anna.id ?? '', phone, email];
      expect(payload['identifiers']).toEqual({ number: 3, hashes: hers.map((text) => hashOf(salt, text)).sort() });
      const held = Object.entries(itemsOf(payload['stores'])).filter(([, items]) => items !== 0);
      const { takenevents, ...kept } = Object.fromEntries(held);
      expect(takenevents).toBeGreaterThan(0);
      expect(kept).toEqual({ chatthreads: 5, chatuserindex: 1, persons: 3, identities: 1 });
      expect(Date.parse(String(payload['endedOn']))).toBeGreaterThan(Date.parse(String(payload['startedOn'])));
      const until = Object.fromEntries((payload['notErased'] as NotErased[]).map((each) => [each.store, each.until]));
      expect(until['chatthreads']).toBeUndefined();
      expect(Date.parse(until['receipts'] ?? '') - Date.parse(String(payload['endedOn']))).toBe(1095 * 86_400_000);

      // No text of it is about the person, and the salt is kept nowhere.
      const { anna } = planted[index] ?? {};
      const text = JSON.stringify(payload);
      for (const secret of [mark, phone.slice(2), anna?.id ?? '', String(salt)]) {
        expect(text).not.toContain(secret);
      }
      const marks = [mark, phone.slice(2), anna?.id ?? '', anna?.id.slice(-36) ?? '', String(salt)];
      expect((await scanStorage(storageOf(resource), marks)).hits).toEqual([]);

      expect((await signedCall(resource, 'GET', `/persons/${personId}`)).status).toBe(404);
      const listed = await signedCall(resource, 'GET', '/privacy/receipts');
      expect(listed.body).toMatchObject({ value: [{ receiptId, receipt }] });
      expect((await signedCall(resource, 'GET', `/privacy/receipts/${receiptId}`)).body).toMatchObject({ receipt });
    }

    for (const [index, { bert, threadId, kept }] of planted.entries()) {
      const resource = resources[index] as EmulatorResource;
      const his = bert.chat.getChatThreadClient(threadId);
      expect((await his.getMessage(kept)).content?.message).toBe('from Bert');
      expect((await collect(his.listParticipants())).map(({ id }) => id)).toMatchObject([
        { communicationUserId: bert.id },
      ]);
      const person = await signedCall(resource, 'GET', '/persons/customer-bert');
      expect(person.body).toMatchObject({ identifiers: [bert.id] });
    }
  });

  it('stands in the audit trail with who asked, without whom it was about', async () => {
    const [europe] = resources as [EmulatorResource];
    const first = await signedCall(europe, 'GET', '/privacy/audit?maxPageSize=3');
    const entries = [...(first.body['value'] as { action: string; caller: unknown; counts?: object; at: string }[])];
    const { pathname, search } = new URL(String(first.body['nextLink']));
    const rest = await signedCall(europe, 'GET', `${pathname}${search.replace(/&?api-version=[^&]*/, '')}`);
    entries.push(...(rest.body['value'] as typeof entries));
    expect(entries.map(({ action, counts }) => [action, counts !== undefined])).toEqual([
      ['erase-person', true],
      ['erase-person', false],
      ['identify-identifiers', false],
      ['identify-person', false],
      ['identify-person', false],
    ]);
    expect(entries[0]).toMatchObject({ caller: { accessKey: 'primary' }, counts: { chatthreads: 5 } });
    expect(rest.body['nextLink']).toBeUndefined();
  });

  it('works for identifiers that belong to no person, in any order and spelling', async () => {
    const [europe] = resources as [EmulatorResource];
    const cleo = await newUser(emulator, europe);
    const address = `Cleo.${mark}@Example.com`;
    const started = await signedCall(europe, 'POST', '/privacy/:erase', { identifiers: [cleo.id, address] });
    await emulator.clock.advance('PT15M');
    const { body } = await signedCall(europe, 'GET', `/privacy/operations/${String(started.body['id'])}`);
    const { receipt } = body['result'] as { receipt: string };
    const currentDate = await emulator.clock.now();
    const { payload } = await jwtVerify(receipt, await jwksOf(europe), { currentDate });
    const sorted = [cleo.id, address.toLowerCase()].sort().join('\n');
    expect(payload['subject']).toBe(hashOf(started.body['salt'], sorted));
    expect(itemsOf(payload['stores'])).toMatchObject({ identities: 1, persons: 0 });
  });

  it('is forgotten itself when the time of receipts is over', async () => {
    const [europe] = resources as [EmulatorResource];
    expect((await signedCall(europe, 'GET', '/privacy/receipts')).body['value']).toHaveLength(2);
    await emulator.clock.advance('P1094D');
    expect((await signedCall(europe, 'GET', '/privacy/receipts')).body['value']).toHaveLength(2);
    await emulator.clock.advance('P1D');
    expect((await signedCall(europe, 'GET', '/privacy/receipts')).body).toEqual({ value: [] });
    expect((await signedCall(europe, 'GET', '/privacy/audit')).body).toEqual({ value: [] });
    const { hits } = await scanStorage(storageOf(europe), ['erase-person', 'identify-person', '"jws":"ey']);
    expect(hits).toEqual([]);
  });
});
