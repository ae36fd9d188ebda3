// What management keeps of a subscription, walked by whoever may manage it; and what the key of a resource reaches of that.
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Download } from '../../shared/http/index.js';
import { isSuppressed } from '../../shared/email/index.js';
import { resources } from '../../shared/resources/index.js';
import type { Columns } from '../../shared/storage/index.js';
import { callAt, newUserAt, type Target } from '../management/resource-calls.js';
import { servicePath, startWorld, subscription, type TestWorld, workJobs } from '../management/two-geographies.js';
import { addressesOf } from '../email/email-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { unzip } from './unzip.js';

interface StoreReport {
  readonly store: string;
  readonly items: number;
  readonly notErased?: number;
}
type Counts = Readonly<Record<string, number>>;

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld(['europe', 'france']);
}, 60_000);
afterAll(() => world?.stop());

const europe = () => world.apps.europe;
const mailPath = (service: string) => servicePath(service).replace('communicationServices', 'emailServices');
const privacyPath = (location = 'europe', id = subscription) =>
  `/subscriptions/${id}/providers/Microsoft.Communication/locations/${location}/privacy`;
const put = async (path: string, properties: object, more: object = {}) => {
  const { status, body } = await world.call('europe', 'PUT', path, { location: 'global', properties, ...more });
  expect([200, 201], JSON.stringify(body)).toContain(status);
};

/** An email resource with a domain that has one list and its sender. */
async function makeDomain(service: string, domain: string): Promise<string> {
  await put(mailPath(service), { dataLocation: 'Europe' });
  const path = `${mailPath(service)}/domains/${domain}`;
  await put(path, { domainManagement: 'CustomerManaged' });
  await put(`${path}/suppressionLists/list`, { listName: 'news' });
  return path;
}
const putAddress = (domainPath: string, id: string, properties: object) =>
  put(`${domainPath}/suppressionLists/list/suppressionListAddresses/${id}`, properties);

async function makeService(name: string, properties: object = {}, tags: object = {}): Promise<Target> {
  await put(servicePath(name), { dataLocation: 'Europe', ...properties }, { tags });
  const { body } = await world.call('europe', 'GET', servicePath(name));
  const { body: keys } = await world.call('europe', 'POST', `${servicePath(name)}/listKeys`);
  return { host: String(body.properties?.['hostName']), key: String(keys['primaryKey']) };
}
const countsOf = (reports: readonly StoreReport[]): Counts =>
  Object.fromEntries(reports.filter(({ items }) => items > 0).map(({ store, items }) => [store, items]));
const identify = async (identifiers: readonly string[], path = privacyPath()) => {
  const { status, body } = await world.call('europe', 'POST', `${path}/:identify`, { identifiers });
  expect(status).toBe(200);
  return countsOf(body['stores'] as StoreReport[]);
};
const identifyAt = async (target: Target, identifiers: readonly string[]) => {
  const { body } = await callAt(europe(), target, 'privacy-identify', { body: { identifiers } });
  return countsOf((body as { stores: StoreReport[] }).stores);
};

/** Records by store, and all that is written in the archive. */
async function exportAll(identifiers: readonly string[]) {
  const { body } = await world.call('europe', 'POST', `${privacyPath()}/:export`, { identifiers });
  for (let tries = 0; tries < 3; tries++) {
    europe().clock.setOffset(europe().clock.offsetMs + 5_000);
    await workJobs(europe());
    await europe().sweep();
  }
  const answer = await world.call('europe', 'GET', `${privacyPath()}/operations/${String(body['id'])}`);
  expect(answer.body['status']).toBe('succeeded');
  const content = await world.call('europe', 'GET', `${privacyPath()}/exports/${String(body['id'])}/content`);
  const chunks: Buffer[] = [];
  for await (const chunk of (content.body as unknown as Download).content) {
    chunks.push(Buffer.from(chunk as Uint8Array));
  }
  const files = await unzip(Buffer.concat(chunks));
  const records = [...files].filter(([name]) => name.startsWith('records/'));
  const counts = records.map(([name, text]) => [name.slice(8, -6), String(text).trim().split('\n').length]);
  return { counts: Object.fromEntries(counts) as Counts, text: records.map(([, text]) => String(text)).join('\n') };
}

