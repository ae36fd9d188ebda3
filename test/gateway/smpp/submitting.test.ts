// What the app hands over is submitted to the SMSC, and each message gets the outcome that the SMSC's answer means.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signWebhook } from '../../../shared/auth/webhook-signature.js';
import { createClock } from '../../../shared/time/clock.js';
import { CarrierApp } from './carrier-app.js';
import { Smsc } from './smsc.js';

let app: CarrierApp;
let smsc: Smsc;

beforeAll(async () => {
  app = await CarrierApp.start();
});
beforeEach(async () => {
  smsc = await Smsc.start();
});
afterEach(async () => {
  await app.closeGateways();
  await smsc.close();
});
afterAll(() => app?.close());

describe('A message', () => {
  it('is submitted as it is, and taken with the name that the SMSC gives it', async () => {
    const { ports } = await app.gateway(smsc.port);
    const { status, results } = await app.send(ports.texts, [{ text: 'Tea {at} 4 €?' }]);
    expect(status).toBe(200);
    expect(results).toEqual([{ id: 'Outgoing_1', outcome: 'taken', references: ['m1'] }]);
    expect(smsc.submissions).toEqual([
      expect.objectContaining({
        source: '14255550100',
        sourceTon: 1,
        sourceNpi: 1,
        dest: '14255550123',
        destTon: 1,
        destNpi: 1,
        esmClass: 0,
        registered: 1,
        coding: 0,
        validity: '000001000000000R',
        octets: Buffer.from('Tea \x1b(at\x1b) 4 \x1be?', 'latin1'),
      }),
    ]);
    expect(smsc.binds).toEqual([expect.objectContaining({ systemId: 'domicile', password: 'placeholder' })]);
  });

  it('comes from letters or from a short code when it does, and asks for no report when none is wanted', async () => {
    const { ports } = await app.gateway(smsc.port);
    await app.send(ports.texts, [
      { id: 'a', from: 'CONTOSO', reportWanted: false, validForSeconds: 93_784 },
      { id: 'b', from: '12345' },
    ]);
    expect(smsc.submissions).toEqual([
      expect.objectContaining({
        source: 'CONTOSO',
        sourceTon: 5,
        sourceNpi: 0,
        registered: 0,
        validity: '000001020304000R',
      }),
      expect.objectContaining({ source: '12345', sourceTon: 0, sourceNpi: 1 }),
    ]);
  });

  it('goes in UCS-2 when the default alphabet has not all of it', async () => {
    const { ports } = await app.gateway(smsc.port);
    await app.send(ports.texts, [{ text: 'Čaj 🍵' }]);
    const [{ coding, octets } = { coding: 0, octets: Buffer.alloc(0) }] = smsc.submissions;
    expect([coding, Buffer.from(octets).swap16().toString('utf16le')]).toEqual([8, 'Čaj 🍵']);
  });

  it.each([
    ['none of it is signed with the secret', Buffer.alloc(32, 1), 401],
    ['it is', undefined, 200],
  ])('is submitted when it is signed: %s', async (_, secret, status) => {
    const { ports } = await app.gateway(smsc.port);
    expect((await app.send(ports.texts, [{}], secret)).status).toBe(status);
    expect(smsc.submissions).toHaveLength(status === 200 ? 1 : 0);
  });

  it.each([
    ['no JSON', 'x'],
    ['no messages', '{"messages":[]}'],
    [
      'too many',
      JSON.stringify({ messages: Array.from({ length: 101 }, () => ({ id: 'a', from: '+1', to: '+1', text: 'x' })) }),
    ],
    ['no number', JSON.stringify({ messages: [{ id: 'a', from: '+1', to: 'anna', text: 'x' }] })],
  ])('that is none is refused as a whole: %s', async (_, text) => {
    const { ports } = await app.gateway(smsc.port);
    const body = Buffer.from(text);
    const { status } = await app.post(ports.texts, body, signWebhook(app.secret, body, createClock().realNow()));
    expect(status).toBe(400);
    expect(smsc.submissions).toEqual([]);
  });

  it('is not read when the request is larger than it may be, whether it says so or not', async () => {
    const { ports } = await app.gateway(smsc.port);
    const body = Buffer.alloc(256 * 1024 + 1, ' ');
    const signature = signWebhook(app.secret, body, createClock().realNow());
    async function* inPieces(): AsyncIterable<Buffer> {
      yield body.subarray(0, 100_000);
      yield body.subarray(100_000);
    }
    for (const each of [body, inPieces()]) {
      const { status } = await app.post(ports.texts, each, signature);
      expect(status).toBe(413);
    }
  });

  it('that comes again after it was taken, by a request that somebody has kept, is submitted once', async () => {
    const { ports } = await app.gateway(smsc.port);
    const [first, second] = [await app.send(ports.texts, [{}]), await app.send(ports.texts, [{}])];
    expect(second.results).toEqual(first.results);
    expect(smsc.submissions).toHaveLength(1);
    smsc.onSubmit = (submission) => submission.answer(0x58);
    for (let times = 0; times < 2; times++) {
      expect((await app.send(ports.texts, [{ id: 'b' }])).results).toMatchObject([{ outcome: 'deferred' }]);
    }
    expect(smsc.submissions).toHaveLength(3);
  });

  it.each([
    ['is unknown', () => undefined, {}, 1],
    ['is unknown as a whole', (part: number) => (part === 1 ? 0 : undefined), { text: 'a'.repeat(200) }, 2],
    ['was refused', () => 0x0b, {}, 1],
    ['was refused after a part was taken', (part: number) => (part === 1 ? 0 : 0x0b), { text: 'a'.repeat(200) }, 2],
  ])('that comes again after it %s is answered the same', async (_, statusOf, more, count) => {
    const { ports } = await app.gateway(smsc.port, { timings: { responseMs: 100 } });
    smsc.onSubmit = (submission) => {
      const status = statusOf(smsc.submissions.length);
      if (status !== undefined) {
        submission.answer(status, 'first');
      }
    };
    const first = await app.send(ports.texts, [more]);
    smsc.onSubmit = (submission) => submission.answer(0, 'again');
    const second = await app.send(ports.texts, [more]);
    expect(second.results).toEqual(first.results);
    expect(smsc.submissions).toHaveLength(count);
  });

  it('is submitted again when the app says that it hands over anew what was unknown, and then not again', async () => {
    const { ports } = await app.gateway(smsc.port, { timings: { responseMs: 100 } });
    smsc.onSubmit = () => undefined;
    await app.send(ports.texts, [{ attempt: 1 }]);
    smsc.onSubmit = (submission) => submission.answer(0, smsc.nextId());
    const outcomeOf = async (attempt?: number) =>
      (await app.send(ports.texts, [attempt === undefined ? {} : { attempt }])).results;
    expect(await outcomeOf(1)).toMatchObject([{ outcome: 'unknown' }]);
    expect(await outcomeOf()).toMatchObject([{ outcome: 'unknown' }]);
    expect(smsc.submissions).toHaveLength(1);
    expect(await outcomeOf(2)).toMatchObject([{ outcome: 'taken', references: ['m1'] }]);
    // Of what is known to be taken there is nothing to try.
    for (const attempt of [1, 2, 3]) {
      expect(await outcomeOf(attempt)).toMatchObject([{ outcome: 'taken', references: ['m1'] }]);
    }
    expect(smsc.submissions).toHaveLength(2);
  });

  it('is submitted once when it is handed over anew while nobody knows yet', async () => {
    const { ports } = await app.gateway(smsc.port, { timings: { responseMs: 300 } });
    smsc.onSubmit = () => undefined;
    const first = app.send(ports.texts, [{ attempt: 1 }]);
    await expect.poll(() => smsc.submissions.length).toBe(1);
    const second = await app.send(ports.texts, [{ attempt: 2 }]);
    expect(second.results).toEqual((await first).results);
    // The answer to the second was unknown too.
    await app.send(ports.texts, [{ attempt: 2 }]);
    expect(smsc.submissions).toHaveLength(1);
    smsc.onSubmit = (submission) => submission.answer(0, 'x');
    expect((await app.send(ports.texts, [{ attempt: 3 }])).results).toMatchObject([{ outcome: 'taken' }]);
  });
});

