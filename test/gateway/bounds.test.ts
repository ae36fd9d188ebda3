// What one address may take, how long one message, and what those who bring bounces take from those who send mail.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bounceHeldBytes, heldBytes, maxRefusedRecipients } from '../../gateway/limits.js';
import type { Gateway } from '../../gateway/start-gateway.js';
import { mailTo } from './read-mailbox.js';
import { serveApp, type ServedApp } from './served-app.js';
import { Conversation, sendBy } from './smtp-client.js';

let served: ServedApp;
let returnPath: string;
const open: Conversation[] = [];

const send = (gateway: Gateway, to: string) =>
  sendBy(gateway.ports.submission ?? 0, {
    ca: served.certificates.ca,
    login: served.login,
    mail: { from: served.sender, to, subject: 'Tea', text: 'At four' },
  });

beforeAll(async () => {
  served = await serveApp();
  await send(await served.gateway(), 'gone@contoso.example');
  returnPath = (await mailTo(served.app, 'gone@contoso.example')).returnPath;
});
afterEach(() => {
  for (const each of open.splice(0)) {
    each.end();
  }
  served.onAnswer = async () => undefined;
});
afterAll(() => served?.close());

async function begin(port: number | undefined): Promise<Conversation> {
  const conversation = await Conversation.begin(port ?? 0);
  open.push(conversation);
  return conversation;
}

async function toRecipient(gateway: Gateway): Promise<Conversation> {
  const conversation = await begin(gateway.ports.bounces);
  await conversation.answer();
  await conversation.say('EHLO mx.example');
  expect(await conversation.say('MAIL FROM:<>')).toMatch(/^250 /);
  return conversation;
}

async function toData(gateway: Gateway): Promise<Conversation> {
  const conversation = await toRecipient(gateway);
  expect(await conversation.say(`RCPT TO:<${returnPath}>`)).toMatch(/^250 /);
  expect(await conversation.say('DATA')).toMatch(/^354 /);
  return conversation;
}

describe('One address', () => {
  it.each(['submission', 'bounces'] as const)('has so many connections at once and no more, for %s', async (port) => {
    const { ports } = await served.gateway({ bounds: { perAddress: 2 } });
    const [first, second] = [await begin(ports[port]), await begin(ports[port])];
    expect(await first.answer()).toMatch(/^220 /);
    expect(await second.answer()).toMatch(/^220 /);
    const third = await begin(ports[port]);
    expect(await third.answer()).toMatch(/^421 4\.7\.0 Too many connections from this address/);
    await third.closed();
    await first.say('EHLO client.example');
    await first.say('STARTTLS');
    await first.secure(served.certificates.ca);
    first.end();
    await expect.poll(async () => (await begin(ports[port])).answer()).toMatch(/^220 /);
  });

  it('is not asked about again and again: after some recipients that are none the connection ends', async () => {
    const conversation = await toRecipient(await served.gateway());
    const before = served.asked.length;
    const none = `RCPT TO:<bounce-${'a'.repeat(26)}-${'b'.repeat(16)}@contoso.example>`;
    for (let times = 1; times < maxRefusedRecipients; times++) {
      expect(await conversation.say(none)).toMatch(/^550 /);
    }
    expect(await conversation.say(none)).toMatch(/^421 4\.7\.0 Too many recipients/);
    await conversation.closed();
    expect(served.asked.length - before).toBe(maxRefusedRecipients);
  });
});

describe('A message', () => {
  it('that is not whole in time is given up, however much of it comes', async () => {
    const gateway = await served.gateway({ bounds: { dataMs: 400 } });
    const mail = await begin(gateway.ports.submission);
    await mail.logIn(served.certificates.ca, served.login);
    await mail.say(`MAIL FROM:<${served.sender}>`);
    await mail.say('RCPT TO:<anna@contoso.example>');
    expect(await mail.say('DATA')).toMatch(/^354 /);
    mail.write('From: anna@contoso.example\r\n');
    const bounce = await toData(gateway);
    bounce.write('From: anna@contoso.example\r\n');
    await Promise.all([mail.closed(), bounce.closed()]);
    await expect.poll(() => gateway.freeBytes()).toEqual({ mails: heldBytes, bounces: bounceHeldBytes });
  });

  it('that is whole in time leaves its connection as it was', async () => {
    let isLate = false;
    const gateway = await served.gateway({ bounds: { dataMs: 300 } });
    served.onAnswer = async (path) => {
      if (path === '/gateway/bounces') {
        // Longer than the bound, which is one of real time.
        await new Promise((resolve) => setTimeout(resolve, 500));
        isLate = true;
      }
    };
    const bounce = await toData(gateway);
    expect(await bounce.say('From: mx@contoso.example\r\n\r\nNothing\r\n.')).toMatch(/^554 5\.6\.0 /);
    expect(isLate).toBe(true);
  });
});

describe('Bounces', () => {
  it('take nothing of what is held for mail', async () => {
    const gateway = await served.gateway();
    const bounce = await toData(gateway);
    bounce.write(`${'x'.repeat(78)}\r\n`.repeat(1_000));
    await expect.poll(() => gateway.freeBytes().bounces).toBeLessThan(bounceHeldBytes);
    expect(gateway.freeBytes().mails).toBe(heldBytes);
  });

  it('that wait for the app keep no mail from it', async () => {
    const gateway = await served.gateway({ bounds: { perAddress: 100 } });
    const conversations = await Promise.all(Array.from({ length: 20 }, () => toRecipient(gateway)));
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    served.onAnswer = (path) => (path === '/gateway/returnPaths' ? held : Promise.resolve());
    const before = served.asked.length;
    const answers = conversations.map((each) => each.say(`RCPT TO:<${returnPath}>`));
    await expect.poll(() => served.asked.length - before).toBeGreaterThan(0);
    expect(await send(gateway, 'meanwhile@contoso.example')).toMatch(/^250 /);
    letGo();
    expect((await Promise.all(answers)).every((each) => each.startsWith('250 '))).toBe(true);
  });
});
