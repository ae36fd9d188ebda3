// Mail by SMTP, from a login to the mailbox: what a client hears, and what becomes of the message.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldBytes } from '../../gateway/limits.js';
import type { SendMailOptions } from 'nodemailer';
import type { Gateway } from '../../gateway/start-gateway.js';
import { mailsIn, mailTo, rawMailTo } from './read-mailbox.js';
import { serveApp, type ServedApp } from './served-app.js';
import { type Login, sendBy } from './smtp-client.js';

let served: ServedApp;
let gateway: Gateway;

beforeAll(async () => {
  served = await serveApp();
  gateway = await served.gateway();
});
afterAll(() => served?.close());

const send = (mail: SendMailOptions, login: Login = served.login) =>
  sendBy(gateway.ports.submission ?? 0, {
    ca: served.certificates.ca,
    login,
    mail: { from: served.sender, to: 'anna@contoso.example', subject: 'Tea', text: 'At four', ...mail },
  });

const sendRaw = (raw: string, envelope: { readonly from: string; readonly to: string[] }) =>
  sendBy(gateway.ports.submission ?? 0, {
    ca: served.certificates.ca,
    login: served.login,
    mail: { raw, envelope },
  });

describe('A mail by SMTP', () => {
  it('arrives as it was written, and is the operation that the client is told of', async () => {
    const said = await send({
      from: `The Shop <${served.sender}>`,
      to: 'Ada Lovelace <ada@contoso.example>',
      cc: 'Grace <grace@contoso.example>',
      replyTo: 'Help <help@contoso.example>',
      subject: 'Tee für zwei',
      text: 'Um vier',
      html: '<p>Um <img src="cid:cup"> vier</p>',
      attachments: [
        { filename: 'menü.txt', content: 'Scones' },
        { cid: 'cup', filename: 'cup.png', content: Buffer.from([1, 2, 3]), contentDisposition: 'inline' },
      ],
      headers: { 'X-Order': '7', 'In-Reply-To': '<before@contoso.example>' },
    });
    expect(said).toMatch(/^250 2\.0\.0 Accepted as [0-9a-f-]{36}$/);
    const mail = await mailTo(served.app, 'ada@contoso.example');
    expect(said).toContain(mail.operationId);
    expect(mail).toMatchObject({ from: served.sender, subject: 'Tee für zwei' });
    expect(mail.text.trim()).toBe('Um vier');
    expect(mail.html?.trim()).toBe('<p>Um <img src="cid:cup"> vier</p>');
    expect(mail.attachments.map(({ name, contentInBase64 }) => [name, contentInBase64])).toEqual([
      ['cup.png', 'AQID'],
      ['menü.txt', Buffer.from('Scones').toString('base64')],
    ]);
    const raw = (await rawMailTo(served.app, 'ada@contoso.example')).replaceAll('\r\n ', ' ');
    expect(raw).toContain(`From: The Shop <${served.sender}>`);
    expect(raw).toContain('To: Ada Lovelace <ada@contoso.example>');
    expect(raw).toContain('Cc: Grace <grace@contoso.example>');
    expect(raw).toContain('Reply-To: Help <help@contoso.example>');
    expect(raw).toContain('X-Order: 7');
    expect(raw).toContain('In-Reply-To: <before@contoso.example>');
    expect(raw).toContain('Content-ID: <cup>');
  });

  it('may have headers that are folded with tabs', async () => {
    const raw = [
      `From:\t"The\tShop"`,
      `\t<${served.sender}>`,
      'To:\tTab <tab@contoso.example>,',
      '\t"Tab\tTwo" <two@contoso.example>',
      'Reply-To:',
      '\t"Help\tDesk" <help@contoso.example>',
      'Subject: Tea',
      '\tfor two',
      'X-Order: 7,',
      '\t 8',
      'References: <one@contoso.example>',
      '\t<two@contoso.example>',
      '',
      'At four',
      '',
    ].join('\r\n');
    const envelope = { from: served.sender, to: ['tab@contoso.example', 'two@contoso.example'] };
    expect(await sendRaw(raw, envelope)).toMatch(/^250 /);
    expect(await mailTo(served.app, 'tab@contoso.example')).toMatchObject({ subject: 'Tea for two' });
    const sent = (await rawMailTo(served.app, 'tab@contoso.example')).replaceAll('\r\n ', ' ');
    expect(sent).toContain('X-Order: 7, 8');
    expect(sent).toContain('References: <one@contoso.example> <two@contoso.example>');
    expect(sent).toContain('Help Desk');
    expect(sent).not.toContain('\t');
  });

  it('goes to whom the envelope names, and shows whom the message names', async () => {
    await send({
      to: 'list@contoso.example, bert@contoso.example',
      cc: 'nobody@contoso.example',
      bcc: 'secret@contoso.example',
      envelope: {
        from: served.sender,
        to: ['bert@contoso.example', 'secret@contoso.example', 'member@contoso.example'],
      },
    });
    const { to } = await mailTo(served.app, 'bert@contoso.example');
    expect(to.toSorted()).toEqual(['bert@contoso.example', 'member@contoso.example', 'secret@contoso.example']);
    const raw = await rawMailTo(served.app, 'bert@contoso.example');
    expect(raw).toContain('To: bert@contoso.example, list@contoso.example');
    expect(raw).toContain('Cc: nobody@contoso.example');
    expect(raw).not.toMatch(/secret|member/);
  });

  it.each([
    'Bcc',
    'X-Bcc',
    'Apparently-To',
    'Envelope-To',
    'X-Envelope-To',
    'X-Original-To',
    'Delivered-To',
    'Resent-Bcc',
  ])('shows nobody a blind copy that a program has noted as %s', async (name) => {
    const to = `${name.toLowerCase()}@contoso.example`;
    const raw = [
      `From: ${served.sender}`,
      `To: ${to}`,
      `${name}: blind@contoso.example`,
      'X-Order: 7',
      '',
      'At four',
      '',
    ].join('\r\n');
    expect(await sendRaw(raw, { from: served.sender, to: [to, 'blind@contoso.example'] })).toMatch(/^250 /);
    const sent = await rawMailTo(served.app, to);
    expect(sent).toContain('X-Order: 7');
    expect(sent).not.toContain('blind@');
  });

  it('is taken with the user name in the form of ACS, with dots or bars', async () => {
    const { owner, tenantId } = served.issuer.tenant;
    for (const mark of ['.', '|']) {
      const user = ['contoso', owner.clientId, tenantId].join(mark);
      expect(await send({}, { ...served.login, user })).toMatch(/^250 /);
    }
  });

  it.each([
    ['a wrong password', (): Login => ({ ...served.login, pass: 'wrong' })],
    ['no such user', (): Login => ({ ...served.login, user: 'nobody' })],
    ['an application that is no user and has no right', () => ({ user: composed('reader'), pass: secretOf('reader') })],
    [
      'another resource',
      () => ({ user: `fabrikam.${composed('owner').split('.').slice(1).join('.')}`, pass: secretOf('owner') }),
    ],
  ])('is refused with %s, always in the same words', async (_, login) => {
    expect(await send({}, login())).toBe('535 5.7.8 The user name or the password is wrong.');
  });

  it.each([
    [
      'a domain that is not linked',
      { from: 'anna@fabrikam.example' },
      /^550 5\.7\.1 The specified sender domain has not been linked\./,
    ],
    ['a user name that the domain does not have', {}, /^550 5\.7\.1 The specified sender user name is none/],
    [
      'two senders',
      { from: 'x@contoso.example, y@contoso.example' },
      /^554 5\.6\.0 .* one From header with one address/,
    ],
    [
      'a line break in a header',
      { raw: rawWith('Subject: =?utf-8?Q?Tea=0D=0ABcc:_evil@contoso.example?=') },
      /^554 5\.6\.0 .*line break/,
    ],
    ['an address that nobody has', { envelope: { from: 'a@contoso.example', to: ['a"b@contoso.example'] } }, /^501 /],
    ['more than may be', { text: 'x'.repeat(1_000_100) }, /^552 /],
  ] as const)('is refused with %s', async (what, mail, expected) => {
    const from = what.startsWith('a user name') ? `nobody@${served.sender.split('@')[1]}` : undefined;
    const said = await send({ ...(from !== undefined && { from }), ...(mail as SendMailOptions) });
    expect(said).toMatch(expected);
  });

  it('has 50 recipients at most, and the client is told which were too many', async () => {
    const to = Array.from({ length: 51 }, (_, index) => `r${index}@contoso.example`);
    await send({ to: to.slice(0, 50) });
    expect((await mailTo(served.app, 'r49@contoso.example')).to).toHaveLength(50);
    const said = await send({ to, subject: 'To 51' });
    expect(said).toMatch(/^250 /);
    await expect.poll(async () => (await mailsIn(served.app, { subject: 'To 51' }))[0]?.to.length).toBe(50);
  });

  it('is refused for a while when too many are sent', async () => {
    served.app.setLimits({ base: 'open', 'email.sendMail': [{ per: 'sender', count: 1, window: '1h' }] });
    try {
      expect(await send({})).toMatch(/^250 /);
      expect(await send({})).toBe('450 4.7.1 Too many mails are being sent. Send it again later.');
    } finally {
      served.app.setLimits('open');
    }
  });

  it('leaves no password, no address and no text in what the gateway logs or asks the app for', async () => {
    const pass = served.login.pass;
    await send({ text: 'mark-of-text' });
    await send({ text: 'mark-of-text' }, { ...served.login, pass: 'mark-of-password' });
    const logged = served.lines.join('\n');
    expect(logged).toBe('');
    const asked = served.asked.map(({ body }) => String(body)).join('\n');
    expect(asked).toContain('mark-of-text');
    expect(asked).not.toContain(pass);
    expect(asked).not.toContain('mark-of-password');
    expect(gateway.freeBytes().mails).toBe(heldBytes);
  });
});

function rawWith(header: string): string {
  return `From: someone@contoso.example\r\n${header}\r\nMessage-ID: <1@contoso.example>\r\n\r\nAt four\r\n`;
}

const composed = (application: 'owner' | 'reader') => {
  const { tenant } = served.issuer;
  return `contoso.${tenant[application].clientId}.${tenant.tenantId}`;
};
const secretOf = (application: 'owner' | 'reader') => served.issuer.tenant[application].clientSecret;