describe('A text that is too long for one message', () => {
  const gsm = `${'a'.repeat(152)}€${'b'.repeat(153)}`;

  it('goes in parts that name themselves, none of which ends within a character', async () => {
    const { ports } = await app.gateway(smsc.port);
    const { results } = await app.send(ports.texts, [{ text: gsm }, { id: 'b', text: '🍵'.repeat(36) }]);
    const parts = smsc.submissions.filter(({ coding }) => coding === 0);
    expect(parts.map(({ esmClass }) => esmClass)).toEqual([0x40, 0x40, 0x40]);
    const [reference] = parts.map(({ octets }) => octets[3]);
    expect(parts.map(({ octets }) => octets.subarray(0, 6))).toEqual(
      [1, 2, 3].map((number) => Buffer.from([5, 0, 3, reference ?? 0, 3, number])),
    );
    expect(parts.map(({ octets }) => octets.toString('latin1', 6))).toEqual([
      'a'.repeat(152),
      `\x1be${'b'.repeat(151)}`,
      'bb',
    ]);
    const wide = smsc.submissions.filter(({ coding }) => coding === 8);
    expect(wide.map(({ octets }) => octets.length)).toEqual([6 + 132, 6 + 12]);
    expect(wide[0]?.octets[3]).not.toBe(reference);
    expect(results.map(({ outcome, references }) => [outcome, references?.length])).toEqual([
      ['taken', 3],
      ['taken', 2],
    ]);
  });

  it('is alone as long as it can be', async () => {
    const { ports } = await app.gateway(smsc.port);
    await app.send(ports.texts, [{ text: 'a'.repeat(160) }, { id: 'b', text: 'č'.repeat(70) }]);
    expect(smsc.submissions.map(({ octets, esmClass }) => [octets.length, esmClass])).toEqual([
      [160, 0],
      [140, 0],
    ]);
  });

  it('names its parts in fields of the protocol where the SMSC wants that', async () => {
    const { ports } = await app.gateway(smsc.port, { longTexts: 'sar' });
    await app.send(ports.texts, [{ text: gsm }]);
    expect(smsc.submissions.map(({ tlvs }) => [tlvs.get(0x20e)?.[0], tlvs.get(0x20f)?.[0]])).toEqual([
      [3, 1],
      [3, 2],
      [3, 3],
    ]);
    expect(new Set(smsc.submissions.map(({ tlvs }) => tlvs.get(0x20c)?.toString('hex'))).size).toBe(1);
    expect(smsc.submissions.map(({ esmClass }) => esmClass)).toEqual([0, 0, 0]);
  });

  it('goes whole where the SMSC cuts it', async () => {
    const { ports } = await app.gateway(smsc.port, { longTexts: 'payload' });
    await app.send(ports.texts, [{ text: gsm }]);
    expect(smsc.submissions).toHaveLength(1);
    expect(smsc.submissions[0]?.octets).toHaveLength(0);
    expect(smsc.submissions[0]?.tlvs.get(0x424)?.toString('latin1')).toBe(gsm.replace('€', '\x1be'));
  });

  it('has one outcome: what its first part is refused with; what becomes of later ones is not handed over again', async () => {
    const { ports } = await app.gateway(smsc.port);
    const answers = async (id: string, ...statuses: readonly number[]) => {
      const left = [...statuses];
      smsc.onSubmit = (submission) => submission.answer(left.shift() ?? 0, smsc.nextId());
      return (await app.send(ports.texts, [{ id, text: gsm }])).results[0];
    };
    expect(await answers('a', 0x0b)).toEqual({ id: 'a', outcome: 'refused', reason: 'ESME_RINVDSTADR' });
    expect(await answers('b', 0x58)).toMatchObject({ outcome: 'deferred' });
    expect(await answers('c', 0, 0x0b)).toMatchObject({ outcome: 'refused', references: ['m3'] });
    // The SMSC has the first part: the others are tried again.
    expect(await answers('d', 0, 0x58, 0x14)).toMatchObject({
      outcome: 'taken',
      references: [expect.anything(), expect.anything(), expect.anything()],
    });
    smsc.onSubmit = (submission) => {
      if (submission.octets[5] === 2) {
        smsc.cut();
      } else {
        submission.answer(0, 'first');
      }
    };
    const { results } = await app.send(ports.texts, [{ id: 'e', text: gsm }]);
    expect(results).toEqual([{ id: 'e', outcome: 'unknown', reason: 'Incomplete', references: ['first'] }]);
  });
});

