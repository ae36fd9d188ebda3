// The connection to the SMSC: bound, bounded, judged, made again; and what becomes of messages when nobody answers.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CarrierApp } from './carrier-app.js';
import { Smsc, type Submission } from './smsc.js';
import { commands, response, shortMessageBody, unit } from './wire.js';

let app: CarrierApp;
let smsc: Smsc;

beforeAll(async () => {
  app = await CarrierApp.start();
});
beforeEach(async () => {
  smsc = await Smsc.start();
  app.lines.length = 0;
});
afterEach(async () => {
  smsc.onUnit = () => false;
  await app.closeGateways();
  await smsc.close();
});
afterAll(() => app?.close());

const some = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `m${index}` }));

describe('A bind', () => {
  it('is one for both directions, or one for each', async () => {
    await app.gateway(smsc.port);
    expect(smsc.binds.map(({ command }) => command)).toEqual([commands.bind_transceiver]);
    const { ports } = await app.gateway(smsc.port, { smsc: { bind: 'separate' } });
    const [transmitter, receiver] = smsc.binds.slice(1).toSorted((one, other) => other.command - one.command);
    expect([transmitter?.command, receiver?.command]).toEqual([commands.bind_transmitter, commands.bind_receiver]);
    await app.send(ports.texts, [{}]);
    expect(smsc.submissions[0]?.socket).toBe(transmitter?.socket);
    await smsc.receipt('m1', 'DELIVRD');
    expect(app.reports.at(-1)).toMatchObject({ reference: 'm1', status: 'delivered' });
  });

  it('goes over TLS, and not to somebody whom nobody vouches for', async () => {
    const secure = await Smsc.start(app.certificates.server);
    try {
      const { ca } = app.certificates;
      const { ports } = await app.gateway(secure.port, { smsc: { host: 'localhost', tls: { ca } } });
      expect((await app.send(ports.texts, [{}])).results).toMatchObject([{ outcome: 'taken' }]);
      const stranger = await app.gateway(secure.port, { isAwaited: false, smsc: { host: 'localhost', tls: {} } });
      await expect
        .poll(() => app.lines)
        .toContain('The SMSC cannot be reached, or does not answer (bind_transceiver).');
      expect((await app.send(stranger.ports.texts, [{}])).status).toBe(503);
      expect(secure.binds).toHaveLength(1);
    } finally {
      await app.closeGateways();
      await secure.close();
    }
  });

  it('that is refused is tried again, said once, and hands nothing over until it succeeds', async () => {
    smsc.bindStatus = 0x0e;
    let tries = 0;
    smsc.onUnit = ({ id }) => {
      tries += id === commands.bind_transceiver ? 1 : 0;
      return false;
    };
    const gateway = await app.gateway(smsc.port, { isAwaited: false });
    await expect.poll(() => tries).toBeGreaterThan(2);
    expect(app.lines).toEqual(['The SMSC has refused the bind (bind_transceiver): ESME_RINVPASWD.']);
    const { status, headers } = await app.send(gateway.ports.texts, [{}]);
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    smsc.bindStatus = 0;
    await expect.poll(() => gateway.smpp?.isReady()).toBe(true);
    expect((await app.send(gateway.ports.texts, [{}])).results).toMatchObject([{ outcome: 'taken' }]);
    expect(app.lines.join()).not.toContain('placeholder');
  });

  it('may be answered together with what the SMSC has kept for us', async () => {
    const got: [number, number][] = [];
    smsc.onUnit = ({ id, status, sequence }, socket) => {
      got.push([id, status]);
      if (id === commands.bind_transceiver) {
        const kept = shortMessageBody({ octets: Buffer.from('Kept') });
        const answer = unit((id | response) >>> 0, sequence, Buffer.from('smsc\0'));
        socket.write(Buffer.concat([answer, unit(commands.deliver_sm, 1, kept)]));
      }
      return true;
    };
    await app.gateway(smsc.port);
    await expect.poll(() => got).toContainEqual([(commands.deliver_sm | response) >>> 0, 0]);
    expect(app.messages.map(({ text }) => text)).toEqual(['Kept']);
  });

  it('that nobody answers is given up, and tried again', async () => {
    let isSilent = true;
    smsc.onUnit = ({ id }) => id === commands.bind_transceiver && isSilent;
    const gateway = await app.gateway(smsc.port, { isAwaited: false, timings: { responseMs: 50 } });
    await expect.poll(() => app.lines.length).toBe(1);
    isSilent = false;
    await expect.poll(() => gateway.smpp?.isReady()).toBe(true);
  });

  it('is made again when the connection has ended, with pauses that get longer', async () => {
    const gateway = await app.gateway(smsc.port);
    for (let times = 2; times <= 4; times++) {
      smsc.cut();
      await expect.poll(() => smsc.binds.length, { timeout: 5_000 }).toBe(times);
    }
    await expect.poll(() => gateway.smpp?.isReady()).toBe(true);
    expect((await app.send(gateway.ports.texts, [{}])).results).toMatchObject([{ outcome: 'taken' }]);
  });

  it('ends in order when the SMSC says so, and when the gateway is told to stop', async () => {
    const gateway = await app.gateway(smsc.port);
    const ended: number[] = [];
    smsc.onUnit = ({ id }) => {
      ended.push(id);
      return false;
    };
    smsc.binds[0]?.socket.write(unit(commands.unbind, 1));
    await expect.poll(() => ended).toContain((commands.unbind | response) >>> 0);
    await expect.poll(() => gateway.smpp?.isReady() === true && smsc.binds.length === 2).toBe(true);
    await app.closeGateways();
    expect(ended.at(-1)).toBe(commands.unbind);
    await expect.poll(() => smsc.connections).toBe(0);
  });
});

