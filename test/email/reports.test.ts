// What is told outside of what became of mails: events as the contract has them, and rows of logs.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DiagnosticsCapability } from '../../functions/diagnostics/capability.js';
import { deliveryReport, emailEventTypes, sentMails } from '../../shared/email/index.js';
import { recipientStates } from '../../shared/email/mail-states.js';
import type { MailDomain } from '../../shared/email/model.js';
import { eventRowStores } from '../../shared/events/index.js';
import type { Columns } from '../../shared/storage/index.js';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { contractProblems } from '../events/contract.js';
import { erasePerson } from '../events/erase-person.js';
import { startTopic, type TestTopic } from '../events/topic.js';
import { scanStorage } from '../scan/scan-storage.js';
import { addressesOf } from './email-app.js';
import { mailboxOf, mailFrom, resultOf, startSending, statesOf } from './mail-app.js';
import { failed, notice } from './notice.js';

const hourMs = 60 * 60_000;
const name = 'EmailDeliveryReportReceived';

let topic: TestTopic;
let geography: TestGeography;
let app: TestProcess;
let sender: string;

beforeAll(async () => {
  topic = await startTopic();
  geography = await startGeography({ DOMICILE_EVENTS: topic.setting });
  app = await geography.start();
  sender = await startSending(app);
});
afterEach(() => {
  topic.answer(200);
  app.app.clock.setOffset(0);
  app.app.dropCaches();
});
afterAll(async () => {
  await geography?.stop();
  await topic?.close();
});

async function send(...addresses: string[]): Promise<string> {
  const recipients = { to: addresses.map((address) => ({ address })) };
  const { body } = await app.call<{ id: string }>('email-send', { body: mailFrom(sender, { recipients }) });
  await resultOf(app, body.id);
  return body.id;
}
const about = (id: string) => topic.events.filter(({ data }) => data['messageId'] === id);
const until = (id: string, count: number) =>
  vi.waitFor(() => {
    expect(about(id)).toHaveLength(count);
    return about(id);
  }, 10_000);
const timer = (which: string) =>
  app.app.capabilities.flatMap(({ triggers = [] }) => triggers).find((each) => each.name === which)?.run as unknown as (
    ...args: unknown[]
  ) => Promise<void>;
async function bounce(id: string, address: string): Promise<number> {
  const mail = (await mailboxOf(app)).find((each) => each['operationId'] === id);
  const body = notice({
    to: String(mail?.['returnPath']),
    recipients: [[...failed(address), 'Remote-MTA: dns; mx.post.example']],
  });
  const headers = { 'content-type': 'message/rfc822' };
  return (await app.call('email-report-bounce', { body, headers })).status;
}

async function whereOf(id: string): Promise<MailDomain> {
  const { immutableId } = await app.app.defaultResource();
  const row = await app.app.storage.table(sentMails).get<Columns>(immutableId, `m!${id}`);
  return { resourceId: String(row?.['ownerId']), domain: String(row?.['domain']) };
}

