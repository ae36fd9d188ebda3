import { randomUUID } from 'node:crypto';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BoundStore, ExportItem } from '../../shared/data-map/index.js';
import { hashOfPerson } from '../../shared/deliveries/persons.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { createOutside, type Outside } from './outside.js';
import { emptyNotes, hour, minute, note, notes, setClock, startNotes, storedRows, type TestClock } from './scene.js';

let azurite: Azurite;
let outside: Outside;
let clock: TestClock;
let process: Awaited<ReturnType<typeof startNotes>>;
const deleted = new Set<string>();
beforeAll(async () => {
  azurite = await startAzurite();
});
beforeEach(async () => {
  await emptyNotes(azurite.connectionString);
  outside = createOutside();
  outside.decide = () => ({ outcome: 'deferred', reason: 'busy' });
  clock = setClock();
  deleted.clear();
  process = await startNotes(azurite.connectionString, { carrier: outside.carrier(), clock, deleted });
});
afterAll(() => azurite?.stop());

const guid = randomUUID();
const email = (address: string) => ({ kind: 'email', address }) as const;
const identity = (rawId: string) => ({ kind: 'identity', rawId }) as const;
const holds = async (...marks: string[]) =>
  [...new Set((await scanStorage(azurite.connectionString, marks)).hits.map((hit) => hit.mark))].sort();
const walk = () => ({ resourceId: guid, now: clock.now(), realNow: clock.realNow() });
const accept = (...[words, more]: Parameters<typeof note>) =>
  process.outbox.accept(note(words, { resourceId: guid, ...more }), { awaitsAttempt: true });
/** The walk of the data map, to its end. */
async function eraseAll(erase: (store: BoundStore, cursor?: string) => Promise<{ erased: number; cursor?: string }>) {
  let erased = 0;
  for (const store of process.stores) {
    let cursor: string | undefined;
    do {
      const step = await erase(store, cursor);
      erased += step.erased;
      cursor = step.cursor;
    } while (cursor !== undefined);
  }
  return erased;
}
const erasePerson = (identifier: Parameters<BoundStore['erase']>[0]) =>
  eraseAll((store, cursor) => store.erase(identifier, walk(), cursor));

