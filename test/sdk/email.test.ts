import { EmailClient, type EmailMessage } from '@azure/communication-email';
import { startEmulator, type Emulator, type EmulatorResource } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let emulator: Emulator;
let europe: EmulatorResource;
let client: EmailClient;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], instances: 2 });
  europe = emulator.resources[0] as EmulatorResource;
  client = new EmailClient(europe.connectionString, emulator.clientOptions);
});
afterAll(() => emulator?.dispose());

const mailTo = (address: string, more: Partial<EmailMessage> = {}): EmailMessage => ({
  senderAddress: europe.mailSender,
  content: { subject: 'Hello', plainText: 'Hello to you' },
  recipients: { to: [{ address }] },
  ...more,
});

const send = async (message: EmailMessage) => (await client.beginSend(message)).pollUntilDone();

interface Mail {
  readonly id: string;
  readonly operationId: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly object[];
}
const waitFor = async (filter: object) => (await emulator.stage('email', 'wait-for-mail', filter)) as Mail;

describe('The official email client', () => {
  it('sends from the address that is there from the start, and the mail lies in the mailbox', async () => {
    const { id, status, error } = await send(mailTo('anna@example.com'));
    expect({ status, error }).toEqual({ status: 'Succeeded', error: null });
    const mail = await waitFor({ to: 'anna@example.com' });
    expect(mail).toMatchObject({ operationId: id, subject: 'Hello', text: 'Hello to you\n', to: ['anna@example.com'] });
  });

  it('sends all that a mail can have, and nobody sees who gets a blind copy', async () => {
    const message = mailTo('bert@example.com', {
      content: { subject: 'Grüße an alle ✓', plainText: 'Text', html: '<p>Text <img src="cid:logo"></p>' },
      recipients: {
        to: [{ address: 'bert@example.com', displayName: 'Bert "the" Börner' }],
        cc: [{ address: 'cleo@example.com' }],
        bcc: [{ address: 'blind@example.com', displayName: 'Blind' }],
      },
      replyTo: [{ address: 'answers@example.com', displayName: 'Answers' }],
      headers: { 'X-Campaign': 'spring', 'List-Unsubscribe': '<https://example.com/off>' },
      attachments: [
        { name: 'größe.txt', contentType: 'text/plain', contentInBase64: Buffer.from('hi').toString('base64') },
        { name: 'logo.png', contentType: 'image/png', contentInBase64: 'iVBORw0KGgo=', contentId: 'logo' },
      ],
      disableUserEngagementTracking: true,
    });
    expect((await send(message)).status).toBe('Succeeded');
    const mail = await waitFor({ to: 'blind@example.com' });
    expect(mail.to).toEqual(['bert@example.com', 'cleo@example.com', 'blind@example.com']);
    expect(mail.subject).toBe('Grüße an alle ✓');
    const header = (name: string) => mail.headers.find((each) => each.name === name)?.value;
    expect(header('Cc')).toBe('cleo@example.com');
    expect(header('Reply-To')).toBe('Answers <answers@example.com>');
    expect(header('X-Campaign')).toBe('spring');
    expect(mail.attachments).toEqual([
      { name: 'logo.png', contentType: 'image/png', contentInBase64: 'iVBORw0KGgo=', contentId: 'logo' },
      { name: 'größe.txt', contentType: 'text/plain', contentInBase64: 'aGk=' },
    ]);
    const { rawInBase64 } = (await emulator.stage('email', 'raw-mail', { id: mail.id })) as { rawInBase64: string };
    expect(String(Buffer.from(rawInBase64, 'base64'))).not.toMatch(/blind/i);
  });

  it('sends to blind copies alone', async () => {
    await send(mailTo('', { recipients: { bcc: [{ address: 'only@example.com' }] } }));
    expect((await waitFor({ to: 'only@example.com' })).to).toEqual(['only@example.com']);
  });

  it.each([
    ['bounced', 'Succeeded'],
    ['failed', 'Succeeded'],
    ['filtered-spam', 'Succeeded'],
    ['quarantined', 'Succeeded'],
    ['soft-bounced', 'Succeeded'],
  ])('is done with a mail that will be %s as soon as it is on its way', async (user, status) => {
    expect((await send(mailTo(`${user}+sdk@example.com`))).status).toBe(status);
  });

  it('is told when every recipient is suppressed', async () => {
    await expect(send(mailTo('suppressed@example.com'))).rejects.toThrow(
      'The long-running operation has failed. EmailDropped. Mail to every recipient is suppressed, so it was not sent.',
    );
  });

  it('delivers what was put off when its time comes', async () => {
    await send(mailTo('soft-bounced+later@example.com', { content: { subject: 'Later', plainText: 'x' } }));
    expect(await emulator.stage('email', 'mails', { subject: 'Later' })).toEqual({ mails: [] });
    await emulator.clock.advance('PT2M');
    expect(await emulator.stage('email', 'mails', { subject: 'Later' })).toMatchObject({ mails: [{}] });
  });

  it('goes on to wait for a mail that nobody takes, and hears in the end that it failed', async () => {
    const poller = await client.beginSend(mailTo('never@example.com'));
    await poller.poll();
    expect(poller.getOperationState().status).toBe('running');
    // Another client, of another process, resumes from what the first has written down.
    const [second = ''] = europe.instanceEndpoints;
    const other = new EmailClient(europe.connectionString.replace(europe.endpoint, second), emulator.clientOptions);
    const resumed = await other.beginSend(mailTo('never@example.com'), { resumeFrom: poller.toString() });
    await emulator.clock.advance('P1DT1H');
    await expect(resumed.pollUntilDone()).rejects.toThrow('EmailDropped');
  });

  it('gets the same operation for an id that it repeats, also from another process, and one mail is sent', async () => {
    const operationId = crypto.randomUUID();
    const message = mailTo('once@example.com');
    const [second = ''] = europe.instanceEndpoints;
    const other = new EmailClient(europe.connectionString.replace(europe.endpoint, second), emulator.clientOptions);
    const results = await Promise.all(
      [client, other, client].map(async (each) => (await each.beginSend(message, { operationId })).pollUntilDone()),
    );
    expect(results.map(({ id }) => id)).toEqual([operationId, operationId, operationId]);
    expect(await emulator.stage('email', 'mails', { to: 'once@example.com' })).toMatchObject({ mails: [{}] });
    await expect(
      client.beginSend({ ...message, content: { subject: 'Other', plainText: 'x' } }, { operationId }),
    ).rejects.toMatchObject({ statusCode: 409, code: 'Conflict' });
  });

  it('is refused for a domain that is not linked, and for a user name that the domain does not have', async () => {
    const from = (senderAddress: string) => client.beginSend(mailTo('anna@example.com', { senderAddress }));
    await expect(from('info@contoso.example')).rejects.toMatchObject({ statusCode: 404, code: 'DomainNotLinked' });
    const [, domain] = europe.mailSender.split('@');
    await expect(from(`sales@${domain}`)).rejects.toMatchObject({ statusCode: 400, code: 'InvalidSenderUserName' });
  });

  it('sends 10,000 KB, and is refused with one more', async () => {
    const sized = (kilobytes: number) => {
      const message = mailTo('large@example.com', { content: { subject: 'Large', plainText: '' } });
      const length = kilobytes * 1_000 - JSON.stringify(message).length;
      return { ...message, content: { subject: 'Large', plainText: 'x'.repeat(length) } };
    };
    await expect(client.beginSend(sized(10_001))).rejects.toMatchObject({
      statusCode: 413,
      code: 'RequestBodyTooLarge',
    });
    expect((await send(sized(9_999))).status).toBe('Succeeded');
    const [{ bytes = 0 } = {}] = (
      (await emulator.stage('email', 'mails', { to: 'large@example.com' })) as {
        mails: { bytes: number }[];
      }
    ).mails;
    expect(bytes).toBeGreaterThan(9_990_000);
  });

  it('hears of a mail that nobody has sent that it is not there', async () => {
    const resumeFrom = (await client.beginSend(mailTo('never+forged@example.com'))).toString();
    const forged = resumeFrom.replaceAll(
      /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g,
      crypto.randomUUID(),
    );
    const resume = async () => (await client.beginSend(mailTo('anna@example.com'), { resumeFrom: forged })).poll();
    await expect(resume()).rejects.toMatchObject({
      statusCode: 404,
      code: 'NotFound',
    });
  });
});

