import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemKinds, ItemStore, resourceItems, sentMails, SentMails } from '../../shared/email/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { passMinute } from './deployed-mail.js';
import { addEmailResource, addressesOf } from './email-app.js';
import { mailboxOf, mailFrom, resultOf, startSending, statesOf } from './mail-app.js';

let geography: TestGeography;
let app: TestProcess;
let sender: string;

beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  sender = await startSending(app);
});
afterAll(() => geography?.stop());

interface Refusal {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly target?: string;
    readonly details?: readonly { readonly target: string; readonly message: string }[];
  };
}
const send = (change: object = {}, headers: Readonly<Record<string, string>> = {}) =>
  app.call<Refusal & { readonly id: string }>('email-send', { body: mailFrom(sender, change), headers });
const people = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ address: `person${index}@contoso.example` }));

describe('What is no mail is refused', () => {
  const attachment = { name: 'a.txt', contentType: 'text/plain', contentInBase64: 'aGk=' };
  it.each<[string, object, string]>([
    ['no recipient at all', { recipients: {} }, 'recipients'],
    ['empty lists', { recipients: { to: [], cc: [], bcc: [] } }, 'recipients'],
    ['51 recipients', { recipients: { to: people(20), cc: people(20), bcc: people(11) } }, 'recipients'],
    ['an address without a domain', { recipients: { to: [{ address: 'anna' }] } }, 'recipients.to[0].address'],
    ['a domain of one word', { recipients: { cc: [{ address: 'a@localhost' }] } }, 'recipients.cc[0].address'],
    ['two dots', { recipients: { bcc: [{ address: 'a..b@contoso.example' }] } }, 'recipients.bcc[0].address'],
    ['letters beyond ASCII', { recipients: { to: [{ address: 'a@münchen.example' }] } }, 'recipients.to[0].address'],
    [
      'a line break in an address',
      { recipients: { to: [{ address: 'a@b.example\r\nx' }] } },
      'recipients.to[0].address',
    ],
    ['an angle bracket', { recipients: { to: [{ address: 'a@b.example>' }] } }, 'recipients.to[0].address'],
    [
      'a line break in a name',
      { recipients: { to: [{ address: 'a@b.example', displayName: 'A\r\nBcc: x@y.example' }] } },
      'recipients.to[0].displayName',
    ],
    [
      'a bare line feed in a name',
      { replyTo: [{ address: 'a@b.example', displayName: 'A\nB' }] },
      'replyTo[0].displayName',
    ],
    ['a line break in the subject', { content: { subject: 'A\r\nX: y', plainText: 'x' } }, 'content.subject'],
    ['no subject', { content: { plainText: 'x' } }, 'content.subject'],
    ['no text', { content: { subject: 'x' } }, 'content'],
    ['a subject that no header can have', { content: { subject: 'x'.repeat(999), plainText: 'x' } }, 'content.subject'],
    ['a line break in a header', { headers: { 'X-A': 'b\r\nBcc: x@y.example' } }, 'headers'],
    ['a header with a colon in its name', { headers: { 'X-A: b': 'c' } }, 'headers'],
    ['a header that the service writes', { headers: { bcc: 'x@y.example' } }, 'headers'],
    ['a content header', { headers: { 'Content-Type': 'text/html' } }, 'headers'],
    [
      'base64 that is none',
      { attachments: [{ ...attachment, contentInBase64: 'a*==' }] },
      'attachments[0].contentInBase64',
    ],
    ['half a base64', { attachments: [{ ...attachment, contentInBase64: 'aGk' }] }, 'attachments[0].contentInBase64'],
    ['a type that is none', { attachments: [{ ...attachment, contentType: 'text' }] }, 'attachments[0].contentType'],
    [
      'a line break in a type',
      { attachments: [{ ...attachment, contentType: 'a/b\r\nX: y' }] },
      'attachments[0].contentType',
    ],
    ['a line break in a file name', { attachments: [{ ...attachment, name: 'a\r\nb' }] }, 'attachments[0].name'],
    ['a content id with brackets', { attachments: [{ ...attachment, contentId: '<a>' }] }, 'attachments[0].contentId'],
  ])('%s', async (_, change, target) => {
    const { status, body } = await send(change);
    expect([status, body.error.code, body.error.target]).toEqual([400, 'BadRequest', target]);
  });

  it('and everything that is wrong is named at once, without repeating any of it', async () => {
    const { body, text } = await send({
      senderAddress: 'mark-sender',
      content: { subject: 'mark\nsubject' },
      recipients: { to: [{ address: 'mark-to' }], cc: [{ address: 'mark-cc' }] },
      attachments: [{ name: 'mark-name', contentType: 'mark-type', contentInBase64: 'mark-content*' }],
    });
    expect(body.error.details?.map(({ target }) => target)).toEqual([
      'senderAddress',
      'content.subject',
      'content',
      'recipients.to[0].address',
      'recipients.cc[0].address',
      'attachments[0].contentType',
      'attachments[0].contentInBase64',
    ]);
    expect(text).not.toContain('mark');
  });

  it('an operation id that is no UUID', async () => {
    const { status, body } = await send({}, { 'operation-id': 'mine' });
    expect([status, body.error.target]).toEqual([400, 'operation-id']);
  });
});