describe('Erasing a person', () => {
  it('takes them out of what waits, the one recipient they are, and the others get theirs', async () => {
    const [anna, bert] = [`anna-${randomUUID()}@a.example`, `bert-${randomUUID()}@a.example`];
    const mark = `mark-${randomUUID()}`;
    const recipients = [anna, bert].map((address, n) => ({ id: String(n), address }));
    await accept(mark, { recipients });
    expect(await holds(anna, bert, mark)).toEqual([anna, bert, mark].sort());
    expect(await erasePerson(email(anna.toUpperCase()))).toBe(1);
    expect(await holds(anna, bert, mark)).toEqual([bert, mark].sort());
    outside.decide = () => ({ outcome: 'taken' });
    outside.given.length = 0;
    clock.passRealTime(minute);
    await process.outbox.attemptDue();
    expect(outside.given.map(({ address }) => address)).toEqual([bert]);
    expect(process.told.map(({ outcomes }) => outcomes)).toEqual([[{ recipient: '1', outcome: 'taken' }]]);
    await process.outbox.stop(0);
    expect(await storedRows(process)).toEqual([]);
    expect(process.outcomes).toContain('withdrawn');
  });

  it('withdraws all of what is about them, body included, and nothing of another resource', async () => {
    const anna = `8:acs:${randomUUID()}_${randomUUID()}`;
    const mark = `mark-${randomUUID()}`;
    const body = () => Buffer.from(mark.repeat(10_000));
    for (let n = 0; n < 7; n++) {
      await accept(mark, { content: { text: mark, about: [anna] }, body: body() });
    }
    const other = note('other', { content: { text: 'other', about: [anna] } });
    await process.outbox.accept(other, { awaitsAttempt: true });
    expect(await process.stores[0]?.locate(identity(anna), walk())).toEqual({
      items: 7,
      since: clock.now(),
      keptUntil: clock.now() + 24 * hour,
    });
    expect(await erasePerson(identity(anna))).toBe(7);
    expect(await process.stores[0]?.locate(identity(anna), walk())).toEqual({ items: 0 });
    expect(await holds(mark)).toEqual([]);
    expect(await process.outbox.locate(identity(anna), other.resourceId)).toMatchObject({ items: 1 });
    expect(await erasePerson(identity(anna))).toBe(0);
  });

  it('is counted by key where one answer of storage does not show all of it', async () => {
    const anna = `anna-${randomUUID()}@a.example`;
    await accept('one', { recipients: [{ id: '1', address: anna }] });
    expect(await process.outbox.locate(email(anna), guid)).toMatchObject({ items: 1 });
    const who = hashOfPerson(Buffer.alloc(32, 7), guid, email(anna));
    const rows = Array.from({ length: 1_100 }, (_, n) => {
      const shard = String(n % 16).padStart(2, '0');
      return { partitionKey: shard, rowKey: `who!${who}!${shard}-lane${n}.00000000000001`, resource: guid };
    });
    for (const inShard of Array.from({ length: 16 }, (_, shard) => rows.filter((_row, n) => n % 16 === shard))) {
      const inserts = inShard.map((row) => ({ kind: 'insert', row }) as const);
      await process.table.transaction(inShard[0]?.partitionKey ?? '', inserts);
    }
    expect(await process.outbox.locate(email(anna), guid)).toMatchObject({ items: 1_101 });
  });

  it('waits for what is being handed over, and for no longer', async () => {
    let open = () => {};
    outside.decide = () => new Promise((resolve) => (open = () => resolve({ outcome: 'deferred', reason: 'busy' })));
    const anna = `anna-${randomUUID()}@a.example`;
    const accepting = accept('under way', { recipients: [{ id: '1', address: anna }] });
    while (outside.given.length === 0) {
      await new Promise(setImmediate);
    }
    expect(await process.outbox.erase(email(anna), guid)).toEqual({ erased: 0, cursor: 'more' });
    expect(await holds(anna)).toEqual([anna]);
    open();
    await accepting;
    expect(await process.outbox.erase(email(anna), guid)).toEqual({ erased: 1 });
    expect(await holds(anna)).toEqual([]);
    // One whose process has died is waited for until its lease ends.
    outside.decide = () => 'hang';
    void accept('dead', { recipients: [{ id: '1', address: anna }] });
    while (outside.given.length === 1) {
      await new Promise(setImmediate);
    }
    expect(await process.outbox.erase(email(anna), guid)).toEqual({ erased: 0, cursor: 'more' });
    clock.passRealTime(35_000);
    expect(await process.outbox.erase(email(anna), guid)).toEqual({ erased: 1 });
    expect(await holds(anna)).toEqual([]);
  });

  it('is asked for again before each hand-over: who was deleted meanwhile gets nothing, and nothing about them goes out', async () => {
    const [anna, bert] = [`anna-${randomUUID()}@a.example`, `bert-${randomUUID()}@a.example`];
    const cara = `8:acs:${randomUUID()}_${randomUUID()}`;
    const recipients = [anna, bert].map((address, n) => ({ id: String(n), address }));
    await accept('to two', { recipients });
    await accept('about one', { content: { text: 'about one', about: [cara] } });
    outside.given.length = 0;
    outside.decide = () => ({ outcome: 'taken' });
    deleted.add(anna).add(cara);
    clock.passRealTime(minute);
    await process.outbox.attemptDue();
    expect(outside.given.map(({ address }) => address)).toEqual([bert]);
    deleted.add(bert);
    await accept('to nobody', { recipients });
    expect(outside.given).toHaveLength(1);
    await process.outbox.stop(0);
    expect(await storedRows(process)).toEqual([]);
  });

  it('finds theirs among others of a lane, which goes on without it', async () => {
    const [anna, bert] = [`anna-${randomUUID()}@a.example`, `bert-${randomUUID()}@a.example`];
    for (const [words, address] of [
      ['first', anna],
      ['second', bert],
      ['third', anna],
      ['fourth', bert],
    ] as const) {
      await accept(words, { lane: 'one', recipients: [{ id: '1', address }] });
    }
    expect(await erasePerson(email(anna))).toBe(2);
    outside.given.length = 0;
    outside.decide = () => ({ outcome: 'taken' });
    clock.passRealTime(10 * minute);
    await process.outbox.attemptDue();
    expect(outside.given.map((given) => given.text)).toEqual(['second', 'fourth']);
    const ids = outside.given.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
  });

  it('comes with an export: their address, and what others wrote only when it is asked for', async () => {
    const [anna, bert] = [`anna-${randomUUID()}@a.example`, `bert-${randomUUID()}@a.example`];
    const cara = `8:acs:${randomUUID()}_${randomUUID()}`;
    const recipients = [anna, bert].map((address, n) => ({ id: String(n), address }));
    const { id } = await accept('words', {
      recipients,
      content: { text: 'words', about: [cara] },
      body: Buffer.from('bytes'),
    });
    const exported = async (identifier: Parameters<BoundStore['erase']>[0], includesReceived: boolean) => {
      const items: ExportItem[] = [];
      const options = { includesReceived, readsFrom: async () => {} };
      for await (const item of process.stores[0]?.exportItems(identifier, walk(), options) ?? []) {
        items.push(item);
      }
      return items;
    };
    const bytesOf = async ([item]: readonly ExportItem[]) => {
      const opened = await item?.file?.open();
      return opened && readText(opened);
    };
    const toAnna = await exported(email(anna), false);
    expect(toAnna).toMatchObject([{ record: { delivery: id, address: anna }, keptUntil: clock.now() + 24 * hour }]);
    expect(JSON.stringify(toAnna)).not.toContain('words');
    expect(JSON.stringify(toAnna)).not.toContain(bert);
    const received = await exported(email(anna), true);
    expect(received).toMatchObject([{ record: { content: { text: 'words' } }, receivedFrom: identity(cara) }]);
    expect(received[0]?.others).toEqual([identity(cara), email(bert)]);
    const ofCara = await exported(identity(cara), false);
    expect(ofCara).toMatchObject([{ record: { delivery: id, content: { text: 'words' } } }]);
    expect(ofCara[0]?.record['address']).toBeUndefined();
    expect(await bytesOf(ofCara)).toBe('bytes');
    expect(await process.stores[0]?.explain(id, walk())).toMatchObject({ expiresOn: clock.now() + 24 * hour });
    expect(await process.stores[0]?.explain(id, { ...walk(), resourceId: randomUUID() })).toBeUndefined();
  });
});

