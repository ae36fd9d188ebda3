import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mailboxMails, sentMails, suppressIfBounced } from '../../shared/email/index.js';
import { outcomeOf } from '../../shared/email/mail-outbox.js';
import { type SentMail, toMail } from '../../shared/email/sent-mail-rows.js';
import type { Columns } from '../../shared/storage/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { addressesOf } from './email-app.js';
import { failed, notice } from './notice.js';
import { mailFrom, resultOf, startSending, statesOf } from './mail-app.js';

const hourMs = 60 * 60_000;
let geography: TestGeography;
let app: TestProcess;
let sender: string;

beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  sender = await startSending(app);
});
beforeEach(() => setClock(0));
afterAll(() => geography?.stop());

function setClock(offsetMs: number): void {
  app.app.clock.setOffset(offsetMs);
  app.app.dropCaches();
}

/** @returns id of the operation, and the address that its bounces come back to */
async function send(...addresses: string[]) {
  const recipients = { to: addresses.map((address) => ({ address })) };
  const { body } = await app.call<{ id: string }>('email-send', { body: mailFrom(sender, { recipients }) });
  await resultOf(app, body.id);
  const { immutableId } = await app.app.defaultResource();
  for await (const row of app.app.storage.table(mailboxMails).rows<Columns>({ partition: immutableId })) {
    if (row['operationId'] === body.id) {
      return { id: body.id, returnPath: String(row['returnPath']) };
    }
  }
  return { id: body.id, returnPath: '' };
}

const report = (body: Buffer, query: Readonly<Record<string, string>> = {}) =>
  app.call<{ error: { code: string } }>('email-report-bounce', {
    body,
    query,
    headers: { 'content-type': 'message/rfc822' },
  });

/** Whether mail goes to an address; `undefined` while it does, else until when, in hours from now. */
async function suppressedFor(mailId: string, address: string): Promise<number | undefined> {
  const { immutableId } = await app.app.defaultResource();
  const row = await app.app.storage.table(sentMails).get<Columns>(immutableId, `m!${mailId}`);
  const where = { resourceId: String(row?.['ownerId']), domain: String(row?.['domain']) };
  const found = await addressesOf(app.app).suppression(where, address, app.app.clock.now());
  return found?.until === undefined ? undefined : Math.round((found.until - app.app.clock.now()) / hourMs);
}

describe('A bounce that comes back by mail', () => {
  it('changes what became of its recipient, and of nobody else', async () => {
    const { id, returnPath } = await send('anna@contoso.example', 'bert@contoso.example');
    expect(await statesOf(app, id)).toEqual(['Delivered', 'Delivered']);
    const body = notice({ to: returnPath, recipients: [failed('Bert@contoso.example')] });
    expect((await report(body)).status).toBe(204);
    expect(await statesOf(app, id)).toEqual(['Delivered', 'Bounced']);
  });

  it('keeps mail from its recipient when nobody else got it', async () => {
    const { id, returnPath } = await send('bert@contoso.example');
    expect((await report(notice({ to: returnPath, recipients: [failed('Bert@contoso.example')] }))).status).toBe(204);
    expect(await suppressedFor(id, 'bert@contoso.example')).toBe(24);
    const again = await send('bert@contoso.example');
    expect(await resultOf(app, again.id)).toMatchObject({ status: 'Failed', error: { code: 'EmailDropped' } });
  });

  it('suppresses nobody when others who got the mail could have sent it, but what a server says at once does', async () => {
    const { id, returnPath } = await send(
      'rival@contoso.example',
      'several@contoso.example',
      'bounced+c@contoso.example',
    );
    await report(notice({ to: returnPath, recipients: [failed('several@contoso.example')] }));
    expect(await statesOf(app, id)).toEqual(['Delivered', 'Bounced', 'Bounced']);
    expect(await suppressedFor(id, 'several@contoso.example')).toBeUndefined();
    expect(await suppressedFor(id, 'bounced+c@contoso.example')).toBe(24);
  });

  it('names the recipient as the mail did, when an alias was on the way', async () => {
    const { id, returnPath } = await send('alias@contoso.example', 'other@contoso.example');
    const recipient = [
      'Original-Recipient: rfc822;alias@contoso.example',
      ...failed('inbox@elsewhere.example'),
    ] as const;
    await report(notice({ to: returnPath, recipients: [recipient] }));
    expect(await statesOf(app, id)).toEqual(['Bounced', 'Delivered']);
  });

  it('is of the only recipient, whatever address it names', async () => {
    const { id, returnPath } = await send('single@contoso.example');
    await report(notice({ to: returnPath, recipients: [failed('inbox@elsewhere.example')] }));
    expect(await statesOf(app, id)).toEqual(['Bounced']);
    expect(await suppressedFor(id, 'single@contoso.example')).toBe(24);
  });

  it.each([
    ['a full mailbox', failed('soft@contoso.example', '5.2.2', '552 5.2.2 full'), 'Failed'],
    ['a time that is over', failed('soft@contoso.example', '4.4.1', '421 4.4.1 no answer'), 'Failed'],
    ['a delay', ['Final-Recipient: rfc822; soft@contoso.example', 'Action: delayed', 'Status: 4.4.1'], 'Delivered'],
    ['a status alone', ['Final-Recipient: rfc822; soft@contoso.example', 'Action: failed', 'Status: 5.1.1'], 'Bounced'],
  ] as const)('of %s', async (_, recipient, state) => {
    const { id, returnPath } = await send('soft@contoso.example');
    await report(notice({ to: returnPath, recipients: [recipient] }));
    expect(await statesOf(app, id)).toEqual([state]);
    expect((await suppressedFor(id, 'soft@contoso.example')) === undefined).toBe(state !== 'Bounced');
  });

  it('is found by the recipient of the envelope when no header names it', async () => {
    const { id, returnPath } = await send('hidden@contoso.example');
    const body = notice({ to: 'postmaster@contoso.example', recipients: [failed('hidden@contoso.example')] });
    expect((await report(body)).status).toBe(404);
    expect((await report(body, { recipient: returnPath.toUpperCase() })).status).toBe(204);
    expect(await statesOf(app, id)).toEqual(['Bounced']);
  });

  it('cannot be made up: neither for another mail, nor with another end', async () => {
    const { id, returnPath } = await send('victim@contoso.example');
    const last = returnPath.replace(/(.)@/, (_, letter: string) => `${letter === 'a' ? 'b' : 'a'}@`);
    const first = returnPath.replace(/^bounce-(.)/, (_, letter: string) => `bounce-${letter === 'a' ? 'b' : 'a'}`);
    for (const to of [last, first, `bounce-${id}@contoso.example`]) {
      expect((await report(notice({ to, recipients: [failed('victim@contoso.example')] }))).status).toBe(404);
    }
    expect(await statesOf(app, id)).toEqual(['Delivered']);
  });

  it('is refused when it is no notice', async () => {
    const { returnPath } = await send('anna@contoso.example');
    const { status, body } = await report(Buffer.from(`To: ${returnPath}\r\n\r\nI am away until Monday.\r\n`));
    expect([status, body.error.code]).toEqual([400, 'BadRequest']);
  });
});