describe('Who may send', () => {
  const domain = 'post.contoso.example';
  const verified = Object.fromEntries(['Domain', 'SPF', 'DKIM', 'DKIM2'].map((type) => [type, { status: 'Verified' }]));

  it('is a user of a verified and linked domain', async () => {
    const owner = await addEmailResource(app.app, 'own', [domain]);
    const items = new ItemStore(app.app.storage.table(resourceItems));
    const from = (senderAddress: string) => send({ senderAddress });
    // Linked, but not there.
    expect((await from(`info@${domain}`)).body.error.code).toBe('DomainNotLinked');
    const put = (verificationStates: object) =>
      items.put(owner, itemKinds.domains, [domain], { name: domain, properties: { verificationStates } });
    await put({ ...verified, SPF: { status: 'NotStarted' } });
    expect((await from(`info@${domain}`)).body.error.code).toBe('DomainNotLinked');
    await put(verified);
    const unknown = await from(`info@${domain}`);
    expect([unknown.status, unknown.body.error.code]).toEqual([400, 'InvalidSenderUserName']);
    const properties = { username: 'info', displayName: 'Contoso "Tea"' };
    await items.put(owner, itemKinds.senderUsernames, [domain, 'info'], { name: 'info', properties });
    expect((await from(`Info@POST.contoso.example`)).status).toBe(202);
  });

  it('is nobody else', async () => {
    const { status, body } = await send({ senderAddress: 'info@elsewhere.example' });
    expect([status, body.error.code]).toEqual([404, 'DomainNotLinked']);
  });
});