describe('Deleting a resource', () => {
  it('drops what waits for it, bodies included, and leaves what is of others', async () => {
    const mark = `mark-${randomUUID()}`;
    for (let n = 0; n < 6; n++) {
      await accept(mark, {
        ...(n % 2 === 0 && { lane: 'one' }),
        ...(n < 2 && { body: Buffer.from(mark.repeat(10_000)) }),
      });
    }
    await process.outbox.accept(note('of another'), { awaitsAttempt: true });
    // What a process has left that died while it accepted.
    await process.storage.blobs(notes.bodies).upload(`${guid}.left`, Buffer.from(mark));
    expect(await eraseAll((store, cursor) => store.eraseResource(walk(), cursor))).toBe(6 + 1);
    expect(await holds(mark)).toEqual([]);
    expect(
      (await storedRows(process)).filter((row) => row.includes('notes 0') || row.includes('notes 1')),
    ).toHaveLength(3);
  });

  it('waits for what is under way, and looks again from the beginning', async () => {
    let open = () => {};
    outside.decide = () => new Promise((resolve) => (open = () => resolve({ outcome: 'deferred', reason: 'busy' })));
    const accepting = accept('under way');
    while (outside.given.length === 0) {
      await new Promise(setImmediate);
    }
    let cursor: string | undefined;
    let steps = 0;
    do {
      ({ cursor } = await process.outbox.eraseResource(guid, cursor));
      if (++steps === 20) {
        open();
        await accepting;
      }
    } while (cursor !== undefined);
    expect(steps).toBeGreaterThan(20);
    await process.outbox.stop(0);
    expect((await storedRows(process)).filter((row) => row.startsWith('notes '))).toEqual([]);
  });
});