describe('What became of a mail is told', () => {
  it.each([
    ['delivered', 'Delivered', 'The mail was taken.'],
    ['bounced', 'Bounced', 'The recipient takes no mail. 550 5.1.1'],
    ['failed', 'Failed', 'The mail was not taken. 554 5.6.0'],
    ['filtered-spam', 'FilteredSpam', 'The mail was taken for spam.'],
    ['quarantined', 'Quarantined', 'The mail was put into quarantine.'],
    ['suppressed', 'Suppressed', 'The recipient is suppressed, so the mail was not sent.'],
  ])('of %s as the contract has it', async (user, status, statusMessage) => {
    const recipient = `${user}+Told@Example.com`;
    const id = await send(recipient);
    const [event] = await until(id, 1);
    expect(event).toMatchObject({
      eventType: `Microsoft.Communication.${name}`,
      subject: `sender/${sender}/message/${id}`,
      data: {
        sender,
        recipient,
        messageId: id,
        internetMessageId: expect.stringMatching(/^<[\da-f]{32}@.+>$/),
        status,
        deliveryStatusDetails: { statusMessage, recipientMailServerHostName: expect.any(String) },
        deliveryAttemptTimestamp: event?.eventTime,
      },
    });
    expect(contractProblems(name, event?.data)).toEqual([]);
    const type = emailEventTypes.find((each) => each.name === name);
    expect(type?.data.safeParse(event?.data)).toMatchObject({ success: true });
  });

  it('and there is no other state that the contract does not have', () => {
    for (const state of recipientStates) {
      const outcome = { resourceId: 'r', mailId: 'm', internetMessageId: '<i@d>', sender: 'a@b.example', state, at: 0 };
      const more = {
        where: { resourceId: 'o', domain: 'd' },
        recipientHash: 'h',
        recipient: 0,
        address: 'c@d.example',
      };
      const event = deliveryReport({ ...outcome, ...more, server: '' });
      expect(event === undefined ? [] : contractProblems(name, event.data)).toEqual([]);
      expect(event === undefined).toBe(state === 'OutForDelivery');
    }
  });

  it('of each recipient by itself, also where some are suppressed', async () => {
    const id = await send('suppressed+b@example.com', 'one@example.com', 'two@example.com');
    const events = await until(id, 3);
    expect(events.map(({ data }) => [data['recipient'], data['status']]).toSorted()).toEqual([
      ['one@example.com', 'Delivered'],
      ['suppressed+b@example.com', 'Suppressed'],
      ['two@example.com', 'Delivered'],
    ]);
    expect(new Set(events.map((each) => each.id)).size).toBe(3);
  });

  it('once more when a delivered one comes back, with who has refused it, and with the same id when that is said again', async () => {
    const address = 'returns@example.com';
    const id = await send(address);
    await until(id, 1);
    expect([await bounce(id, address), await bounce(id, address)]).toEqual([204, 204]);
    await vi.waitFor(() => expect(new Set(about(id).map((each) => each.id)).size).toBe(2), 10_000);
    const last = about(id).at(-1);
    expect(last?.data).toMatchObject({
      recipient: address,
      status: 'Bounced',
      deliveryStatusDetails: { recipientMailServerHostName: 'mx.post.example' },
    });
  });

  it.each(['', 'Original-Recipient: rfc822; victim@elsewhere.example'])(
    'and not of an address that a notice names and the mail did not: %s',
    async (original) => {
      const id = await send('forwards@example.com');
      await until(id, 1);
      const mail = (await mailboxOf(app)).find((each) => each['operationId'] === id);
      const fields = [...failed('private@elsewhere.example'), ...(original === '' ? [] : [original])] as const;
      const body = notice({ to: String(mail?.['returnPath']), recipients: [fields] });
      const headers = { 'content-type': 'message/rfc822' };
      expect((await app.call('email-report-bounce', { body, headers })).status).toBe(204);
      expect(await statesOf(app, id)).toEqual(['Bounced']);
      // The next one comes behind it.
      const next = await send('behind@example.com');
      await until(next, 1);
      expect(about(id)).toHaveLength(1);
      expect(JSON.stringify(topic.events)).not.toContain('@elsewhere.example');
      await addressesOf(app.app).liftHash(await whereOf(id), 'forwards@example.com');
    },
  );

  it('when nobody took it in its time', async () => {
    const id = await send('never+told@example.com');
    app.app.clock.setOffset(25 * hourMs);
    app.app.dropCaches();
    await Promise.all(app.app.capabilities.map((each) => each.stop?.(0)));
    app = await geography.start({ clockOffsetMs: 25 * hourMs });
    await timer('find-due-mails')();
    const queue = app.app.storage.queue((await import('../../shared/email/index.js')).mailStores.queue);
    for (const { text } of await queue.receive(32, 60)) {
      await timer('deliver-mails')(text);
    }
    expect((await until(id, 1))[0]?.data).toMatchObject({ status: 'Failed' });
  });

  it('later when the topic takes nothing now, and keeps no mail from ending', async () => {
    topic.answer(503);
    const id = await send('waits@example.com');
    expect((await resultOf(app, id)).status).toBe('Succeeded');
    expect(about(id)).toEqual([]);
    topic.answer(200);
    app.app.clock.setOffset(hourMs);
    app.app.dropCaches();
    await timer('find-due-eventrows')();
    for (const { text } of await app.app.storage.queue(eventRowStores.queue).receive(32, 60)) {
      await timer('deliver-eventrows')(text);
    }
    await until(id, 1);
  });

  it('to nobody when the recipient was erased while it waited; nothing of them is left', async () => {
    topic.answer(503);
    const address = `erased-${crypto.randomUUID()}@example.com`;
    const id = await send(address);
    await vi.waitFor(async () => {
      const { hits } = await scanStorage(geography.connectionString, [address]);
      expect(hits.map(({ store }) => store)).toContain(eventRowStores.deliveries.name);
    }, 10_000);
    await erasePerson(app, address);
    topic.answer(200);
    const { hits } = await scanStorage(geography.connectionString, [address]);
    expect(hits.map(({ store }) => store)).toEqual([]);
    await timer('find-due-eventrows')();
    for (const { text } of await app.app.storage.queue(eventRowStores.queue).receive(32, 60)) {
      await timer('deliver-eventrows')(text);
    }
    expect(about(id)).toEqual([]);
    expect(JSON.stringify(topic.events)).not.toContain(address);
  });

  it('where the resource tells such events, and else nothing is written', async () => {
    accepted(await app.call('events-set-settings', { body: { types: ['SMSReceived'], content: true } }));
    const before = app.app.counter.snapshot();
    const id = await send('unheard@example.com');
    expect(await statesOf(app, id)).toEqual(['Delivered']);
    const used = Object.keys(app.app.counter.since(before));
    expect(used.filter((call) => call.startsWith(eventRowStores.deliveries.name))).toEqual([]);
    accepted(await app.call('events-set-settings', { body: { types: 'all', content: true } }));
    expect(about(id)).toEqual([]);
  });
});

