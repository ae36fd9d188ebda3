// A peer that speaks nonsense: units of SMPP with bytes changed, left out, put in and cut off, ten thousand times. The gateway
// neither ends nor hangs, and holds no more afterwards than before.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CarrierApp } from './carrier-app.js';
import { type Bind, Smsc } from './smsc.js';
import { commands, cstring, response, shortMessageBody, tlv, unit } from './wire.js';

let app: CarrierApp;
let smsc: Smsc;

beforeAll(async () => {
  [app, smsc] = await Promise.all([CarrierApp.start(), Smsc.start()]);
});
afterAll(async () => {
  await app?.close();
  await smsc?.close();
});

const receipt = 'id:m1 sub:001 dlvrd:001 submit date:2611301200 done date:2611301201 stat:DELIVRD err:000 text:Tea';
const tlvs = new Map([
  [0x1e, Buffer.from('m1\0')],
  [0x427, Buffer.from([2])],
  [0x424, Buffer.from('payload')],
  [0x381, Buffer.from([1, 0, 0, 0x31])],
  [0x20c, Buffer.from([0, 1])],
  [0x20e, Buffer.from([2])],
  [0x20f, Buffer.from([1])],
  [0x1401, Buffer.from([1])],
]);
const deliver = (message: Parameters<typeof shortMessageBody>[0]) =>
  unit(commands.deliver_sm, 7, shortMessageBody(message));

/** What an SMSC may say, each in its right form. */
const rightUnits = [
  deliver({ octets: Buffer.from('Tea') }),
  deliver({ octets: Buffer.from('Grüße', 'utf16le').swap16(), coding: 8, tlvs }),
  deliver({ octets: Buffer.from([5, 0, 3, 9, 2, 1, 0x41]), esmClass: 0x40, validity: '261130120000000+' }),
  deliver({ octets: Buffer.from([6, 8, 4, 1, 9, 255, 255, 0x41]), esmClass: 0x40 }),
  deliver({ octets: Buffer.from(receipt), esmClass: 4 }),
  deliver({ esmClass: 4, tlvs }),
  unit(0x103, 8, Buffer.concat([Buffer.from('\0\x01\x011\0\x01\x011\0\0\0\0'), tlv(0x424, Buffer.from('data'))])),
  unit(commands.enquire_link, 9),
  unit((commands.submit_sm | response) >>> 0, 2, cstring('m1')),
  unit(
    (commands.bind_transceiver | response) >>> 0,
    1,
    Buffer.concat([cstring('smsc'), tlv(0x210, Buffer.from([0x34]))]),
  ),
  unit(commands.generic_nack, 3, undefined, 3),
  unit(0x21, 4, Buffer.from('\0\x01\x011\0\x02\x01\x01\x011\0\x02list\0\0\0\0\0\0\0\0\0\0\x01a')),
  unit(0x80000021, 5, Buffer.from('m1\0\x01\x01\x011\0\0\0\0\x09')),
  unit(0x102, 6, Buffer.from('\x01\x011\0\x01\x011\0')),
];

type Change = (bytes: Buffer) => Buffer;
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const changes: fc.Arbitrary<Change>[] = [
  fc.tuple(place, fc.nat(255)).map(([where, byte]) => (bytes) => {
    const changed = Buffer.from(bytes);
    changed[Math.floor(where * bytes.length)] = byte;
    return changed;
  }),
  fc.tuple(place, fc.uint8Array({ maxLength: 40 })).map(([where, more]) => (bytes) => {
    const at = Math.floor(where * bytes.length);
    return withLength(Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]));
  }),
  place.map((where) => (bytes) => withLength(bytes.subarray(0, Math.max(16, Math.floor(where * bytes.length))))),
  place.map((where) => (bytes) => bytes.subarray(0, Math.floor(where * bytes.length))),
  fc.nat(0xffffffff).map((length) => (bytes) => {
    const changed = Buffer.from(bytes);
    changed.writeUInt32BE(length, 0);
    return changed;
  }),
];

/** As long as it says: so that what is changed is read. */
function withLength(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt32BE(changed.length, 0);
  return changed;
}

