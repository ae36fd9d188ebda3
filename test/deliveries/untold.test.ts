// Whom a capability could not be told of: how long it can still be told of them by their address, and that nothing else stays.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ToldOutcome } from '../../shared/deliveries/index.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { createOutside, type Outside } from './outside.js';
import { emptyNotes, hour, minute, note, setClock, startNotes, storedRows, type TestClock } from './scene.js';

let azurite: Azurite;
let outside: Outside;
let clock: TestClock;
let isDeaf: boolean;
let told: ToldOutcome[];
const resourceId = randomUUID();
const [anna, bert] = [`anna-${randomUUID()}@a.example`, `bert-${randomUUID()}@a.example`];
const mark = `mark-${randomUUID()}`;
const recipients = [anna, bert].map((address, n) => ({ id: String(n), address }));

beforeAll(async () => {
  azurite = await startAzurite();
});
beforeEach(async () => {
  await emptyNotes(azurite.connectionString);
  outside = createOutside();
  clock = setClock();
  isDeaf = true;
  told = [];
});
afterAll(() => azurite?.stop());

const start = (keepsUntoldForMs: number | undefined) =>
  startNotes(azurite.connectionString, {
    carrier: outside.carrier(),
    clock,
    rules: {
      ...(keepsUntoldForMs !== undefined && { keepsUntoldForMs }),
      onOutcome: async (_, outcomes) => {
        if (isDeaf) {
          throw new Error('Not now (by a test).');
        }
        told.push(...outcomes);
      },
    },
  });
const holds = async () =>
  [...new Set((await scanStorage(azurite.connectionString, [anna, bert, mark])).hits.map((hit) => hit.mark))].sort();
const walk = () => ({ resourceId, now: clock.now(), realNow: clock.realNow() });
const addresses = () => told.map(({ recipient, address }) => [recipient, address]).toSorted();

it('Content goes with the outcome, and who was not told of stays until that has succeeded', async () => {
  const { outbox, ...process } = await start(hour);
  await outbox.accept(note(mark, { resourceId, recipients }), { awaitsAttempt: true });
  expect(await holds()).toEqual([anna, bert].sort());
  isDeaf = false;
  clock.passRealTime(10 * minute);
  await outbox.attemptDue();
  expect(addresses()).toEqual([
    ['0', anna],
    ['1', bert],
  ]);
  expect(outside.given).toHaveLength(2);
  expect(await storedRows({ outbox, ...process })).toEqual([]);
});

it('Who was not told of is handed nothing again while another is put off', async () => {
  const { outbox } = await start(hour);
  outside.decide = ({ address }) =>
    address === bert && outside.calls === 1 ? { outcome: 'deferred', reason: 'busy' } : { outcome: 'taken' };
  await outbox.accept(note(mark, { resourceId, recipients }), { awaitsAttempt: true });
  isDeaf = false;
  clock.passRealTime(10 * minute);
  await outbox.attemptDue();
  expect(outside.given.map(({ address }) => address)).toEqual([anna, bert, bert]);
  expect(addresses()).toEqual([
    ['0', anna],
    ['1', bert],
  ]);
});

it('Whoever is erased meanwhile is told of no more, and the other is', async () => {
  const { outbox, stores } = await start(hour);
  await outbox.accept(note(mark, { resourceId, recipients }), { awaitsAttempt: true });
  const [waiting] = stores;
  const items = [];
  for await (const item of waiting?.exportItems({ kind: 'email', address: anna }, walk(), {
    includesReceived: true,
    readsFrom: async () => undefined,
  }) ?? []) {
    items.push(item.record);
  }
  expect(items).toMatchObject([{ address: anna }]);
  expect(await waiting?.erase({ kind: 'email', address: anna }, walk())).toMatchObject({ erased: 1 });
  expect(await holds()).toEqual([bert]);
  isDeaf = false;
  clock.passRealTime(10 * minute);
  await outbox.attemptDue();
  expect(addresses()).toEqual([
    ['0', undefined],
    ['1', bert],
  ]);
});

it('After their time nobody is named any more, told or not', async () => {
  const { outbox } = await start(hour);
  await outbox.accept(note(mark, { resourceId, recipients, giveUpAfterMs: hour }), { awaitsAttempt: true });
  clock.passRealTime(3 * hour);
  await outbox.attemptDue();
  expect(await holds()).toEqual([]);
  isDeaf = false;
  clock.passRealTime(3 * hour);
  await outbox.attemptDue();
  expect(addresses()).toEqual([
    ['0', undefined],
    ['1', undefined],
  ]);
});

it('Where addresses are not needed they go with the outcome, told or not', async () => {
  const { outbox } = await start(undefined);
  await outbox.accept(note(mark, { resourceId, recipients }), { awaitsAttempt: true });
  expect(await holds()).toEqual([]);
});