async function eraseAll(identifiers: readonly string[]) {
  const started = await world.call('europe', 'POST', `${privacyPath()}/:erase`, { identifiers });
  expect(started.status).toBe(202);
  await workJobs(europe());
  europe().clock.setOffset(europe().clock.offsetMs + 61_000);
  await europe().sweep();
  await workJobs(europe());
  const { body } = await world.call('europe', 'GET', `${privacyPath()}/operations/${String(started.body['id'])}`);
  const claims = decodeJwt((body['result'] as { receipt: string }).receipt);
  return {
    counts: countsOf(claims['stores'] as StoreReport[]),
    notErased: claims['notErased'] as { store: string; what: string; why: string }[],
  };
}

async function idOf(service: string): Promise<string> {
  for await (const row of europe().storage.table(resources).rows<Columns>({ partition: 'emailservice' })) {
    if (row['armName'] === service) {
      return String(row['immutableId']);
    }
  }
  throw new Error(`There is no ${service}.`);
}

describe('The right to manage', () => {
  it('reaches every free text of a subscription, also without a communication resource: found, exported and erased alike', async () => {
    const mark = `m${crypto.randomUUID().slice(0, 8)}`;
    const address = `${mark}@post.example`;
    const number = '+4366411223344';
    const rawId = `8:acs:${crypto.randomUUID()}_${crypto.randomUUID()}`;
    const domain = await makeDomain('reached', 'post.example');
    await put(mailPath('reached'), { dataLocation: 'Europe' }, { tags: { owner: `${address} has it`, other: 'Bert' } });
    await put(domain, { domainManagement: 'CustomerManaged' }, { tags: { [number]: 'x', team: 'post' } });
    const group = `/subscriptions/${subscription}/resourceGroups/people`;
    const tagged = { location: 'westeurope', tags: { owner: address, team: 'post' } };
    expect((await world.call('europe', 'PUT', group, tagged)).status).toBe(201);
    await put(`${domain}/senderUsernames/${mark}`, { username: mark, displayName: 'Post' });
    await put(`${domain}/senderUsernames/info`, { username: 'info', displayName: `Mara Muster of ${mark}.example` });
    await put(`${domain}/suppressionLists/named`, { listName: `for ${address}` });
    await putAddress(domain, 'own', { email: address.toUpperCase(), firstName: 'Mara', notes: `${mark} wrote` });
    await putAddress(domain, 'b', { email: 'bert@post.example', notes: `Ask ${address}.` });
    await putAddress(domain, 'c', { email: 'cara@post.example', firstName: 'Mara', lastName: 'Muster' });
    await putAddress(domain, 'd', { email: 'dora@post.example', notes: 'Call +43 (664) 112-233-44', lastName: 'Dora' });
    await putAddress(domain, 'e', { email: 'emil@post.example', notes: `Knows ${rawId}` });
    await putAddress(domain, 'f', { email: `x${address}`, notes: 'Mara Musterfrau, +436641122334455' });

    const identifiers = [address, `4:${number}`, 'name:Mara Muster', rawId];
    const found = await identify(identifiers);
    expect(found).toEqual({ resourcegroups: 1, resources: 1, resourceitems: 4, suppressedaddresses: 5 });
    const exported = await exportAll(identifiers);
    expect(exported.counts).toEqual({ ...found });
    for (const words of [`${address} has it`, number, 'Mara Muster', `${mark} wrote`, `Ask ${address}.`, rawId]) {
      expect(exported.text).toContain(words);
    }
    expect(exported.text).not.toContain('Musterfrau');
    expect(exported.text).not.toContain('bert@');

    const { counts, notErased } = await eraseAll(identifiers);
    const { exports: _archive, ...erased } = counts;
    expect(erased).toEqual(found);
    expect(notErased.map(({ store }) => store)).toContain('suppressedaddresses');
    expect(await identify(identifiers)).toEqual({ suppressedaddresses: 1 });
    const { hits } = await scanStorage(world.storageOf('europe'), [mark, rawId, 'Mara Muster', '112-233-44']);
    // Of the one whose address and name are longer: both are parts of theirs.
    expect(hits.map(({ store }) => store)).toEqual(['suppressedaddresses', 'suppressedaddresses']);
    expect(
      await scanStorage(world.storageOf('europe'), [
        `x${address}`,
        'Musterfrau',
        'bert@post.example',
        'dora@post.example',
      ]),
    ).toMatchObject({
      hits: [{}, {}, {}, {}],
    });
    expect((await world.call('europe', 'GET', `${domain}/senderUsernames/info`)).body.properties).toMatchObject({
      username: 'info',
    });
    expect((await world.call('europe', 'GET', mailPath('reached'))).body).toMatchObject({ tags: { other: 'Bert' } });
    expect((await world.call('europe', 'GET', group)).body).toMatchObject({ tags: { team: 'post' } });
  });

  it('is asked by geography: passed on to it, and refused where the subscription has nothing', async () => {
    const identifiers = ['anna@example.com'];
    const at = (location: string) =>
      world.call('france', 'POST', `${privacyPath(location)}/:identify`, { identifiers });
    await makeDomain('somewhere', 'somewhere.example');
    expect((await at('Europe')).status).toBe(200);
    expect(await at('france')).toMatchObject({ status: 404, body: { code: 'NothingKept' } });
    // Nobody was asked there: that is not the answer that nothing is kept.
    for (const place of ['norway', 'mars']) {
      expect(await at(place)).toMatchObject({ status: 404, body: { code: 'GeographyNotKnown' } });
    }
    const other = privacyPath('europe', crypto.randomUUID());
    const nothing = await world.call('europe', 'POST', `${other}/:identify`, { identifiers });
    expect(nothing).toMatchObject({ status: 404, body: { code: 'NothingKept' } });
  });

  it('keeps receipts and the audit trail of its walks, which no key of a resource sees, and the count of what lies where agrees', async () => {
    const domain = await makeDomain('proved', 'proved.example');
    await putAddress(domain, 'a', { email: 'proof@proved.example' });
    await eraseAll(['proof@proved.example']);
    const { body } = await world.call('europe', 'GET', `${privacyPath()}/receipts`);
    expect((body['value'] as object[]).length).toBeGreaterThan(0);
    const audit = (await world.call('europe', 'GET', `${privacyPath()}/audit`)).body['value'] as object[];
    expect(audit[0]).toMatchObject({ action: 'erase-identifiers', caller: { entraId: 'tester' } });
    const target = await makeService('sees-nothing');
    expect((await callAt(europe(), target, 'privacy-list-receipts', {})).body).toEqual({ value: [] });
    expect((await callAt(europe(), target, 'privacy-list-audit', {})).body).toEqual({ value: [] });
    await europe().recordResidency();
    await workJobs(europe());
    expect((await europe().residency.latest())?.foreign).toBe(0);
  });
});

