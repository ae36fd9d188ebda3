// What the gateway takes at once of text messages, from the app and from the SMSC; and where the app may hand them over.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  httpConnectionsPerAddress,
  maxHeldDeliveries,
  maxRequests,
  maxUnsignedOfAddress,
  maxWaitingMessages,
} from '../../../gateway/smpp/limits.js';
import { signWebhook, webhookSignatureHeader } from '../../../shared/auth/webhook-signature.js';
import { createClock } from '../../../shared/time/clock.js';
import { CarrierApp } from './carrier-app.js';
import { type Bind, Smsc } from './smsc.js';
import { commands, unit } from './wire.js';

let app: CarrierApp;
let smsc: Smsc;

beforeAll(async () => {
  app = await CarrierApp.start();
});
beforeEach(async () => {
  smsc = await Smsc.start();
});
afterEach(async () => {
  smsc.cut();
  await app.closeGateways();
  await smsc.close();
});
afterAll(() => app?.close());

const some = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}-${index}` }));

describe('Messages of the app', () => {
  it('wait in a bounded number, and what is beyond is told to come again', async () => {
    const { ports } = await app.gateway(smsc.port, { smsc: { window: 1 } });
    smsc.onSubmit = () => undefined;
    const full = Array.from({ length: maxWaitingMessages / 100 }, (_, batch) =>
      app.send(ports.texts, some(`b${batch}`, 100)),
    );
    await expect.poll(() => smsc.submissions.length).toBe(1);
    await expect.poll(async () => (await app.send(ports.texts, some('beyond', 100))).status).toBe(503);
    smsc.cut();
    const outcomes = (await Promise.all(full)).flatMap(({ results }) => results.map(({ outcome }) => outcome));
    expect(outcomes.filter((outcome) => outcome !== 'deferred')).toEqual(['unknown']);
  });

  it('come in a bounded number of requests', async () => {
    const { ports } = await app.gateway(smsc.port);
    smsc.onSubmit = () => undefined;
    const all = Array.from({ length: maxRequests + 1 }, (_, request) => app.send(ports.texts, some(`r${request}`, 1)));
    expect((await Promise.race(all)).status).toBe(503);
    smsc.cut();
    expect((await Promise.all(all)).filter(({ status }) => status === 503)).toHaveLength(1);
  });

  it('that nobody waits for any more are not begun', async () => {
    const { ports } = await app.gateway(smsc.port, { smsc: { window: 1 } });
    const waiting: (() => void)[] = [];
    smsc.onSubmit = (submission) => waiting.push(() => submission.answer(0, 'x'));
    const long = 'a'.repeat(300);
    const body = Buffer.from(
      JSON.stringify({
        messages: ['one', 'two'].map((id) => ({ id, from: '+14255550100', to: '+14255550123', text: long })),
      }),
    );
    const socket = connect(ports.texts ?? 0, '127.0.0.1');
    const signature = signWebhook(app.secret, body, createClock().realNow());
    socket.write(
      `POST /sms/messages HTTP/1.1\r\nhost: x\r\n${webhookSignatureHeader}: ${signature}\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    socket.write(body);
    await expect.poll(() => waiting.length).toBe(1);
    socket.destroy();
    // By this answer the gateway has seen that.
    await app.send(ports.texts, [{}], Buffer.alloc(32, 1));
    const next = app.send(ports.texts, [{ id: 'three', text: 'last' }]);
    waiting[0]?.();
    for (let index = 1; index < 4; index++) {
      await expect.poll(() => waiting.length).toBeGreaterThan(index);
      waiting[index]?.();
      if (smsc.submissions[index]?.octets.toString() === 'last') {
        break;
      }
    }
    expect((await next).results).toMatchObject([{ outcome: 'taken' }]);
    // What was begun is ended; of the other one nothing has left.
    const references = new Set(
      smsc.submissions.filter(({ esmClass }) => esmClass !== 0).map(({ octets }) => octets[3]),
    );
    expect(references.size).toBe(1);
  });

  it('come by HTTPS where the gateway listens beyond its own machine, and nowhere else', async () => {
    const { ports } = await app.gateway(smsc.port, { listen: { address: '127.0.0.1', port: 0, isSecure: true } });
    const body = Buffer.from(
      JSON.stringify({ messages: [{ id: 'a', from: '+14255550100', to: '+14255550123', text: 'x' }] }),
    );
    const signature = signWebhook(app.secret, body, createClock().realNow());
    expect((await app.post(ports.texts, body, signature, 'https')).results).toMatchObject([{ outcome: 'taken' }]);
    await expect(app.post(ports.texts, body, signature, 'http')).rejects.toThrow();
  });

  it('may be signed with either of two secrets, while one is replaced', async () => {
    const newer = Buffer.alloc(32, 7);
    const { ports } = await app.gateway(smsc.port, { secrets: [app.secret, newer] });
    expect((await app.send(ports.texts, [{ id: 'a' }], newer)).status).toBe(200);
    expect((await app.send(ports.texts, [{ id: 'b' }])).status).toBe(200);
    expect((await app.send(ports.texts, [{ id: 'c' }], Buffer.alloc(32, 8))).status).toBe(401);
  });
});

