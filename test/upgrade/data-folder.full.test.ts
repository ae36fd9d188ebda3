// A data folder of version 0.1.0 under this build: all that was written is there, and all that was under way is finished.
import { createHash } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPublicKeys } from '../../cli/receipt/public-keys.js';
import { verifyReceipt } from '../../cli/receipt/verify-receipt.js';
import { unzip } from '../privacy/unzip.js';
import { collect } from '../sdk/clients.js';
import { ownerCall } from '../sdk/owner-call.js';
import {
  emailDomain,
  emailService,
  listSuppressedAddresses,
  plantedAddresses,
  plantedNotes,
  suppressionList,
} from './suppressed-addresses.js';
import { startUpgraded, type UpgradedEmulator } from './upgraded-emulator.js';

let upgraded: UpgradedEmulator;
/** Rows of the job table before anything was done, by their ids. */
let jobsBefore: string[];

const jobRows = async () => {
  const table = TableClient.fromConnectionString(upgraded.storage, 'jobs', { allowInsecureConnection: true });
  return (await collect(table.listEntities())).map(({ partitionKey, rowKey }) => `${partitionKey} ${rowKey}`);
};

beforeAll(async () => {
  upgraded = await startUpgraded();
  jobsBefore = await jobRows();
}, 60_000);
afterAll(() => upgraded?.stop());

/** What a receipt says was held in each store; once it is proved to be about this person. */
async function verified(jws: string, personId: string, salt: string) {
  const answer = await fetch(`${upgraded.contoso.httpEndpoint}/.well-known/jwks.json`);
  const { payload } = await jwtVerify(jws, createLocalJWKSet((await answer.json()) as JSONWebKeySet));
  const hash = createHash('sha256').update(Buffer.from(salt, 'base64url')).update(personId);
  expect(payload['subject']).toBe(hash.digest('base64url'));
  const stores = payload['stores'] as { store: string; items: number }[];
  return Object.fromEntries(stores.map(({ store, items }) => [store, items]));
}

it('verifies the receipt of that version with the keys of today, by the command', async () => {
  const source = `${upgraded.contoso.httpEndpoint}/.well-known/jwks.json`;
  const { jws, salt } = upgraded.facts.receipt;
  const keys = await readPublicKeys([source]);
  expect(verifyReceipt({ jws, personId: 'customer-19', salt }, keys)).toMatchObject({ isAboutPerson: true });
  expect(verifyReceipt({ jws, personId: 'customer-19' }, keys)).toContain('without its salt');
});

it('has every job of the folder under way at the start, in the partition of that version', () => {
  const { jobs } = upgraded.facts;
  // Of those that nothing holds up the host may have begun or finished one by now.
  const waiting = [jobs.erasureInTheMiddle, jobs.erasureWaiting, jobs.erasureCounting, jobs.deletionBetweenPasses];
  const ids = jobsBefore.map((row) => row.split(' ')[1]);
  expect(ids).toEqual(expect.arrayContaining(waiting));
  expect(jobsBefore).toContain(`parked ${jobs.erasureCounting}`);
});

it('reads threads, messages, images and members as they were', async () => {
  const { facts, chatOf } = upgraded;
  const bert = await chatOf('bert');
  const { threads, messages } = facts;
  const listed = (await collect(bert.listChatThreads())).map(({ id }) => id);
  expect(listed).toEqual(expect.arrayContaining([threads.shared, threads.other, threads.left, threads.stays]));
  expect(listed).not.toContain(threads.expired);

  const shared = bert.getChatThreadClient(threads.shared);
  expect(await shared.getProperties()).toMatchObject({ topic: 'More tea', metadata: { a: 'b' } });
  const contents = Object.fromEntries(
    (await collect(shared.listMessages())).map(({ id, content, deletedOn }) => [id, deletedOn ?? content?.message]),
  );
  expect(contents).toMatchObject({ [messages.tea]: 'mark-anna-tea', [messages.edited]: 'mark-bert-after' });
  expect(contents[messages.deleted]).toBeInstanceOf(Date);
  expect((await collect(shared.listReadReceipts())).length).toBe(2);
  const path = `/chat/threads/${encodeURIComponent(threads.shared)}/images/${facts.images.anna}/views/original`;
  const { token } = (
    await upgraded.call('POST', `/identities/${facts.people.bert}/:issueAccessToken?api-version=2023-10-01`, {
      scopes: ['chat'],
    })
  ).body;
  const image = await fetch(`${upgraded.contoso.httpEndpoint}${path}?api-version=2025-03-15`, {
    headers: { authorization: `Bearer ${String(token)}` },
  });
  expect(await image.text()).toBe('mark-anna-image');

  // A former member reads up to the removal.
  const anna = (await chatOf('anna')).getChatThreadClient(threads.left);
  expect((await collect(anna.listMessages())).map(({ content }) => content?.message)).toContain('mark-anna-left');
});

