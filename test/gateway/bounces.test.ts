// Bounces that come by SMTP to the mail server of the bounce domain.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/start-gateway.js';
import { callApp } from '../app/call-app.js';
import { mailTo } from './read-mailbox.js';
import { serveApp, type ServedApp } from './served-app.js';
import { Conversation, sendBy } from './smtp-client.js';

let served: ServedApp;
let gateway: Gateway;

beforeAll(async () => {
  served = await serveApp();
  gateway = await served.gateway();
});
afterAll(() => served?.close());

async function sendTo(address: string): Promise<string> {
  const mail = { from: served.sender, to: address, subject: 'Tea', text: 'At four' };
  const { ca } = served.certificates;
  await sendBy(gateway.ports.submission ?? 0, { ca, login: served.login, mail });
  return (await mailTo(served.app, address)).returnPath;
}

const bounce = (to: string, mail: { readonly raw: string }) =>
  sendBy(gateway.ports.bounces ?? 0, {
    ca: served.certificates.ca,
    mail: { ...mail, envelope: { from: '', to: [to] } },
  });

function notice(address: string): { readonly raw: string } {
  const raw = [
    'From: Mail Delivery System <MAILER-DAEMON@mx.example>',
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    `Final-Recipient: rfc822; ${address}`,
    'Action: failed',
    'Status: 5.1.1',
    '--b--',
    '',
  ].join('\r\n');
  return { raw };
}

describe('The mail server for bounces', () => {
  it('takes what comes back to a mail, so that its recipient gets none for a while', async () => {
    const returnPath = await sendTo('gone@contoso.example');
    expect(await bounce(returnPath, notice('gone@contoso.example'))).toBe('250 2.0.0 Noted');
    const recipients = { to: [{ address: 'gone@contoso.example' }] };
    const content = { subject: 'Again', plainText: 'x' };
    const sent = await callApp(served.app, 'email-send', {
      body: { senderAddress: served.sender, content, recipients },
      headers: {},
    });
    const result = await callApp(served.app, 'email-get-send-result', {
      params: { operationId: String(sent.body.id) },
    });
    expect(result.body.error.code).toBe('EmailDropped');
  });

  it.each([
    ['anybody', () => 'anna@contoso.example'],
    ['a return path that nobody has made up', () => `bounce-${'a'.repeat(26)}-${'b'.repeat(16)}@contoso.example`],
    ['a postmaster', () => 'postmaster@contoso.example'],
  ])('refuses mail to %s before it comes', async (_, to) => {
    const said = await bounce(to(), notice('anna@contoso.example'));
    expect(said).toBe('550 5.1.1 Nothing but bounces of mail that was sent from here is taken.');
  });

  it('asks nobody about addresses that cannot be return paths', async () => {
    const before = served.asked.length;
    await bounce('anna@contoso.example', notice('anna@contoso.example'));
    expect(served.asked).toHaveLength(before);
  });

  it('refuses what is no notice, such as the answer of somebody who is away', async () => {
    const returnPath = await sendTo('away@contoso.example');
    const raw = 'From: away@contoso.example\r\nSubject: Away\r\n\r\nUntil Monday\r\n';
    expect(await bounce(returnPath, { raw })).toMatch(/^554 5\.6\.0 This is no delivery status notification/);
  });

  it('has the sender come again while the app does not answer', async () => {
    const returnPath = await sendTo('later@contoso.example');
    served.isDown = true;
    expect(await bounce(returnPath, notice('later@contoso.example'))).toMatch(/^451 4\.3\.0 /);
    served.isDown = false;
    expect(await bounce(returnPath, notice('later@contoso.example'))).toMatch(/^250 /);
  });

  it.each([
    ['/gateway/bounces', { status: 200 }],
    ['/gateway/bounces', { status: 202 }],
    ['/gateway/bounces', { status: 404 }],
    ['/gateway/returnPaths', { status: 404 }],
    ['/gateway/returnPaths', { status: 200 }],
  ])('has the sender come again when somebody else answers %s in place of the app, with %o', async (path, answer) => {
    const returnPath = await sendTo('elsewhere@contoso.example');
    served.answerInstead = (asked) => (asked === path ? answer : undefined);
    expect(await bounce(returnPath, notice('elsewhere@contoso.example'))).toMatch(/^451 4\.3\.0 /);
    served.answerInstead = () => undefined;
  });

  it('knows no login', async () => {
    const conversation = await Conversation.begin(gateway.ports.bounces ?? 0);
    await conversation.answer();
    expect(await conversation.say('EHLO mx.example')).not.toContain('AUTH');
    conversation.end();
  });
});