describe('A repeated request', () => {
  it('has the same operation, and one mail is sent', async () => {
    const headers = { 'operation-id': crypto.randomUUID().toUpperCase() };
    const change = { recipients: { to: [{ address: 'repeated@contoso.example' }] } };
    const other = await geography.start();
    const answers = await Promise.all([
      send(change, headers),
      other.call<{ id: string }>('email-send', { body: mailFrom(sender, change), headers }),
      send(change, headers),
    ]);
    expect(answers.map(({ status, body }) => [status, body.id])).toEqual(
      answers.map(() => [202, headers['operation-id'].toLowerCase()]),
    );
    await resultOf(app, answers[0].body.id);
    const found = (await mailboxOf(app)).filter(({ to }) => to === 'repeated@contoso.example');
    expect(found).toHaveLength(1);
    const taken = await send({ ...change, content: { subject: 'Other', plainText: 'x' } }, headers);
    expect([taken.status, taken.body.error.code]).toEqual([409, 'Conflict']);
  });

  it('is known by the id that an SDK gives each request', async () => {
    const headers = { 'x-ms-client-request-id': crypto.randomUUID() };
    const [one, same, other] = [
      await send({}, headers),
      await send({}, headers),
      await send({ content: { subject: 'Other', plainText: 'x' } }, headers),
    ];
    expect(same.body.id).toBe(one.body.id);
    expect(other.body.id).not.toBe(one.body.id);
  });

  it('is taken over when whoever began it has died, and what that one has left is not sent', async () => {
    const headers = { 'operation-id': crypto.randomUUID() };
    const change = { recipients: { to: [{ address: 'soft-bounced+left@contoso.example' }] } };
    await send(change, headers);
    const { immutableId } = await app.app.defaultResource();
    // As a process leaves it that dies right behind the outbox, a minute ago.
    const row = { partitionKey: immutableId, rowKey: `m!${headers['operation-id']}` };
    const claimedMs = Date.now() - 61_000;
    await app.app.storage.table(sentMails).update({ ...row, status: 'notStarted', claimedMs }, '*', 'merge');
    const again = await send(change, headers);
    expect([again.status, again.body.id]).toEqual([202, headers['operation-id']]);
  });
});

describe('A mail that has failed', () => {
  const path = ['AzureManagedDomain', 'DoNotReply', 'again'];
  const list = async (email: string) => {
    const entry = { name: 'again', properties: { email } };
    const ownerId = await seededOwner();
    await addressesOf(app.app).put(ownerId, itemKinds.suppressionListAddresses, path, entry);
    return () => addressesOf(app.app).remove(ownerId, itemKinds.suppressionListAddresses, path);
  };

  it('is sent when the same is handed in again and its recipient is on no list any more', async () => {
    const headers = { 'x-ms-client-request-id': crypto.randomUUID() };
    const change = { recipients: { to: [{ address: 'relisted@contoso.example' }] } };
    const unlist = await list('relisted@contoso.example');
    const first = await send(change, headers);
    expect((await send(change, headers)).body.id).toBe(first.body.id);
    expect(await resultOf(app, first.body.id)).toMatchObject({ status: 'Failed', error: { code: 'EmailDropped' } });
    await unlist();
    const again = await Promise.all([send(change, headers), send(change, headers)]);
    expect(again.map(({ body }) => body.id)).toEqual([first.body.id, first.body.id]);
    expect(await resultOf(app, first.body.id)).toMatchObject({ status: 'Succeeded', error: null });
    expect(await statesOf(app, first.body.id)).toEqual(['Delivered']);
    expect((await mailboxOf(app)).filter(({ to }) => to === 'relisted@contoso.example')).toHaveLength(1);
  });

  it('stays what it is under an operation id that the caller has chosen', async () => {
    const headers = { 'operation-id': crypto.randomUUID() };
    const change = { recipients: { to: [{ address: 'chosen@contoso.example' }] } };
    const unlist = await list('chosen@contoso.example');
    await send(change, headers);
    await unlist();
    expect((await send(change, headers)).status).toBe(202);
    expect(await resultOf(app, headers['operation-id'])).toMatchObject({ status: 'Failed' });
  });

  it('is tried anew when nobody took it in its time, and what is told late of the first time changes nothing', async () => {
    const headers = { 'x-ms-client-request-id': crypto.randomUUID() };
    const change = { recipients: { to: [{ address: 'never+again@contoso.example' }] } };
    const { id } = (await send(change, headers)).body;
    app.app.clock.setOffset(25 * 60 * 60_000);
    app.app.dropCaches();
    await passMinute(app);
    expect(await statesOf(app, id)).toEqual(['Failed']);
    expect((await send(change, headers)).body.id).toBe(id);
    expect(await statesOf(app, id)).toEqual(['OutForDelivery']);
    const { immutableId } = await app.app.defaultResource();
    const table = app.app.storage.table(sentMails);
    const sent = new SentMails({ table, ids: randomIds, due: undefined as never, hash: String });
    const states = new Map([[0, { state: 'Failed', at: 0 } as const]]);
    expect(await sent.change(immutableId, id, { states, acceptedOn: Date.now() })).toBeUndefined();
    expect(await statesOf(app, id)).toEqual(['OutForDelivery']);
    app.app.clock.setOffset(0);
    app.app.dropCaches();
  });
});

