// What the SMSC brings: receipts and texts are told to the app, and taken only then.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CarrierApp } from './carrier-app.js';
import { Smsc } from './smsc.js';

let app: CarrierApp;
let smsc: Smsc;

beforeAll(async () => {
  app = await CarrierApp.start();
});
beforeEach(async () => {
  smsc = await Smsc.start();
  app.reports.length = 0;
  app.messages.length = 0;
  app.onReport = () => 200;
  app.onMessage = () => 200;
  app.instead = undefined;
});
afterEach(async () => {
  await app.closeGateways();
  await smsc.close();
});
afterAll(() => app?.close());

const later = 0x64;
const never = 0x66;
const tlvs = (...all: [number, Buffer][]) => new Map(all);
const text = (words: string) => ({ octets: Buffer.from(words, 'latin1') });

describe('A receipt', () => {
  it.each([
    ['DELIVRD', '000', { status: 'delivered' }],
    ['EXPIRED', '031', { status: 'expired', code: '031' }],
    ['DELETED', '000', { status: 'failed' }],
    ['UNDELIV', '69', { status: 'failed', code: '69' }],
    ['REJECTD', '00A', { status: 'rejected', code: '00A' }],
    ['UNKNOWN', '000', { status: 'unknown' }],
    ['Undeliverable', '1', { status: 'failed', code: '1' }],
  ])('as a text that says %s is told', async (stat, err, expected) => {
    await app.gateway(smsc.port);
    expect(await smsc.receipt('m1', stat, err)).toBe(0);
    expect(app.reports).toEqual([{ reference: 'm1', ...expected }]);
  });

  it('in fields of its own is told, whatever its text says', async () => {
    await app.gateway(smsc.port);
    const states = { 2: 'delivered', 3: 'expired', 4: 'failed', 5: 'failed', 7: 'unknown', 8: 'rejected' };
    for (const state of Object.keys(states)) {
      const fields = tlvs(
        [0x1e, Buffer.from('m7\0')],
        [0x427, Buffer.from([Number(state)])],
        [0x423, Buffer.from([3, 0, 9])],
      );
      expect(await smsc.deliver({ esmClass: 0x04, tlvs: fields, ...text('Any words') })).toBe(0);
    }
    expect(app.reports).toEqual(Object.values(states).map((status) => ({ reference: 'm7', status, code: '3-9' })));
  });

  it('that is not final, or an answer of a phone, is taken and not told', async () => {
    await app.gateway(smsc.port);
    for (const stat of ['ENROUTE', 'ACCEPTD']) {
      expect(await smsc.receipt('m1', stat)).toBe(0);
    }
    expect(await smsc.deliver({ esmClass: 0x20, ...text('id:m1 stat:DELIVRD') })).toBe(0);
    expect(await smsc.deliver({ esmClass: 0x08, ...text('read') })).toBe(0);
    expect(app.reports).toEqual([]);
  });

  it('that names no message or no state is refused for good', async () => {
    await app.gateway(smsc.port);
    expect(await smsc.deliver({ esmClass: 0x04, ...text('stat:DELIVRD') })).toBe(never);
    expect(await smsc.deliver({ esmClass: 0x04, ...text('id:m1 text:stat:DELIVRD') })).toBe(never);
    expect(app.messages).toEqual([]);
  });

  it('that comes before the app knows the message is told again, and left with the SMSC when that does not help', async () => {
    await app.gateway(smsc.port);
    let misses = 2;
    app.onReport = () => (misses-- > 0 ? 404 : 200);
    expect(await smsc.receipt('m1', 'DELIVRD')).toBe(0);
    expect(app.reports).toHaveLength(1);
    app.onReport = () => 404;
    expect(await smsc.receipt('m2', 'DELIVRD')).toBe(later);
  });

  it('that comes again when the app has forgotten the message, because the first was final, is taken', async () => {
    await app.gateway(smsc.port);
    expect(await smsc.receipt('m1', 'DELIVRD')).toBe(0);
    app.onReport = () => 404;
    expect(await smsc.receipt('m1', 'DELIVRD')).toBe(0);
    expect(app.reports).toHaveLength(1);
  });

  it('stays with the SMSC while the app does not answer, or says that it cannot', async () => {
    await app.gateway(smsc.port);
    for (const status of [500, 503, 401, 404, 202]) {
      app.instead = status;
      expect(await smsc.receipt('m1', 'DELIVRD'), String(status)).toBe(later);
    }
    app.instead = undefined;
    expect(await smsc.receipt('m1', 'DELIVRD')).toBe(0);
    expect(app.reports).toHaveLength(1);
  });

  it('comes in any order, several times, or never, and each that comes is told', async () => {
    const { ports } = await app.gateway(smsc.port);
    const messages = Array.from({ length: 20 }, (_, index) => ({ id: `o${index}` }));
    const { results } = await app.send(ports.texts, messages);
    const references = results.flatMap((each) => each.references ?? []);
    expect(references).toHaveLength(20);
    const told = [...references.slice(5).toReversed(), ...references.slice(5, 10)];
    expect(await Promise.all(told.map((id) => smsc.receipt(id, 'DELIVRD')))).toEqual(told.map(() => 0));
    expect(app.reports.map(({ reference }) => reference).toSorted()).toEqual(told.toSorted());
  });

  it.each([
    ['decimal', '0A1F', '0000002591', '2591'],
    ['hexadecimal', '2591', 'a1f', '2591'],
    ['same', '0A1F', '0A1F', '0A1F'],
  ] as const)('names the message in %s, and the app gets one name', async (receiptIds, answered, named, reference) => {
    const { ports } = await app.gateway(smsc.port, { receiptIds });
    smsc.onSubmit = (submission) => submission.answer(0, answered);
    expect((await app.send(ports.texts, [{}])).results[0]?.references).toEqual([reference]);
    await smsc.receipt(named, 'DELIVRD');
    expect(app.reports).toEqual([{ reference, status: 'delivered' }]);
  });

  it('goes to the app together with others, and one that is at fault alone', async () => {
    await app.gateway(smsc.port);
    const before = app.requests;
    app.onReport = ({ reference }) => (reference === 'm37' ? 400 : 200);
    const ids = Array.from({ length: 100 }, (_, index) => `m${index}`);
    const answers = await Promise.all(ids.map((id) => smsc.receipt(id, 'DELIVRD')));
    expect(answers).toEqual(ids.map((id) => (id === 'm37' ? never : 0)));
    expect(app.requests - before).toBeLessThan(40);
  });
});