describe('The key of a resource', () => {
  it('reaches the resource and the domains that are linked to it, and nothing else of the subscription', async () => {
    const linked = await makeDomain('shared', 'linked.example');
    const unlinked = await makeDomain('shared', 'unlinked.example');
    const address = 'anna@linked.example';
    for (const domain of [linked, unlinked]) {
      await putAddress(domain, 'a', { email: address });
      await put(`${domain}/senderUsernames/info`, { username: 'info', displayName: `Ask ${address}` });
    }
    await put(mailPath('shared'), { dataLocation: 'Europe' }, { tags: { owner: address } });
    const stranger = await makeService('stranger', {}, { owner: address });
    const owner = await makeService('owner', {
      linkedDomains: [linked.toUpperCase().replace('MICROSOFT', 'Microsoft')],
    });
    await put(`${servicePath('owner')}/smtpUsernames/mailer`, {
      username: address,
      entraApplicationId: 'a',
      tenantId: 't',
    });
    expect(await identifyAt(stranger, [address])).toEqual({ resources: 1 });
    expect(await identifyAt(owner, [address])).toEqual({ resourceitems: 2, suppressedaddresses: 1 });

    const { body } = await callAt(europe(), owner, 'privacy-erase', { body: { identifiers: [address] } });
    await workJobs(europe());
    europe().clock.setOffset(europe().clock.offsetMs + 61_000);
    await europe().sweep();
    await workJobs(europe());
    const params = { operationId: (body as { id: string }).id };
    expect((await callAt(europe(), owner, 'privacy-get-operation', { params })).body).toMatchObject({
      status: 'succeeded',
    });
    expect(await identifyAt(owner, [address])).toEqual({ suppressedaddresses: 1 });
    // Of the domain that is not linked, of the email resource, and of the other resource everything is still there.
    expect(await identify([address])).toEqual({ resources: 2, resourceitems: 1, suppressedaddresses: 2 });
  });

  it('finds an identity where an owner has noted its id, which the right to manage does not delete', async () => {
    const domain = await makeDomain('noted', 'noted.example');
    const target = await makeService('notes', { linkedDomains: [domain] });
    const user = await newUserAt(europe(), target);
    const { id, token } = user;
    const participants = [{ communicationIdentifier: { rawId: id } }];
    const threads = { token, body: { topic: 'Tea', participants } };
    expect((await callAt(europe(), target, 'chat-create-thread', threads)).status).toBe(201);
    await putAddress(domain, 'a', { email: 'bert@noted.example', notes: `Writes as ${id}` });
    const all = { identities: 1, chatthreads: 3, chatuserindex: 1, suppressedaddresses: 1 };
    expect(await identifyAt(target, [id])).toEqual(all);
    // Who manages reaches the note, and neither deletes the identity nor sees what it has written.
    expect(await identify([id])).toEqual({ suppressedaddresses: 1 });
    expect((await eraseAll([id])).counts).toEqual({ suppressedaddresses: 1 });
    expect(await identifyAt(target, [id])).toEqual({ ...all, suppressedaddresses: undefined });
    expect((await callAt(europe(), target, 'chat-list-threads', { token })).status).toBe(200);
  });
});