describe('The window', () => {
  it('is never exceeded, however many messages wait, and all of them go', async () => {
    const { ports } = await app.gateway(smsc.port, { smsc: { window: 7 } });
    const waiting: Submission[] = [];
    smsc.onSubmit = (submission) => {
      waiting.push(submission);
      setImmediate(() => waiting.splice(Math.floor(waiting.length / 2), 1)[0]?.answer(0, smsc.nextId()));
    };
    const answers = await Promise.all(
      [0, 1, 2].map((batch) =>
        app.send(
          ports.texts,
          some(100).map(({ id }) => ({ id: `${batch}${id}` })),
        ),
      ),
    );
    expect(answers.flatMap(({ results }) => results).filter(({ outcome }) => outcome === 'taken')).toHaveLength(300);
    expect(smsc.submissions).toHaveLength(300);
    expect(smsc.mostAtOnce).toBe(7);
  });

  it('closes for a moment when the SMSC says that it is too much', async () => {
    const { ports } = await app.gateway(smsc.port, { smsc: { window: 1 }, timings: { throttledPauseMs: 300 } });
    const times: number[] = [];
    smsc.onSubmit = (submission) => {
      times.push(performance.now());
      submission.answer(times.length === 1 ? 0x58 : 0, 'x');
    };
    const { results } = await app.send(ports.texts, some(2));
    expect(results.map(({ outcome }) => outcome)).toEqual(['deferred', 'taken']);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(250);
  });
});