const [changeByte, putIn, cutOff, cutShort, sayLength] = changes as [
  fc.Arbitrary<Change>,
  fc.Arbitrary<Change>,
  fc.Arbitrary<Change>,
  fc.Arbitrary<Change>,
  fc.Arbitrary<Change>,
];
const right = fc.constantFrom(...rightUnits);
const apply = (bytes: Buffer, all: readonly Change[]): Buffer =>
  all.reduce((changed, change) => change(changed), bytes);

/** Wrong within, and as long as it says: it is read. */
const wrongUnit = fc
  .tuple(right, fc.array(fc.oneof(changeByte, changeByte, changeByte, putIn, cutOff), { minLength: 1, maxLength: 4 }))
  .map(([bytes, all]) => withLength(apply(bytes, all)));
/** Of another length than it says. */
const wrongLength = fc.tuple(right, fc.oneof(changeByte, cutShort, sayLength)).map(([bytes, change]) => change(bytes));

function heapBytes(): number {
  setFlagsFromString('--expose_gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

const atOnce = 25;

it('Ten thousand changed units neither end nor hang the gateway, and nothing of them stays', async () => {
  const timings = { firstPauseMs: 1, longestPauseMs: 1, responseMs: 2_000 };
  const gateway = await app.gateway(smsc.port, { timings });
  // An app that knows nothing: of what is read as something, most is asked again.
  app.onReport = () => 404;
  const heapBefore = heapBytes();
  let written = 0;
  let answers = 0;
  let heard: (() => void) | undefined;
  smsc.onUnit = ({ id, sequence }) => {
    answers += id >= response ? 1 : 0;
    if (id === (commands.enquire_link | response) >>> 0 && sequence === lastWord) {
      heard?.();
    }
    return false;
  };
  const boundSocket = async (): Promise<Socket> => {
    await expect.poll(() => smsc.binds.at(-1)?.socket.destroyed, { interval: 1, timeout: 5_000 }).toBe(false);
    const last = smsc.binds.splice(0, smsc.binds.length).at(-1);
    smsc.binds.push(last as Bind);
    return (last as Bind).socket;
  };
  const write = (socket: Socket, all: readonly Buffer[]): void => {
    for (const bytes of all) {
      written += 1;
      socket.write(bytes);
    }
  };
  const many = (each: fc.Arbitrary<Buffer>) => fc.array(each, { minLength: atOnce, maxLength: atOnce });
  await fc.assert(
    fc.asyncProperty(many(wrongUnit), async (all) => {
      const socket = await boundSocket();
      const isHeard = new Promise<void>((resolve) => {
        heard = resolve;
        socket.once('close', () => resolve());
      });
      write(socket, all);
      socket.write(unit(commands.enquire_link, lastWord));
      await isHeard;
    }),
    { numRuns: 360, endOnFailure: true },
  );
  // Much of it was understood as something that is answered, or this would say little.
  expect(answers).toBeGreaterThan(written / 3);
  await fc.assert(
    fc.asyncProperty(many(wrongLength), async (all) => {
      const socket = await boundSocket();
      write(socket, all);
      if (!socket.destroyed) {
        const gone = once(socket, 'close');
        socket.end();
        await gone;
      }
    }),
    { numRuns: 40, endOnFailure: true },
  );
  expect(written).toBe(10_000);
  app.onReport = () => 200;
  smsc.onUnit = () => false;
  await boundSocket();
  await expect.poll(() => gateway.smpp?.isReady()).toBe(true);
  expect((await app.send(gateway.ports.texts, [{}])).results).toMatchObject([{ outcome: 'taken' }]);
  expect(await smsc.deliver({ octets: Buffer.from('Still there') })).toBe(0);
  expect(app.messages.at(-1)?.text).toBe('Still there');
  await expect.poll(() => gateway.smpp?.held().deliveries, { timeout: 5_000 }).toBe(0);
  expect(smsc.connections).toBe(1);
  app.messages.length = 0;
  expect(heapBytes() - heapBefore).toBeLessThan(40 * 1_048_576);
  expect(gateway.smpp?.held().partBytes).toBeLessThan(8 * 1_048_576);
}, 60_000);

const lastWord = 0x7ffffff0;
