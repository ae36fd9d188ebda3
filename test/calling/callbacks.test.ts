// Receivers that are slow, down, redirecting, or failing: what they are told, how often, and what is left of it.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { callbackStores } from '../../shared/calling/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { passMinute } from '../email/deployed-mail.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type CallbackReceiver, startReceiver } from './callback-receiver.js';
import { callRows, callTo, createCall, seedNumber, tend, toNumber } from './calls-app.js';

let receiver: CallbackReceiver;
let geography: TestGeography;
let app: TestProcess;

beforeAll(async () => {
  receiver = await startReceiver();
  geography = await startGeography();
  app = await geography.start();
  await seedNumber(app.app);
});
afterEach(() => {
  receiver.instead = undefined;
  receiver.events.length = 0;
  receiver.requests.length = 0;
});
afterAll(async () => {
  await geography?.stop();
  await receiver?.close();
});

let last = 1_000;
const newNumber = () => `+1555129${(last += 1)}`;
const waiting = async () => (await app.app.storage.table(callbackStores.deliveries).scan()).rows.length;
async function passMinutes(minutes: number): Promise<void> {
  app.app.clock.setOffset(app.app.clock.offsetMs + minutes * 60_000);
  app.app.dropCaches();
  await tend(app);
  await passMinute(app, 'callbacks');
}
const call = async (to: string, url = receiver.url) =>
  (await createCall(app, callTo([toNumber(to)], url))).callConnectionId;
const terminate = (callConnectionId: string) => app.call('calls-terminate', { params: { callConnectionId } });
const wholeCall = ['CallConnected', 'ParticipantsUpdated', 'CallDisconnected'];

describe('A receiver', () => {
  it.each([
    ['answers 500', (_: unknown, response: import('node:http').ServerResponse) => response.writeHead(500).end()],
    ['hangs up', (_: unknown, response: import('node:http').ServerResponse) => response.destroy()],
    [
      'says later',
      (_: unknown, response: import('node:http').ServerResponse) =>
        response.writeHead(429, { 'retry-after': '30' }).end(),
    ],
  ])('that %s gets each event later, in order', async (_, instead) => {
    const to = newNumber();
    receiver.instead = instead;
    const id = await call(to);
    await vi.waitFor(() => expect(receiver.requests.length).toBeGreaterThan(0), 10_000);
    await vi.waitFor(async () => expect(await waiting()).toBeGreaterThan(1), 10_000);
    await terminate(id);
    receiver.instead = undefined;
    await vi.waitFor(async () => {
      await passMinutes(2);
      expect(receiver.typesOf(id)).toEqual(wholeCall);
    }, 20_000);
    expect((await scanStorage(geography.connectionString, [id, to.slice(1)])).hits).toEqual([]);
  });

  it.each([
    ['redirects', 307],
    ['is not there', 404],
    ['does not let it in', 401],
  ])('that %s gets it once', async (_, status) => {
    receiver.instead = (_request, response) =>
      response.writeHead(status, status === 307 ? { location: `${receiver.url}/other` } : {}).end();
    const id = await call(newNumber());
    await vi.waitFor(() => expect(receiver.requests).toHaveLength(2), 10_000);
    await terminate(id);
    await vi.waitFor(() => expect(receiver.requests).toHaveLength(3), 10_000);
    await passMinutes(5);
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/callbacks', '/callbacks', '/callbacks']);
    expect(await waiting()).toBe(0);
  });

  it('that is slow gets one after the other, each once', async () => {
    let under = 0;
    let most = 0;
    receiver.instead = (_, response) => {
      under += 1;
      most = Math.max(most, under);
      setTimeout(() => {
        under -= 1;
        response.writeHead(200).end();
      }, 150);
    };
    const id = await call(newNumber());
    await vi.waitFor(() => expect(receiver.requests.length).toBeGreaterThan(0), 10_000);
    await terminate(id);
    await vi.waitFor(() => expect(receiver.requests).toHaveLength(3), 10_000);
    await vi.waitFor(async () => expect(await waiting()).toBe(0), 10_000);
    expect(most).toBe(1);
    const types = receiver.requests.map(({ body }) => JSON.parse(body)[0].type.replace('Microsoft.Communication.', ''));
    expect(types).toEqual(wholeCall);
  });

  it('that nobody reaches is given up after a quarter of an hour, and nothing is left', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    const to = newNumber();
    const id = await call(to, `http://127.0.0.1:${port}/`);
    await vi.waitFor(async () => expect(await waiting()).toBeGreaterThan(1), 10_000);
    await terminate(id);
    for (let minutes = 0; minutes < 18; minutes += 3) {
      await passMinutes(3);
    }
    await vi.waitFor(async () => {
      await passMinutes(1);
      expect(await waiting()).toBe(0);
    }, 20_000);
    expect(await callRows(app)).toEqual([]);
    expect((await scanStorage(geography.connectionString, [id, to.slice(1)])).hits).toEqual([]);
  });
});
