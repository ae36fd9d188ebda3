// What a client must not do, line by line.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldBytes } from '../../gateway/limits.js';
import type { Gateway } from '../../gateway/start-gateway.js';
import { mailsIn } from './read-mailbox.js';
import { serveApp, type ServedApp } from './served-app.js';
import { Conversation } from './smtp-client.js';

let served: ServedApp;
let gateway: Gateway;
const open: Conversation[] = [];

beforeAll(async () => {
  served = await serveApp();
  gateway = await served.gateway();
});
afterAll(async () => {
  for (const each of open) {
    each.end();
  }
  await served?.close();
});

async function begin(at: Gateway = gateway): Promise<Conversation> {
  const conversation = await Conversation.begin(at.ports.submission ?? 0);
  open.push(conversation);
  return conversation;
}

async function loggedIn(at: Gateway = gateway): Promise<Conversation> {
  const conversation = await begin(at);
  expect(await conversation.logIn(served.certificates.ca, served.login)).toMatch(/^235 /);
  return conversation;
}

async function toData(conversation: Conversation, to = 'anna@contoso.example'): Promise<void> {
  expect(await conversation.say(`MAIL FROM:<${served.sender}>`)).toMatch(/^250 /);
  expect(await conversation.say(`RCPT TO:<${to}>`)).toMatch(/^250 /);
  expect(await conversation.say('DATA')).toMatch(/^354 /);
}

const message = (lines: readonly string[]) => [`From: ${served.sender}`, 'Subject: Tea', '', ...lines].join('\r\n');

describe('Submission', () => {
  it('takes neither a login nor a mail before STARTTLS, and offers no login', async () => {
    const conversation = await begin();
    expect(await conversation.answer()).toMatch(/^220 /);
    const offered = await conversation.say('EHLO client.example');
    expect(offered).toContain('STARTTLS');
    expect(offered).not.toContain('AUTH');
    expect(offered).not.toContain('SMTPUTF8');
    expect(await conversation.say(`AUTH PLAIN ${Buffer.from('\0a\0b').toString('base64')}`)).toMatch(/^538 /);
    expect(await conversation.say(`MAIL FROM:<${served.sender}>`)).toBe('530 5.7.0 Begin with STARTTLS, then log in');
  });

  it('takes no mail without a login after STARTTLS', async () => {
    const conversation = await begin();
    await conversation.answer();
    await conversation.say('EHLO client.example');
    await conversation.say('STARTTLS');
    await conversation.secure(served.certificates.ca);
    expect(await conversation.say('EHLO client.example')).toContain('AUTH PLAIN LOGIN');
    expect(await conversation.say(`MAIL FROM:<${served.sender}>`)).toMatch(/^530 /);
  });

  it('forgets what came in plain text behind STARTTLS', async () => {
    const conversation = await begin();
    await conversation.answer();
    await conversation.say('EHLO client.example');
    // As somebody in between would put it in.
    conversation.write(`STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@contoso.example>\r\n`);
    expect(await conversation.answer()).toMatch(/^220 /);
    await conversation.secure(served.certificates.ca);
    expect(await conversation.say('NOOP')).toMatch(/^250 /);
    // The hello in plain text counts for nothing.
    expect(await conversation.say('MAIL FROM:<a@contoso.example>')).toMatch(/^503 .*EHLO first/);
  });

  it.each([
    ['a bare LF', 'one\ntwo'],
    ['a bare CR', 'one\rtwo'],
    ['the end that some servers see in LF . LF', 'one\n.\nMAIL FROM:<evil@contoso.example>'],
    ['the end that some servers see in LF . CR LF', 'one\n.\r\nMAIL FROM:<evil@contoso.example>'],
    ['the end that some servers see in CR . CR', 'one\r.\rMAIL FROM:<evil@contoso.example>'],
  ])('refuses a message with %s', async (_, text) => {
    const before = (await mailsIn(served.app)).length;
    const conversation = await loggedIn();
    await toData(conversation);
    expect(await conversation.say(`${message([text])}\r\n.`)).toMatch(/^554 5\.6\.11 /);
    expect(await conversation.say('NOOP')).toMatch(/^250 /);
    expect(await mailsIn(served.app)).toHaveLength(before);
  });

  it('takes dots at the beginning of lines for what they are', async () => {
    const conversation = await loggedIn();
    await toData(conversation, 'dots@contoso.example');
    expect(await conversation.say(`${message(['..', '...three'])}\r\n.`)).toMatch(/^250 /);
  });

  it('refuses a message that is announced to be too large before it comes', async () => {
    const conversation = await loggedIn();
    expect(await conversation.say(`MAIL FROM:<${served.sender}> SIZE=1000001`)).toMatch(/^552 /);
  });

  it('stops after too many wrong logins without asking the issuer again', async () => {
    const seen: string[] = [];
    for (let attempt = 0; attempt < 11; attempt++) {
      const conversation = await begin();
      seen.push(await conversation.logIn(served.certificates.ca, { user: 'shop@contoso.example', pass: 'wrong' }));
      conversation.end();
    }
    expect(new Set(seen.slice(0, 10))).toEqual(new Set(['535 5.7.8 The user name or the password is wrong.']));
    expect(seen[10]).toMatch(/^454 4\.7\.0 Too many logins have failed/);
  });
});

describe('Connections', () => {
  it('are so many at once and no more', async () => {
    const few = await served.gateway({ bounds: { connections: 2 } });
    const [first, second] = [await begin(few), await begin(few)];
    expect(await first.answer()).toMatch(/^220 /);
    expect(await second.answer()).toMatch(/^220 /);
    expect(await (await begin(few)).answer()).toMatch(/^421 .*Too many connected clients/);
    first.end();
    second.end();
  });

  it('are closed when nothing is said', async () => {
    const idle = await served.gateway({ bounds: { idleMs: 200 } });
    const conversation = await begin(idle);
    expect(await conversation.answer()).toMatch(/^220 /);
    expect(await conversation.answer()).toMatch(/^421 Timeout/);
    await conversation.closed();
  });

  it('end in the middle of a message that never ends', async () => {
    const young = await served.gateway({ bounds: { lifeMs: 1_500 } });
    const conversation = await loggedIn(young);
    await toData(conversation);
    conversation.write(`From: ${served.sender}\r\n\r\n`);
    await conversation.closed();
    await expect.poll(() => young.freeBytes().mails).toBe(heldBytes);
    expect(served.lines).toEqual([]);
  });
});
