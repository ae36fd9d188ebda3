// Whether a mail is opened and its links are followed: where that is seen, what an address says of anybody, and how long.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Outbox } from '../../shared/deliveries/index.js';
import { KeyRing, wellKnownMasterSecret } from '../../shared/auth/index.js';
import { EngagementTokens, SentMails } from '../../shared/email/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { contractProblems } from '../events/contract.js';
import { erasePerson } from '../events/erase-person.js';
import { startTopic, type TestTopic } from '../events/topic.js';
import { mailboxOf, mailFrom, resultOf, startSending } from './mail-app.js';
import { readTracked, tokenIn, trackAll, type TrackedMail } from './read-tracked.js';

const dayMs = 24 * 60 * 60_000;
const name = 'EmailEngagementTrackingReportReceived';
const target = 'https://shop.example/offer?a=1&b=2#top';

let topic: TestTopic;
let geography: TestGeography;
let app: TestProcess;
let sender: string;

beforeAll(async () => {
  topic = await startTopic();
  geography = await startGeography({ DOMICILE_EVENTS: topic.setting });
  app = await geography.start();
  sender = await startSending(app);
  await track('Enabled');
});
afterEach(() => moveTo(0));
afterAll(async () => {
  await geography?.stop();
  await topic?.close();
});

function moveTo(offsetMs: number): void {
  app.app.clock.setOffset(offsetMs);
  app.app.dropCaches();
}

const track = (wanted: 'Enabled' | 'Disabled') => trackAll(app.app, wanted);

const html = `<html><body><p>Hello</p><a href="${target.replace('&', '&amp;')}">Offer</a></body></html>`;

interface Copy extends TrackedMail {
  readonly to: string;
}

/** @returns what lies in the mailbox of each recipient */
async function send(addresses: readonly string[], more: object = {}): Promise<{ id: string; copies: Copy[] }> {
  const recipients = { to: addresses.map((address) => ({ address })) };
  const content = { subject: 'Tea', html, plainText: `See ${target}` };
  const sent = await app.call<{ id: string }>('email-send', {
    body: mailFrom(sender, { recipients, content, ...more }),
  });
  const { id } = sent.body;
  await resultOf(app, id);
  const mails = await vi.waitFor(async () => {
    const found = (await mailboxOf(app)).filter((each) => each['operationId'] === id);
    expect(found.flatMap((each) => String(each['to']).split(' '))).toHaveLength(addresses.length);
    return found;
  }, 10_000);
  const copies = await Promise.all(
    mails.map(async ({ rowKey, to }) => ({ to: String(to), ...(await readTracked(app.app, String(rowKey))) })),
  );
  return { id, copies };
}

const follow = (token: string, more: object = {}) =>
  app.call('email-follow-link', { params: { token }, headers: { 'user-agent': 'Reader/1.0' }, ...more });
const load = (token: string) => app.call('email-load-picture', { params: { token } });
const about = (id: string) =>
  topic.events.filter(({ data, eventType }) => data['messageId'] === id && eventType.endsWith(name));
const until = (id: string, count: number) =>
  vi.waitFor(() => {
    expect(about(id)).toHaveLength(count);
    return about(id);
  }, 10_000);

/** What was to be told before it is told by then. */
async function tellAnother(): Promise<void> {
  const { id, copies } = await send(['another@example.com']);
  await follow(tokenIn(copies[0]?.link ?? ''));
  await until(id, 1);
}

/** A token of a mail of which nothing is known (any more). */
function sealedAnew(resourceId: string): string {
  return ownTokens().seal(resourceId, {
    mailId: crypto.randomUUID(),
    recipient: 0,
    address: Buffer.alloc(0),
    target,
  });
}

function ownTokens(): EngagementTokens {
  const keys = new KeyRing(new Map([[1, Buffer.from(wellKnownMasterSecret, 'base64')]]));
  return new EngagementTokens(keys.deriveKey('engagement', 1), randomIds);
}