describe('A text', () => {
  it.each([
    [0, Buffer.from('Tea \x1b(at\x1b) 4 \x1be \x00\x10', 'latin1'), 'Tea {at} 4 € @Δ'],
    [1, Buffer.from('Tea [at] 4'), 'Tea [at] 4'],
    [3, Buffer.from('Grüße £', 'latin1'), 'Grüße £'],
    [8, Buffer.from('Čaj 🍵', 'utf16le').swap16(), 'Čaj 🍵'],
    [0xf0, Buffer.from('Tea \x00', 'latin1'), 'Tea @'],
    [0x19, Buffer.from('Čaj', 'utf16le').swap16(), 'Čaj'],
    [6, Buffer.from([0xc7, 0xd0, 0xd9]), 'Чай'],
  ])('in data coding %i is told', async (coding, octets, expected) => {
    await app.gateway(smsc.port);
    expect(await smsc.deliver({ coding, octets })).toBe(0);
    expect(app.messages).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        from: '+14255550123',
        to: '+14255550199',
        text: expected,
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ]);
  });

  it('may be as long as a phone can put together of parts', async () => {
    await app.gateway(smsc.port);
    const long = 'Tea. '.repeat(7_803);
    expect(await smsc.deliver({ tlvs: tlvs([0x424, Buffer.from(long)]) })).toBe(0);
    expect(app.messages.map((told) => told.text)).toEqual([long]);
  });

  it('may lie in the payload, come from letters or a short code, and to a number in its own way', async () => {
    await app.gateway(smsc.port);
    await smsc.deliver({
      source: 'CONTOSO',
      sourceTon: 5,
      dest: '004930123456',
      destTon: 0,
      tlvs: tlvs([0x424, Buffer.from('Tea')]),
    });
    await smsc.deliver({ source: '12345', sourceTon: 3, dest: '14255550199', destTon: 0, ...text('Tea') });
    expect(app.messages.map(({ from, to }) => [from, to])).toEqual([
      ['CONTOSO', '+4930123456'],
      ['12345', '+14255550199'],
    ]);
  });

  it('that is none is refused for good, as is one to a number that nobody has', async () => {
    await app.gateway(smsc.port);
    expect(await smsc.deliver({ coding: 4, octets: Buffer.from([1, 2]) })).toBe(never);
    expect(await smsc.deliver({ octets: Buffer.alloc(0) })).toBe(never);
    app.onMessage = () => 404;
    expect(await smsc.deliver(text('Tea'))).toBe(never);
  });

  it('that is brought again because the app did not answer has the same id, and the same words again another', async () => {
    await app.gateway(smsc.port);
    const ids: string[] = [];
    app.onMessage = ({ id }) => {
      ids.push(id);
      return ids.length === 1 ? 500 : 200;
    };
    expect(await smsc.deliver(text('Yes'))).toBe(later);
    expect(await smsc.deliver(text('Yes'))).toBe(0);
    expect(await smsc.deliver(text('Yes'))).toBe(0);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[1]);
  });

  it('that is brought again on a new connection, because the answer may be lost, has the same id', async () => {
    const gateway = await app.gateway(smsc.port);
    await smsc.deliver(text('Yes'));
    smsc.cut();
    await expect.poll(() => gateway.smpp?.isReady() === true && smsc.binds.length === 2).toBe(true);
    await smsc.deliver(text('Yes'));
    expect(new Set(app.messages.map(({ id }) => id)).size).toBe(1);
    expect(app.messages).toHaveLength(2);
  });

  it('is not answered before the app has', async () => {
    await app.gateway(smsc.port);
    let isTold = false;
    app.onMessage = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      isTold = true;
      return 200;
    };
    await smsc.deliver(text('Tea'));
    expect(isTold).toBe(true);
  });
});