describe('What a test wants of a mail', () => {
  it('is its last code and its last link', async () => {
    const html = '<p>Your code is <b>481 516</b>. Or <a href="https://example.com/in?a=1&amp;b=2">sign in</a>.</p>';
    await send(mailTo('codes@example.com', { content: { subject: 'Sign in', html } }));
    expect(await emulator.stage('email', 'last-code', { to: 'codes@example.com' })).toMatchObject({ code: '481516' });
    const link = 'https://example.com/in?a=1&b=2';
    expect(await emulator.stage('email', 'last-link', { to: 'codes@example.com' })).toMatchObject({ link });
    await expect(emulator.stage('email', 'last-code', { to: 'nobody@example.com' })).rejects.toMatchObject({
      code: 'NoSuchMail',
    });
  });

  it('is whether it can be unsubscribed from with one click', async () => {
    const headers = {
      'List-Unsubscribe': '<mailto:off@example.com>, <https://example.com/off>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    };
    await send(mailTo('clicks@example.com', { headers }));
    const good = await waitFor({ to: 'clicks@example.com' });
    expect(await emulator.stage('email', 'check-unsubscribe', { id: good.id })).toEqual({
      isOneClick: true,
      targets: ['mailto:off@example.com', 'https://example.com/off'],
      problems: [],
    });
    await send(mailTo('stuck@example.com'));
    const bad = await waitFor({ to: 'stuck@example.com' });
    expect(await emulator.stage('email', 'check-unsubscribe', { id: bad.id })).toMatchObject({ isOneClick: false });
  });

  it('is an empty mailbox', async () => {
    await send(mailTo('anna@example.com'));
    expect(await emulator.stage('email', 'clear-mailbox')).not.toEqual({ cleared: 0 });
    expect(await emulator.stage('email', 'mails')).toEqual({ mails: [] });
  });
});