describe('Requests that are not signed', () => {
  const form = 'A'.repeat(43);
  const header = (signature: string) =>
    `POST /sms/messages HTTP/1.1\r\nhost: x\r\n${webhookSignatureHeader}: ${signature}\r\ncontent-length: 1000\r\n\r\nx`;
  const nowSeconds = () => Math.floor(createClock().realNow() / 1000);

  it.each([
    ['from the address of the app', '127.0.0.1', 40],
    ['from another', '127.0.0.2', httpConnectionsPerAddress],
  ])('and do not end take nothing from those of the app: %s', async (_, localAddress, count) => {
    const { ports } = await app.gateway(smsc.port);
    const heard: string[] = [];
    const sockets = Array.from({ length: count }, () => {
      const socket = connect({ port: ports.texts ?? 0, host: '127.0.0.1', localAddress });
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => heard.push(chunk.toString()));
      socket.write(header(`t=${nowSeconds()},v1=${form}=`));
      return socket;
    });
    // More than there is place for: the oldest are told to come again.
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    expect(heard.filter((each) => !each.startsWith('HTTP/1.1 503'))).toEqual([]);
    const all = await Promise.all(
      Array.from({ length: 8 }, (__, index) => app.send(ports.texts, some(`s${index}`, 1))),
    );
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
    expect(sockets.filter(({ destroyed }) => !destroyed).length).toBeLessThanOrEqual(maxUnsignedOfAddress);
    for (const socket of sockets) {
      socket.destroy();
    }
  });

  it.each([
    ['of no form', 'x'],
    ['of another time', `t=${nowSeconds() - 301},v1=${form}=`],
    ['of too few bytes', `t=${nowSeconds()},v1=${form.slice(1)}=`],
  ])('are refused before their body when the signature cannot be right: %s', async (_, signature) => {
    const { ports } = await app.gateway(smsc.port);
    const socket = connect(ports.texts ?? 0, '127.0.0.1');
    socket.write(header(signature));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 401/);
    socket.destroy();
  });
});

describe('One address', () => {
  it('has so many connections at once and no more, and gets them back', async () => {
    const { ports } = await app.gateway(smsc.port);
    const silent = Array.from({ length: httpConnectionsPerAddress }, () => connect(ports.texts ?? 0, '127.0.0.1'));
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    const beyond = connect(ports.texts ?? 0, '127.0.0.1');
    beyond.on('error', () => undefined);
    await once(beyond, 'close');
    for (const socket of silent) {
      socket.destroy();
    }
    await expect.poll(() => app.send(ports.texts, [{}]).catch(() => undefined)).toMatchObject({ status: 200 });
  });
});

describe('What the SMSC brings', () => {
  it('waits for the app in a bounded number, and what is beyond stays with the SMSC', async () => {
    const gateway = await app.gateway(smsc.port);
    let goOn: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    app.onMessage = async () => {
      await stopped;
      return 200;
    };
    const held = Array.from({ length: maxHeldDeliveries }, (_, index) =>
      smsc.deliver({ octets: Buffer.from(`t${index}`) }),
    );
    await expect.poll(() => gateway.smpp?.held().deliveries).toBe(maxHeldDeliveries);
    expect(await smsc.deliver({ octets: Buffer.from('beyond') })).toBe(0x64);
    goOn();
    expect(new Set(await Promise.all(held))).toEqual(new Set([0]));
    app.onMessage = () => 200;
    expect(await smsc.deliver({ octets: Buffer.from('beyond') })).toBe(0);
  });

  it('ends with the connection when it does not read what it is answered', async () => {
    await app.gateway(smsc.port);
    const { socket } = smsc.binds[0] as Bind;
    socket.pause();
    const isGone = new Promise<boolean>((resolve) => {
      socket.once('close', () => resolve(true));
    });
    const write = (): Promise<boolean> => new Promise((resolve) => socket.write(many, () => resolve(false)));
    const many = Buffer.concat(Array.from({ length: 10_000 }, (_, index) => unit(commands.enquire_link, index + 1)));
    for (let times = 0; times < 200; times++) {
      if (await Promise.race([isGone, write()])) {
        break;
      }
    }
    await expect.poll(() => smsc.binds.length, { timeout: 10_000 }).toBe(2);
  });
});

it('Pauses between tries get longer', async () => {
  smsc.bindStatus = 0x0d;
  const tries: number[] = [];
  smsc.onUnit = ({ id }) => {
    if (id === commands.bind_transceiver) {
      tries.push(performance.now());
    }
    return false;
  };
  await app.gateway(smsc.port, { isAwaited: false, timings: { firstPauseMs: 25, longestPauseMs: 10_000 } });
  await expect.poll(() => tries.length, { timeout: 10_000 }).toBe(5);
  // 25 ms, doubled four times, and of that a half at least.
  expect((tries[4] ?? 0) - (tries[3] ?? 0)).toBeGreaterThan(195);
});