describe('A text in parts', () => {
  const words = ['Once upon a time ', 'there was a pot ', 'of tea.'];
  const part = (number: number, reference = 7, of = 3, content = words[number - 1] ?? '') => ({
    esmClass: 0x40,
    octets: Buffer.concat([Buffer.from([5, 0, 3, reference, of, number]), Buffer.from(content)]),
  });

  it.each([
    [1, 2, 3],
    [3, 1, 2],
    [2, 2, 3, 1, 3],
  ])('is told once, as a whole, in whatever order they come', async (...order) => {
    await app.gateway(smsc.port);
    const answers = await Promise.all(order.map((number) => smsc.deliver(part(number))));
    expect(answers).toEqual(order.map(() => 0));
    expect(app.messages.map(({ text: whole }) => whole)).toEqual([words.join('')]);
  });

  it('may have a longer reference, or name them in fields, and characters that lie in two of them', async () => {
    await app.gateway(smsc.port);
    const cup = Buffer.from('🍵', 'utf16le').swap16();
    const long = (number: number) => ({
      esmClass: 0x40,
      coding: 8,
      octets: Buffer.concat([Buffer.from([6, 8, 4, 1, 7, 2, number]), cup.subarray(number * 2 - 2, number * 2)]),
    });
    const sar = (number: number) => ({
      ...text(words[number - 1] ?? ''),
      tlvs: tlvs([0x20c, Buffer.from([1, 7])], [0x20e, Buffer.from([3])], [0x20f, Buffer.from([number])]),
    });
    await Promise.all([
      smsc.deliver(long(2)),
      smsc.deliver(sar(3)),
      smsc.deliver(sar(1)),
      smsc.deliver(long(1)),
      smsc.deliver(sar(2)),
    ]);
    expect(app.messages.map(({ text: whole }) => whole).toSorted()).toEqual([words.join(''), '🍵'].toSorted());
  });

  it('is not mixed up with that of another sender, or another reference', async () => {
    await app.gateway(smsc.port);
    const other = { source: '14255550177' };
    // In turns, so that each is unfinished when the others begin.
    await Promise.all(
      [1, 2, 3].flatMap((number) => [
        smsc.deliver(part(number, 7)),
        smsc.deliver(part(number, 8, 3, `${number}`)),
        smsc.deliver({ ...part(4 - number, 7, 3, `o${4 - number}`), ...other }),
      ]),
    );
    expect(app.messages.map(({ text: whole }) => whole).toSorted()).toEqual(
      ['123', 'o1o2o3', words.join('')].toSorted(),
    );
  });

  it('stays with an SMSC that brings one at a time, until the last has come, and what it brings again is known', async () => {
    await app.gateway(smsc.port);
    expect(await smsc.deliver(part(1))).toBe(later);
    expect(await smsc.deliver(part(3))).toBe(later);
    expect(app.messages).toEqual([]);
    expect(await smsc.deliver(part(2))).toBe(0);
    expect(await smsc.deliver(part(1))).toBe(0);
    expect(await smsc.deliver(part(3))).toBe(0);
    expect(app.messages).toHaveLength(1);
  });

  it('is taken from an SMSC that brings nothing else before a part was taken', async () => {
    await app.gateway(smsc.port);
    expect(await smsc.deliver(part(1))).toBe(later);
    expect(await smsc.deliver(part(1))).toBe(0);
    expect(await smsc.deliver(part(2))).toBe(0);
    expect(await smsc.deliver(part(3))).toBe(0);
    expect(app.messages.map(({ text: whole }) => whole)).toEqual([words.join('')]);
  });

  it('of which the gateway alone has some is told as far as it is there when the gateway stops', async () => {
    await app.gateway(smsc.port);
    await smsc.deliver(part(2));
    expect(await smsc.deliver(part(2))).toBe(0);
    await app.closeGateways();
    expect(app.messages.map(({ text: whole }) => whole)).toEqual([`[…]${words[1]}[…]`]);
  });

  it('stays with the SMSC while the app does not take it, and has one id', async () => {
    await app.gateway(smsc.port);
    const ids = new Set<string>();
    app.onMessage = ({ id }) => {
      ids.add(id);
      return 500;
    };
    expect(await Promise.all([1, 2, 3].map((number) => smsc.deliver(part(number))))).toEqual([later, later, later]);
    app.onMessage = ({ id }) => {
      ids.add(id);
      return 200;
    };
    expect(await Promise.all([3, 1, 2].map((number) => smsc.deliver(part(number))))).toEqual([0, 0, 0]);
    expect([ids.size, app.messages.length]).toEqual([1, 1]);
  });

  it('with a reference that another text had before is that of its own', async () => {
    const gateway = await app.gateway(smsc.port);
    await Promise.all([1, 2, 3].map((number) => smsc.deliver(part(number))));
    await Promise.all([1, 2, 3].map((number) => smsc.deliver(part(number, 7, 3, `${number}`))));
    // One that is not whole either; the SMSC has it no more.
    await smsc.deliver(part(1, 7, 3, 'x'));
    expect(await smsc.deliver(part(1, 7, 3, 'x'))).toBe(0);
    await Promise.all([1, 2, 3].map((number) => smsc.deliver(part(number, 7, 3, `y${number}`))));
    expect(app.messages.map(({ text: whole }) => whole)).toEqual([words.join(''), '123', 'y1y2y3']);
    await gateway.close();
    expect(app.messages.at(-1)?.text).toBe('x[…]');
  });
});