describe('Each command status', () => {
  const deferring = { 0x58: 5, 0x14: 5, 0x08: 30, 0x04: 30, 0x64: 30 } as const;

  it.each(Object.entries(deferring))('%s defers the message', async (status, seconds) => {
    const { ports } = await app.gateway(smsc.port);
    smsc.onSubmit = (submission) => submission.answer(Number(status));
    const { results } = await app.send(ports.texts, [{}]);
    expect(results).toEqual([
      { id: 'Outgoing_1', outcome: 'deferred', reason: expect.stringMatching(/^ESME_R/), retryAfterSeconds: seconds },
    ]);
  });

  it('that is no other refuses it, with its name or its number', async () => {
    const { ports } = await app.gateway(smsc.port);
    const all = [...Array(0x113).keys(), 0x400, 0x4ff, 0xffffffff].filter((each) => each !== 0 && !(each in deferring));
    smsc.onSubmit = (submission) => submission.answer(Number(submission.octets.toString('latin1')));
    const found: (string | undefined)[] = [];
    for (let from = 0; from < all.length; from += 100) {
      const messages = all.slice(from, from + 100).map((status) => ({ id: `s${status}`, text: String(status) }));
      const { results } = await app.send(ports.texts, messages);
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['refused']));
      found.push(...results.map(({ reason }) => reason));
    }
    expect(found).toHaveLength(all.length);
    expect(found).toContain('ESME_RINVSRCADR');
    expect(found).toContain('0x00000400');
    expect(found.filter((reason) => !/^(ESME_R[A-Z_]+|0x[0-9A-F]{8})$/.test(reason ?? ''))).toEqual([]);
  });
});