it('goes on where a link that the earlier version gave says, to members, receipts, threads and messages', async () => {
  const { facts, contoso, call } = upgraded;
  const issue = `/identities/${facts.people.bert}/:issueAccessToken?api-version=2023-10-01`;
  const { token } = (await call('POST', issue, { scopes: ['chat'] })).body;
  const follow = async (path: string, syncState: string) => {
    const query = `maxPageSize=1&syncState=${syncState}&api-version=2025-03-15`;
    const headers = { authorization: `Bearer ${String(token)}` };
    const answer = await fetch(`${contoso.httpEndpoint}/chat/threads${path}?${query}`, { headers });
    return [answer.status, ((await answer.json()) as { value: object[] }).value] as const;
  };
  const [first = '', second = ''] = [facts.people.anna, facts.people.bert].sort();
  const shared = `/${encodeURIComponent(facts.threads.shared)}`;
  const of = (rawId: string) => ({ rawId });
  // It named the user by the second half of the id.
  const place = first.slice(-36);
  expect(await follow(`${shared}/participants`, place)).toMatchObject([200, [{ communicationIdentifier: of(second) }]]);
  expect(await follow(`${shared}/readReceipts`, place)).toMatchObject([
    200,
    [{ senderCommunicationIdentifier: of(second) }],
  ]);
  expect(await follow('', '0'.repeat(36))).toMatchObject([200, [{ id: expect.any(String) }]]);
  expect(await follow(`${shared}/messages`, '2')).toMatchObject([200, [{ sequenceId: '1' }]]);
});

it('reads persons, resources with tags, email resources and SMTP users', async () => {
  const { facts, call, management } = upgraded;
  const { group, people } = facts;
  const { body } = await call('GET', '/persons/customer-17');
  const hers = [people.anna, people.ann, '4:+4366412345678', 'anna@example.com'];
  expect([...(body['identifiers'] as string[])].sort()).toEqual(hers.sort());
  const fabrikam = await management.communicationServices.get(group, 'fabrikam');
  expect(fabrikam).toMatchObject({ tags: { team: 'mark-fabrikam-tag' }, provisioningState: 'Succeeded' });
  expect(fabrikam.immutableResourceId).toBe(facts.resources.fabrikam.immutableId);
  expect(await management.smtpUsernames.get(group, 'fabrikam', 'mailer')).toMatchObject({
    username: 'mark-fabrikam-smtp',
  });
  expect(await management.domains.get(group, emailService, emailDomain)).toMatchObject({
    tags: { of: 'mark-domain-tag' },
  });
  expect(await management.senderUsernames.get(group, emailService, emailDomain, 'info')).toMatchObject({
    displayName: 'mark-sender-name',
  });
  expect(await listSuppressedAddresses(management, group)).toEqual(plantedAddresses);
  expect(await upgraded.found(plantedNotes)).toHaveLength(plantedNotes.length);
});

it('shows the receipt of an erasure that was done, and why an archive was dropped', async () => {
  const { facts, call } = upgraded;
  const { body } = await call('GET', `/privacy/receipts/${facts.receipt.id}`);
  expect(body['receipt']).toBe(facts.receipt.jws);
  expect(await verified(facts.receipt.jws, 'customer-19', facts.receipt.salt)).toMatchObject({ chatthreads: 3 });
  const dropped = (await call('GET', `/privacy/operations/${facts.exported}`)).body;
  expect(dropped).toMatchObject({ status: 'failed', error: { code: 'Erased' } });
  expect(dropped).not.toHaveProperty('result');
});

it('finishes an export that was waiting', async () => {
  const { facts, endedByItself, contoso } = upgraded;
  const operationId = facts.jobs.exportWaiting;
  expect(await endedByItself(operationId)).toMatchObject({ status: 'succeeded' });
  const answer = await ownerCall(contoso, { method: 'GET', path: `/privacy/exports/${operationId}/content` });
  const files = await unzip(Buffer.from(await answer.arrayBuffer()));
  expect(JSON.stringify([...files.values()].map(String))).toContain('mark-cleo-cake');
}, 60_000);