describe('The suppression of an address that bounces', () => {
  it('takes longer with each bounce while it lasts, and two weeks at most; then mail goes again', async () => {
    // All are on their way before the first comes back.
    const mails = [];
    for (let n = 0; n < 6; n++) {
      mails.push(await send('leaving@contoso.example'));
    }
    const [{ id } = { id: '' }] = mails;
    const hours = [];
    for (const { returnPath } of mails) {
      await report(notice({ to: returnPath, recipients: [failed('leaving@contoso.example')] }));
      hours.push(await suppressedFor(id, 'leaving@contoso.example'));
    }
    expect(hours).toEqual([24, 48, 96, 168, 336, 336]);
    setClock(336 * hourMs + 60_000);
    expect(await suppressedFor(id, 'leaving@contoso.example')).toBeUndefined();
    await app.app.sweep();
    const { id: again } = await send('leaving@contoso.example');
    expect(await statesOf(app, again)).toEqual(['Delivered']);
  });

  it('begins anew when it was over', async () => {
    const first = await send('returning@contoso.example');
    await report(notice({ to: first.returnPath, recipients: [failed('returning@contoso.example')] }));
    setClock(25 * hourMs);
    await app.app.sweep();
    const second = await send('returning@contoso.example');
    await report(notice({ to: second.returnPath, recipients: [failed('returning@contoso.example')] }));
    expect(await suppressedFor(second.id, 'returning@contoso.example')).toBe(24);
  });

  it('takes no longer when the same bounce is told several times, at once or later', async () => {
    const { id, returnPath } = await send('twice@contoso.example');
    const next = await send('twice@contoso.example');
    const told = notice({ to: returnPath, recipients: [failed('twice@contoso.example')] });
    const all = await Promise.all(Array.from({ length: 6 }, () => report(told)));
    expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 204));
    expect(await suppressedFor(id, 'twice@contoso.example')).toBe(24);
    await report(notice({ to: next.returnPath, recipients: [failed('twice@contoso.example')] }));
    expect(await suppressedFor(id, 'twice@contoso.example')).toBe(48);
  });

  it('takes no longer when its record lost a race, and is told again', async () => {
    const { id } = await send('raced@contoso.example');
    const { immutableId } = await app.app.defaultResource();
    const row = await app.app.storage.table(sentMails).get<Columns>(immutableId, `m!${id}`);
    const mail = row && toMail(row);
    const bounced = { ...mail, states: [{ state: 'Bounced', at: 0 }] } as SentMail;
    const outcome = outcomeOf(immutableId, bounced, 0);
    for (let n = 0; n < 3; n++) {
      await suppressIfBounced({ addresses: addressesOf(app.app), clock: app.app.clock }, outcome);
    }
    expect(await suppressedFor(id, 'raced@contoso.example')).toBe(24);
  });

  it('takes longer with each of those that come back at once', async () => {
    const mails = [];
    for (let n = 0; n < 4; n++) {
      mails.push(await send('flood@contoso.example'));
    }
    const notices = mails.map(({ returnPath }) =>
      notice({ to: returnPath, recipients: [failed('flood@contoso.example')] }),
    );
    await Promise.all(notices.map((each) => report(each)));
    expect(await suppressedFor(mails[0]?.id ?? '', 'flood@contoso.example')).toBe(168);
  });

  it('comes of what a mail server says at once, too', async () => {
    const { id } = await send('bounced+now@contoso.example');
    expect(await statesOf(app, id)).toEqual(['Bounced']);
    expect(await suppressedFor(id, 'bounced+now@contoso.example')).toBe(24);
  });
});