describe('What becomes of a mail', () => {
  it('is recorded of the mail as it is, whoever was erased since this process has accepted it', async () => {
    const { id } = (await send({ recipients: { to: [{ address: 'never+erased@contoso.example' }] } })).body;
    const { immutableId } = await app.app.defaultResource();
    const table = app.app.storage.table(sentMails);
    const sent = new SentMails({ table, ids: randomIds, due: undefined as never, hash: String });
    const found = await sent.find(immutableId, id);
    await sent.start(immutableId, found as NonNullable<typeof found>, found?.etag ?? '', async () => undefined);
    // As an erasure does it, in another process.
    await table.update({ partitionKey: immutableId, rowKey: `m!${id}`, who: '', sender: '' }, '*', 'merge');
    const states = new Map([[0, { state: 'Delivered', at: 0 } as const]]);
    expect(await sent.change(immutableId, id, { states })).toMatchObject({ sender: '', who: [''], status: 'running' });
    expect(await sent.find(immutableId, id)).toMatchObject({ sender: '', states: [{ state: 'Delivered' }] });
  });

  it.each([
    ['anna', 'Delivered'],
    ['bounced', 'Bounced'],
    ['failed', 'Failed'],
    ['filtered-spam', 'FilteredSpam'],
    ['quarantined', 'Quarantined'],
    ['soft-bounced', 'OutForDelivery'],
  ])('to %s@ is %s', async (user, state) => {
    const { body } = await send({ recipients: { to: [{ address: `${user}+state@contoso.example` }] } });
    expect((await resultOf(app, body.id)).status).toBe('Succeeded');
    expect(await statesOf(app, body.id)).toEqual([state]);
  });

  it('is known for each recipient, each of whom gets it once', async () => {
    const to = ['bounced', 'anna', 'Anna', 'suppressed'].map((user) => ({ address: `${user}@contoso.example` }));
    const { body } = await send({ recipients: { to } });
    await resultOf(app, body.id);
    expect(await statesOf(app, body.id)).toEqual(['Bounced', 'Delivered', 'Suppressed']);
  });

  it('is that it is dropped when its owner has put every recipient on a list', async () => {
    const ownerId = await seededOwner();
    const path = ['AzureManagedDomain', 'DoNotReply', 'a'];
    const entry = { name: 'a', properties: { email: 'Listed@contoso.example' } };
    await addressesOf(app.app).put(ownerId, itemKinds.suppressionListAddresses, path, entry);
    const { body } = await send({ recipients: { to: [{ address: 'listed@contoso.example' }] } });
    expect(await resultOf(app, body.id)).toMatchObject({ status: 'Failed', error: { code: 'EmailDropped' } });
    expect(await statesOf(app, body.id)).toEqual(['Suppressed']);
  });

  it('is forgotten after four days, and nothing of it is left', async () => {
    const { body } = await send();
    await resultOf(app, body.id);
    app.app.clock.setOffset(4 * 24 * 60 * 60_000 + 1_000);
    app.app.dropCaches();
    expect((await app.call('email-get-send-result', { params: { operationId: body.id } })).status).toBe(404);
    await app.app.sweep();
    expect(await statesOf(app, body.id)).toEqual([]);
    app.app.clock.setOffset(0);
    app.app.dropCaches();
  });
});

/** Immutable id of the email resource that is there from the start. */
async function seededOwner(): Promise<string> {
  const { body } = await send({ recipients: { to: [{ address: 'owner@contoso.example' }] } });
  const { immutableId } = await app.app.defaultResource();
  const row = await app.app.storage.table(sentMails).get<{ ownerId: string }>(immutableId, `m!${body.id}`);
  return row?.ownerId ?? '';
}