describe('The logs of mail', () => {
  const diagnostics = () => app.app.capabilities.find((each) => each.name === 'diagnostics') as DiagnosticsCapability;
  const set = async (more: object) =>
    accepted(
      await app.call('diagnostics-set-settings', {
        body: { categories: 'all', retentionDays: 30, identifiers: 'raw', ...more },
      }),
    );
  async function rowsOf(table: string, where: Readonly<Record<string, string>>) {
    await diagnostics().flush();
    const body = { table, since: '2020-01-01T00:00:00Z', where };
    return accepted(await app.call<{ value: Record<string, unknown>[] }>('diagnostics-query-logs', { body })).value;
  }

  it('tell that one was accepted, in figures, and what became of it at each recipient', async () => {
    await set({});
    const [one, two] = ['Logged+1@Example.com', 'bounced+log@example.com'];
    const id = await send(one, two);
    expect(await rowsOf('ACSEmailSendMailOperational', { CorrelationId: id })).toEqual([
      {
        TimeGenerated: expect.any(String),
        Category: 'EmailSendMailOperational',
        CorrelationId: id,
        OperationName: 'SendMail',
        OperationVersion: '2025-09-01',
        Location: 'Europe',
        ToRecipientsCount: 2,
        CcRecipientsCount: 0,
        BccRecipientsCount: 0,
        UniqueRecipientsCount: 2,
        AttachmentsCount: 0,
        Size: expect.any(Number),
      },
    ]);
    const rows = await vi.waitFor(async () => {
      const found = await rowsOf('ACSEmailStatusUpdateOperational', { CorrelationId: id });
      expect(found).toHaveLength(2);
      return found;
    }, 10_000);
    expect(rows.toSorted((a, b) => (String(a['DeliveryStatus']) < String(b['DeliveryStatus']) ? -1 : 1))).toMatchObject(
      [
        { RecipientId: two, DeliveryStatus: 'Bounced', SmtpStatusCode: '550', IsHardBounce: 'true' },
        { RecipientId: one.toLowerCase(), DeliveryStatus: 'Delivered', IsHardBounce: 'false' },
      ],
    );
  });

  it('call people as the owner wants, and find them by their address either way until they are erased', async () => {
    for (const identifiers of ['raw', 'pseudonymous']) {
      await set({ identifiers });
      const address = `${identifiers}-${crypto.randomUUID()}@example.com`;
      await send(address);
      const rows = await vi.waitFor(async () => {
        const found = await rowsOf('ACSEmailStatusUpdateOperational', { RecipientId: address });
        expect(found).toHaveLength(1);
        return found;
      }, 10_000);
      expect(String(rows[0]?.['RecipientId']).startsWith('p:')).toBe(identifiers === 'pseudonymous');
      await erasePerson(app, address);
      expect(await rowsOf('ACSEmailStatusUpdateOperational', { RecipientId: address })).toEqual([]);
      const { hits } = await scanStorage(geography.connectionString, [address]);
      expect(hits.map(({ store }) => store)).toEqual([]);
    }
    await set({ categories: 'none' });
  });

  it('and what is kept of a mail names nobody', async () => {
    const address = `hashed-${crypto.randomUUID()}@example.com`;
    const id = await send(address);
    await until(id, 1);
    const { hits } = await scanStorage(geography.connectionString, [address]);
    expect(hits.map(({ store }) => store)).not.toContain(sentMails.name);
  });
});