describe('A submission that nobody answers', () => {
  it('is unknown, and the connection goes on when the SMSC is there', async () => {
    const { ports } = await app.gateway(smsc.port, { smsc: { window: 1 }, timings: { responseMs: 150 } });
    smsc.onSubmit = (submission) => {
      if (submission.octets.toString() !== 'lost') {
        submission.answer(0, 'taken');
      }
    };
    const { results } = await app.send(ports.texts, [{ text: 'lost' }, { id: 'b' }, { id: 'c' }]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['unknown', 'taken', 'taken']);
    await expect.poll(() => smsc.enquiries).toBe(1);
    expect(smsc.binds).toHaveLength(1);
    // It has left the window, or the second of these would have to wait for ever.
    const more = await app.send(ports.texts, some(2));
    expect(more.results.map(({ outcome }) => outcome)).toEqual(['taken', 'taken']);
  });

  it('ends the connection when the SMSC says nothing else either', async () => {
    const gateway = await app.gateway(smsc.port, { timings: { responseMs: 100 } });
    smsc.onSubmit = () => undefined;
    smsc.isAnsweringEnquiries = false;
    expect((await app.send(gateway.ports.texts, [{}])).results).toMatchObject([{ outcome: 'unknown' }]);
    await expect.poll(() => smsc.binds.length).toBe(2);
  });

  it('ends the connection when others were not answered before it, whatever else is', async () => {
    const { ports } = await app.gateway(smsc.port, { timings: { responseMs: 50 } });
    smsc.onSubmit = () => undefined;
    for (const { id } of some(3)) {
      expect((await app.send(ports.texts, [{ id }])).results).toMatchObject([{ outcome: 'unknown' }]);
    }
    await expect.poll(() => smsc.binds.length).toBe(2);
  });

  it('is unknown when the connection ends, and what was not submitted yet is deferred', async () => {
    const { ports } = await app.gateway(smsc.port, { smsc: { window: 2 } });
    smsc.onSubmit = () => smsc.submissions.length === 2 && smsc.cut();
    const { results } = await app.send(ports.texts, some(4));
    expect(results.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'deferred', 'deferred']);
    expect(smsc.submissions).toHaveLength(2);
  });

  it('that is answered much too late is unknown all the same, and confuses nobody', async () => {
    const { ports } = await app.gateway(smsc.port, { timings: { responseMs: 100 } });
    const late: Submission[] = [];
    smsc.onSubmit = (submission) => late.push(submission);
    expect((await app.send(ports.texts, [{}])).results).toMatchObject([{ outcome: 'unknown' }]);
    late[0]?.answer(0x58);
    smsc.onSubmit = (submission) => submission.answer(0, 'fine');
    expect((await app.send(ports.texts, [{ id: 'b' }])).results).toEqual([
      { id: 'b', outcome: 'taken', references: ['fine'] },
    ]);
  });
});

describe('An SMSC', () => {
  it('that is silent is asked whether it is there, and is left when it is not', async () => {
    await app.gateway(smsc.port, { timings: { enquireMs: 30, responseMs: 100 } });
    await expect.poll(() => smsc.enquiries).toBeGreaterThan(2);
    expect(smsc.binds).toHaveLength(1);
    smsc.isAnsweringEnquiries = false;
    await expect.poll(() => smsc.binds.length).toBeGreaterThan(1);
  });

  it('to which we are not bound any more is bound to again', async () => {
    const { ports, smpp } = await app.gateway(smsc.port, { timings: { responseMs: 100 } });
    smsc.onSubmit = (submission) => submission.answer(0x04);
    expect((await app.send(ports.texts, [{}])).results).toMatchObject([{ outcome: 'deferred' }]);
    expect((await app.send(ports.texts, [{}])).status).toBe(503);
    await expect.poll(() => smsc.binds.length === 2 && smpp?.isReady()).toBe(true);
    smsc.onSubmit = (submission) => submission.answer(0, 'x');
    expect((await app.send(ports.texts, [{}])).results).toMatchObject([{ outcome: 'taken' }]);
  });

  it('gets an answer to its own question, and is told what it cannot ask', async () => {
    await app.gateway(smsc.port);
    const got: [number, number][] = [];
    smsc.onUnit = ({ id, status }) => got.push([id, status]) > 0;
    const socket = smsc.binds[0]?.socket;
    socket?.write(unit(commands.enquire_link, 9));
    socket?.write(unit(commands.submit_sm, 10, Buffer.alloc(40)));
    socket?.write(unit(0x7777, 11));
    await expect
      .poll(() => got)
      .toEqual([
        [0x80000015, 0],
        [commands.generic_nack, 3],
        [commands.generic_nack, 3],
      ]);
  });

  it.each([0, 3, 4, 15, 65_537, 0xffffffff])(
    'that announces a unit of %i bytes loses the connection',
    async (length) => {
      const gateway = await app.gateway(smsc.port);
      const head = Buffer.alloc(4);
      head.writeUInt32BE(length);
      smsc.binds[0]?.socket.write(head);
      await expect.poll(() => smsc.binds.length).toBe(2);
      await expect.poll(() => gateway.smpp?.isReady()).toBe(true);
      expect((await app.send(gateway.ports.texts, [{}])).results).toMatchObject([{ outcome: 'taken' }]);
    },
  );
});