it('finishes the erasures that were under way, with receipts that say what the earlier build had counted', async () => {
  const { facts, ended, found, health } = upgraded;
  const { people, jobs } = facts;
  const middle = await ended(jobs.erasureInTheMiddle);
  const { receipt } = middle['result'] as { receipt: string };
  const counted = await verified(receipt, 'customer-20', facts.erasureInTheMiddle.salt);
  expect(counted).toMatchObject({ exports: 2, chatimages: 1, chatthreads: 56, identities: 2 });
  const counting = await ended(jobs.erasureCounting);
  const other = (counting['result'] as { receipt: string }).receipt;
  const ofKim = await verified(other, 'customer-21', facts.erasureCounting.salt);
  expect(ofKim).toMatchObject({ chatthreads: 3, identities: 1 });
  // The archive that was begun is made without a word of theirs, as the scan below finds: they are hidden already.
  expect(await ended(jobs.exportBegun)).toMatchObject({ status: 'succeeded' });
  await upgraded.emulator.clock.advance('PT10M');
  expect(await found(['mark-dora', 'mark-kim', 'mark-mia', 'mark-mimi', people.dora, people.mia, people.mimi])).toEqual(
    [],
  );
  expect(await health()).toMatchObject({ status: 'healthy', parkedJobs: 0 });
}, 60_000);

it('finishes the deletions of resources that were under way, and nothing of another is lost', async () => {
  const { facts, found, management, emulator } = upgraded;
  await emulator.clock.advance('PT10M');
  for (const name of ['northwind', 'tailspin']) {
    await expect(management.communicationServices.get(facts.group, name)).rejects.toMatchObject({ statusCode: 404 });
  }
  expect(await found(['mark-northwind', 'mark-tailspin'])).toEqual([]);
  expect(await found(['mark-fabrikam-text', 'mark-fabrikam-person'])).toHaveLength(2);
});

it('finishes the count, of every store, right', async () => {
  const { facts, call } = upgraded;
  const day = new Date(facts.productMs).toISOString().slice(0, 10);
  const { body } = await call('GET', `/residency/record?day=${day}`);
  const stores = body['stores'] as { store: string; items: number; ofThisResource: number }[];
  expect(body['foreignItems']).toBe(0);
  const items = Object.fromEntries(stores.map(({ store, ofThisResource }) => [store, ofThisResource]));
  // Those that the earlier build had counted, and those that this one has.
  expect(items).toMatchObject({
    exports: expect.any(Number),
    chatthreads: expect.any(Number),
    persons: expect.any(Number),
  });
  expect(items['chatthreads']).toBeGreaterThan(facts.mimiThreads.length);
  expect(items['recordings']).toBe(2);
});

it('has no job left, neither where they were nor where they are now', async () => {
  await upgraded.emulator.clock.advance('PT10M');
  expect(await jobRows()).toEqual([]);
});

it('edits and sends as if nothing had been', async () => {
  const { facts, chatOf, found } = upgraded;
  const stays = (await chatOf('bert')).getChatThreadClient(facts.threads.stays);
  await stays.updateMessage(facts.editable, { content: 'mark-bert-pie' });
  expect((await stays.getMessage(facts.editable)).content?.message).toBe('mark-bert-pie');
  await stays.removeParticipant({ communicationUserId: facts.people.cleo });
  const { id } = await stays.sendMessage({ content: 'mark-bert-new' });
  expect(Number(id)).toBeGreaterThan(Number(facts.editable));
  await upgraded.emulator.clock.advance('PT20M');
  expect(await found(['mark-bert-cake'])).toEqual([]);
}, 60_000);

it('erases a person of that version from all that it wrote', async () => {
  const { facts, call, ended, found } = upgraded;
  const { people } = facts;
  const begun = await call('POST', '/persons/customer-17/:erase', {});
  expect(await ended(String(begun.body['id']))).toMatchObject({ status: 'succeeded' });
  expect(await found([people.anna, people.ann, 'mark-anna', 'mark-ann-hello'])).toEqual([]);
  expect(await found(['mark-bert-milk', 'mark-bert-hello'])).toHaveLength(2);
}, 60_000);

it('changes an email resource of that version', async () => {
  const { facts, management } = upgraded;
  await management.suppressionListAddresses.delete(facts.group, emailService, emailDomain, suppressionList, 'id-3');
  expect(Object.keys(await listSuppressedAddresses(management, facts.group))).toEqual(['id-1', 'id-2']);
}, 60_000);

it('lets go of what has expired, and of nothing before its time', async () => {
  const { facts, emulator, call, chatOf, found } = upgraded;
  const { expired, kept90 } = facts.threads;
  const restorable = async () => {
    const { body } = await call('GET', '/chat/expiredThreads');
    return (body['value'] as { id: string }[]).map(({ id }) => id);
  };
  const listed = async () => (await collect((await chatOf('cleo')).listChatThreads())).map(({ id }) => id);
  expect(await restorable()).toEqual([expired]);
  await emulator.clock.advance('P31D');
  expect(await restorable()).toEqual([]);
  expect(await listed()).toContain(kept90);
  expect(await found(['mark-recording'])).toEqual([]);
  await emulator.clock.advance('P29D');
  expect(await listed()).not.toContain(kept90);
  expect(await restorable()).toEqual([kept90]);
}, 60_000);