function newSignal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('A tracked mail', () => {
  it('leads where the sender wanted, and tells who has opened it and followed what', async () => {
    const { id, copies } = await send(['Anna@example.com']);
    const [{ link, picture, text } = { link: '', picture: '', text: '' }] = copies;
    expect(link).toMatch(/^https:\/\/contoso\.europe\.example\/emails\/links\/[\w-]+$/);
    expect(text).toContain(target);
    const { status, headers } = await follow(tokenIn(link));
    expect([status, headers['location'], headers['cache-control'], headers['referrer-policy']]).toEqual([
      302,
      target,
      'no-store',
      'no-referrer',
    ]);
    const dot = await load(tokenIn(picture));
    expect([dot.status, dot.headers['content-type'], dot.headers['content-length']]).toEqual([200, 'image/gif', '42']);
    const events = await until(id, 2);
    for (const { data } of events) {
      expect(contractProblems(name, data)).toEqual([]);
    }
    expect(events.map(({ data }) => data).toSorted((one) => (one['engagementType'] === 'click' ? -1 : 1))).toEqual([
      {
        sender,
        recipient: 'Anna@example.com',
        messageId: id,
        userActionTimestamp: expect.any(String),
        engagementContext: target,
        userAgent: 'Reader/1.0',
        engagementType: 'click',
      },
      expect.objectContaining({ engagementType: 'view', engagementContext: '' }),
    ]);
    expect(events[0]?.subject).toBe(`sender/${sender}/message/${id}`);
  });

  it('has addresses of their own for each recipient, and one envelope for each', async () => {
    const { id, copies } = await send(['one@example.com', 'two@example.com']);
    expect(copies.map(({ to }) => to).toSorted()).toEqual(['one@example.com', 'two@example.com']);
    for (const { link } of copies) {
      await follow(tokenIn(link));
    }
    const events = await until(id, 2);
    expect(events.map(({ data }) => data['recipient']).toSorted()).toEqual(['one@example.com', 'two@example.com']);
  });

  it('tells the same once a minute, and nothing of a program that only looks whether it is there', async () => {
    const { id, copies } = await send(['often@example.com']);
    const token = tokenIn(copies[0]?.link ?? '');
    expect((await follow(token, { method: 'HEAD' })).status).toBe(302);
    for (let n = 0; n < 5; n++) {
      await follow(token);
    }
    await until(id, 1);
    moveTo(2 * 60_000);
    await follow(token);
    await until(id, 2);
  });

  it('names nobody in its addresses: neither a recipient nor a mail nor where they lead', async () => {
    const { id, copies } = await send(['named@example.com']);
    const [{ link, picture } = { link: '', picture: '' }] = copies;
    const hex = id.replaceAll('-', '');
    for (const address of [link, picture]) {
      const bytes = Buffer.from(tokenIn(address), 'base64url').toString('latin1');
      expect(address + bytes).not.toMatch(/named|shop\.example|Tea/);
      expect(Buffer.from(bytes, 'latin1').toString('hex')).not.toContain(hex);
    }
    const again = (await send(['named@example.com'])).copies[0]?.link;
    expect(again).not.toBe(link);
  });

  it('still leads there years later, when nobody knows to whom it was', async () => {
    const { id, copies } = await send(['later@example.com']);
    const token = tokenIn(copies[0]?.link ?? '');
    moveTo(4 * dayMs + 60_000);
    await app.app.sweep();
    moveTo(3 * 365 * dayMs);
    const { status, headers } = await follow(token);
    expect([status, headers['location']]).toEqual([302, target]);
    expect((await load(tokenIn(copies[0]?.picture ?? ''))).status).toBe(200);
    await tellAnother();
    expect(about(id)).toEqual([]);
  });

  it('leads there for whoever was erased too, and tells nothing of them', async () => {
    const address = `erased-${crypto.randomUUID()}@example.com`;
    const { id, copies } = await send([address]);
    await erasePerson(app, address);
    moveTo(0);
    const { status } = await follow(tokenIn(copies[0]?.link ?? ''));
    expect(status).toBe(302);
    await tellAnother();
    expect(about(id)).toEqual([]);
    expect(JSON.stringify(topic.events.filter(({ eventType }) => eventType.endsWith(name)))).not.toContain(address);
  });

  it('leads there when the topic takes nothing', async () => {
    const { copies } = await send(['waits@example.com']);
    topic.answer(503);
    expect((await follow(tokenIn(copies[0]?.link ?? ''))).status).toBe(302);
    topic.answer(200);
  });

  it('leads there at once while a store answers nothing, and what is to be told does not pile up', async () => {
    const { copies, id } = await send(['slow@example.com']);
    const { immutableId } = await app.app.defaultResource();
    const { promise, resolve } = newSignal();
    const { find } = SentMails.prototype;
    const reads = vi.spyOn(SentMails.prototype, 'find').mockImplementation(async function (this: SentMails, ...args) {
      await promise;
      return find.apply(this, args);
    });
    try {
      const token = tokenIn(copies[0]?.link ?? '');
      expect((await follow(token)).status).toBe(302);
      const tokens = Array.from({ length: 150 }, () => sealedAnew(immutableId));
      for (const each of tokens) {
        expect((await follow(each)).status).toBe(302);
      }
      expect(reads).toHaveBeenCalledTimes(100);
    } finally {
      resolve();
      reads.mockRestore();
    }
    await until(id, 1);
  });

  it('is looked up once a minute when nobody knows any more to whom it was', async () => {
    const { immutableId } = await app.app.defaultResource();
    const token = sealedAnew(immutableId);
    const reads = vi.spyOn(SentMails.prototype, 'find');
    for (let n = 0; n < 5; n++) {
      expect((await follow(token)).status).toBe(302);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(reads).toHaveBeenCalledTimes(1);
    reads.mockRestore();
  });

  it('tells that something was followed where the resource tells no content, and not what', async () => {
    const body = { types: 'all', content: false };
    expect((await app.call('events-set-settings', { body })).status).toBe(200);
    const { id, copies } = await send(['quiet@example.com']);
    await follow(tokenIn(copies[0]?.link ?? ''));
    const [event] = await until(id, 1);
    expect(event?.data).toMatchObject({ engagementType: 'click', engagementContext: '', userAgent: '' });
    await app.call('events-set-settings', { body: { types: 'all', content: true } });
  });
});

describe('Nothing is tracked', () => {
  const addresses = ['anna@example.com', 'bert@example.com'];
  it('where the mail does not want it', async () => {
    const { copies } = await send(addresses, { userEngagementTrackingDisabled: true });
    expect(copies.map((each) => each.html.trim())).toEqual([html]);
  });

  it('where the domain does not want it', async () => {
    await track('Disabled');
    const { copies } = await send(addresses);
    expect(copies.map((each) => each.html.trim())).toEqual([html]);
    await track('Enabled');
  });

  it('of a mail without html', async () => {
    const { copies } = await send(addresses, { content: { subject: 'Tea', plainText: `See ${target}` } });
    expect(copies.map((each) => each.text.trim())).toEqual([`See ${target}`]);
  });
});

describe('The copies of a tracked mail', () => {
  const links = (count: number) => '<a href=http://a.example>A</a>'.repeat(count);
  const contentOf = (text: string) => ({ content: { subject: 'Tea', html: text } });

  it('are none where a mail has more links than are led over us', async () => {
    const many = links(150_000);
    const { copies } = await send(['many@example.com', 'others@example.com'], contentOf(many));
    expect(copies.map((each) => each.html.trim() === many)).toEqual([true]);
  });

  it('are none where our links make them too large together, however short those of the sender are', async () => {
    const text = `<a href=http://a.example/${'x'.repeat(150)}>A</a>`.repeat(1_000);
    const addresses = Array.from({ length: 50 }, (_, index) => `large${index}@example.com`);
    const body = mailFrom(sender, {
      recipients: { to: addresses.map((address) => ({ address })) },
      ...contentOf(text),
    });
    const { id } = (await app.call<{ id: string }>('email-send', { body })).body;
    await resultOf(app, id);
    const mails = await vi.waitFor(async () => {
      const found = (await mailboxOf(app)).filter((each) => each['operationId'] === id);
      expect(found.flatMap((each) => String(each['to']).split(' '))).toHaveLength(50);
      return found;
    }, 10_000);
    expect(mails).toHaveLength(1);
    expect((await readTracked(app.app, String(mails[0]?.rowKey))).html.trim()).toBe(text);
  });

  it('are made one after the other, and each is handed on before the next', async () => {
    const steps: string[] = [];
    const { seal } = EngagementTokens.prototype;
    const { accept } = Outbox.prototype;
    const spies = [
      vi.spyOn(EngagementTokens.prototype, 'seal').mockImplementation(function (this: EngagementTokens, ...args) {
        steps.push(args[1].target === '' ? 'made' : 'link');
        return seal.apply(this, args);
      }),
      vi.spyOn(Outbox.prototype, 'accept').mockImplementation(function (this: Outbox<unknown>, ...args) {
        steps.push(...('body' in args[0] ? ['handed'] : []));
        return accept.apply(this, args);
      }),
    ];
    try {
      await send(['one@example.com', 'two@example.com', 'six@example.com']);
    } finally {
      spies.forEach((each) => each.mockRestore());
    }
    const order = steps.filter((each) => each !== 'link');
    expect(order).toEqual(['made', 'handed', 'made', 'handed', 'made', 'handed']);
  });
});

describe('An address of ours leads nowhere', () => {
  const elsewhere = Buffer.from('https://evil.example/').toString('base64url');
  it.each([
    'https://evil.example/',
    '//evil.example',
    elsewhere,
    '',
    'A'.repeat(7_000),
    randomBytes(100).toString('base64url'),
  ])('that somebody has made up: %s', async (token) => {
    const { status, headers } = await follow(token);
    expect([status, headers['location']]).toEqual([404, undefined]);
  });

  it('that was changed anywhere', async () => {
    const { copies } = await send(['changed@example.com']);
    const bytes = Buffer.from(tokenIn(copies[0]?.link ?? ''), 'base64url');
    for (const at of [0, 15, 16, 33, bytes.length - 17, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect((await follow(changed.toString('base64url'))).status).toBe(404);
    }
    expect((await follow(bytes.subarray(0, -1).toString('base64url'))).status).toBe(404);
    expect((await follow(bytes.toString('base64url'))).status).toBe(302);
  });

  it('that is of another resource, or another deployment', async () => {
    const { immutableId } = await app.app.defaultResource();
    const tokens = new EngagementTokens(randomBytes(32), randomIds);
    const content = { mailId: crypto.randomUUID(), recipient: 0, address: Buffer.alloc(0), target };
    expect(tokens.open(immutableId, tokens.seal(immutableId, content))).toEqual(content);
    expect(tokens.open(crypto.randomUUID(), tokens.seal(immutableId, content))).toBeUndefined();
    expect((await follow(tokens.seal(immutableId, content))).status).toBe(404);
  });

  it('that is a picture, and a link is no picture', async () => {
    const { copies } = await send(['swapped@example.com']);
    expect((await follow(tokenIn(copies[0]?.picture ?? ''))).status).toBe(404);
    expect((await load(tokenIn(copies[0]?.link ?? ''))).status).toBe(404);
  });
});