describe('An opt-out', () => {
  it('outlives the erasure as a hash that acts, is told of, and is lifted by who may manage, which is written down', async () => {
    const domain = await makeDomain('opted', 'opted.example');
    const resourceId = await idOf('opted');
    const addresses = addressesOf(europe());
    const { clock } = europe();
    const suppressed = (email: string) =>
      isSuppressed({ addresses, clock }, { resourceId, domain: 'opted.example' }, email);
    await putAddress(domain, 'a', { email: 'Out@opted.example', notes: 'does not want mail' });
    await addresses.suppressUntil(
      { resourceId, domain: 'opted.example' },
      'bounced@opted.example',
      clock.now() + 86_400_000,
    );

    const { counts, notErased } = await eraseAll(['out@opted.example', 'bounced@opted.example']);
    expect(counts).toEqual({ suppressedaddresses: 1 });
    expect(notErased.filter(({ store }) => store === 'suppressedaddresses')).toEqual([
      { store: 'suppressedaddresses', what: expect.stringContaining('keyed hash'), why: expect.any(String) },
    ]);
    expect([await suppressed('out@opted.example'), await suppressed('bounced@opted.example')]).toEqual([true, true]);
    expect((await scanStorage(world.storageOf('europe'), ['out@opted.example', 'does not want mail'])).hits).toEqual(
      [],
    );
    // It stays when it is asked for once more.
    expect((await eraseAll(['out@opted.example'])).counts).toEqual({});
    expect(await suppressed('out@opted.example')).toBe(true);

    const lift = (email: string) => world.call('europe', 'POST', `${domain}/liftOptOut`, { email });
    expect((await lift('nobody@opted.example')).status).toBe(404);
    expect((await lift('no address')).status).toBe(400);
    for (const email of ['OUT@opted.example', 'bounced@opted.example']) {
      expect((await lift(email)).status).toBe(204);
      expect(await suppressed(email)).toBe(false);
      expect((await lift(email)).status).toBe(404);
    }
    const audit = (await world.call('europe', 'GET', `${privacyPath()}/audit`)).body['value'] as { action: string }[];
    expect(audit[0]).toMatchObject({ action: 'lift-opt-out', caller: { entraId: 'tester' } });
    expect(JSON.stringify(audit)).not.toContain('opted.example');
  });

  it('goes with its domain', async () => {
    const domain = await makeDomain('ended', 'ended.example');
    const resourceId = await idOf('ended');
    await putAddress(domain, 'a', { email: 'out@ended.example' });
    await eraseAll(['out@ended.example']);
    expect(await identify(['out@ended.example'])).toEqual({ suppressedaddresses: 1 });
    await world.call('europe', 'DELETE', domain);
    expect(await identify(['out@ended.example'])).toEqual({});
    const where = { resourceId, domain: 'ended.example' };
    expect(
      await isSuppressed({ addresses: addressesOf(europe()), clock: europe().clock }, where, 'out@ended.example'),
    ).toBe(false);
  });
});
