// Addresses that an older version wrote: nobody misses one, before, during and after they are moved to where they lie now.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PersonalIdentifier } from '../../shared/data-map/index.js';
import { isSuppressed, itemKinds, suppressedAddresses } from '../../shared/email/index.js';
import type { CallObserver } from '../../shared/storage/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { byKind } from '../costs/cost-table.js';
import { addEmailResource, addressesOf, writeOldAddresses } from './email-app.js';
import { readStored } from './stored-suppressions.js';

const kind = itemKinds.suppressionListAddresses;
const domain = 'post.example.com';

let geography: TestGeography;
let process: TestProcess;
let resourceId: string;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());
beforeEach(async () => {
  process = await geography.start();
  resourceId = crypto.randomUUID();
});

/** As many as take several transactions; the last two on a list of another domain. */
async function writeOld(count = 60): Promise<void> {
  const addresses = Array.from({ length: count }, (_, n) => ({
    domain: n < count - 2 ? domain : 'other.example.com',
    list: `List-${n % 2}`,
    id: `Id-${String(n).padStart(4, '0')}`,
    email: `Person${n}@example.com`,
    notes: `noted ${n}`,
  }));
  await writeOldAddresses(process.app.storage, resourceId, addresses, process.app.clock.now());
}

const suppressed = ({ app }: TestProcess, email: string, at = domain) =>
  isSuppressed({ addresses: addressesOf(app), clock: app.clock }, { resourceId, domain: at }, email);
const stored = () => readStored(process.app.storage, resourceId);

describe('An address that an older version put on a list', () => {
  it('is suppressed for the first who asks, and lies with the others from then on', async () => {
    await writeOld();
    expect(await suppressed(process, 'person17@example.com')).toBe(true);
    expect(await suppressed(process, 'person59@example.com')).toBe(false);
    expect(await suppressed(process, 'person59@example.com', 'other.example.com')).toBe(true);
    const { entries, heads, old } = await stored();
    expect({ entries: Object.keys(entries).length, heads: heads.length, old }).toEqual({
      entries: 60,
      heads: 60,
      old: 0,
    });
  });

  it('is found, listed in order, changed and removed as one that was written now', async () => {
    await writeOld();
    const addresses = addressesOf(process.app);
    const found = await addresses.find(resourceId, kind, [domain, 'list-0', 'id-0004']);
    expect(found).toMatchObject({
      name: 'Id-0004',
      properties: { email: 'Person4@example.com', notes: 'noted 4' },
      createdBy: 'tester',
      createdAt: expect.any(Number),
    });
    const cold = addressesOf((await geography.start()).app);
    const { items } = await cold.page(resourceId, kind, [domain, 'LIST-0']);
    expect(items.map(({ name }) => name)).toEqual(
      Array.from({ length: 29 }, (_, n) => `Id-${String(2 * n).padStart(4, '0')}`),
    );
    await cold.put(resourceId, kind, [domain, 'list-0', 'id-0004'], {
      name: 'Id-0004',
      properties: { email: 'new@example.com' },
    });
    await cold.remove(resourceId, kind, [domain, 'list-0', 'id-0006']);
    expect(await suppressed(process, 'person4@example.com')).toBe(false);
    expect(await suppressed(process, 'person6@example.com')).toBe(false);
    expect(await suppressed(process, 'new@example.com')).toBe(true);
    await cold.removeWithin(resourceId, [domain]);
    expect(Object.values((await stored()).entries)).toEqual(['Person58@example.com', 'Person59@example.com']);
  });

  it('goes with its list when that is the first thing that is asked for', async () => {
    await writeOld();
    await addressesOf(process.app).removeWithin(resourceId, [domain, 'list-1']);
    expect(await suppressed(process, 'person1@example.com')).toBe(false);
    expect(await suppressed(process, 'person2@example.com')).toBe(true);
  });

  it('stays suppressed until it has left the last of the lists that it stood on', async () => {
    const addresses = addressesOf(process.app);
    const ids = Array.from({ length: 80 }, (_, n) => `id-${n}`);
    const old = ids.map((id, n) => ({ domain, list: 'list', id, email: `person${n % 40}@example.com` }));
    await writeOldAddresses(process.app.storage, resourceId, old, process.app.clock.now());
    await addresses.remove(resourceId, kind, [domain, 'list', 'id-7']);
    expect(await suppressed(process, 'person7@example.com')).toBe(true);
    await addresses.remove(resourceId, kind, [domain, 'list', 'id-47']);
    expect(await suppressed(process, 'person7@example.com')).toBe(false);
    expect((await stored()).heads).toHaveLength(39);
  });

  it('is found, exported and erased with its person', async () => {
    resourceId = await addEmailResource(process.app, 'old-mails', [domain, 'other.example.com']);
    await writeOld();
    const store = process.app.stores.find((each) => each.store.name === suppressedAddresses.name);
    const { immutableId } = await process.app.defaultResource();
    const walk = { resourceId: immutableId, now: process.app.clock.now(), realNow: process.app.clock.realNow() };
    const person: PersonalIdentifier = { kind: 'email', address: 'person3@example.com' };
    expect(await store?.locate(person, walk)).toEqual({ items: 1, since: expect.any(Number) });
    const records = [];
    for await (const { record } of store?.exportItems(person, walk, {
      includesReceived: false,
      readsFrom: async () => {},
    }) ?? []) {
      records.push(record);
    }
    expect(records).toEqual([{ email: 'Person3@example.com', notes: 'noted 3', createdOn: expect.any(String) }]);
    expect((await store?.erase(person, walk))?.erased).toBe(1);
    expect(await store?.locate(person, walk)).toMatchObject({ items: 1, notErased: 1 });
    expect(await suppressed(process, 'person3@example.com')).toBe(true);
    expect(Object.keys((await stored()).entries)).toHaveLength(59);
  });

  it('is found in what is noted beside another, however many there are, and each step of an erasure is bounded', async () => {
    const { storage, clock, defaultResource, stores } = process.app;
    resourceId = await addEmailResource(process.app, 'many', [domain]);
    const old = Array.from({ length: 1_100 }, (_, n) => ({
      domain,
      list: 'list',
      id: `id-${String(n).padStart(4, '0')}`,
      email: `person${n}@example.com`,
      notes: n % 1_000 === 50 ? 'Ask Eve@example.org, or +43 (664) 555-0199' : 'Ask somebody',
    }));
    await writeOldAddresses(storage, resourceId, old, clock.now());
    const store = stores.find((each) => each.store.name === suppressedAddresses.name);
    const walk = { resourceId: (await defaultResource()).immutableId, now: clock.now(), realNow: clock.realNow() };
    const eve: PersonalIdentifier = { kind: 'email', address: 'eve@example.org' };
    expect((await store?.locate(eve, walk))?.items).toBe(2);
    expect((await store?.locate({ kind: 'phoneNumber', e164: '+436645550199' }, walk))?.items).toBe(2);
    let cursor: string | undefined;
    const steps = [];
    do {
      const step = await store?.erase(eve, walk, cursor);
      steps.push(step?.erased);
      cursor = step?.cursor;
    } while (cursor !== undefined);
    // By the hash; then a thousand entries, the others, and the end, of this domain and of others.
    expect(steps.filter((erased) => erased !== 0)).toEqual([1, 1]);
    expect((await store?.locate(eve, walk))?.items).toBe(0);
    expect(Object.keys((await stored()).entries)).toHaveLength(1_100);
    expect(await suppressed(process, 'person1050@example.com')).toBe(true);
  });

  it('is moved once, by two processes that begin at the same moment', async () => {
    await writeOld(200);
    const processes = [process, await geography.start(), await geography.start()];
    const answers = await Promise.all(
      processes.flatMap((each) => [3, 77, 150, 197].map((n) => suppressed(each, `person${n}@example.com`))),
    );
    expect(answers).toEqual(answers.map(() => true));
    const { entries, old } = await stored();
    expect({ entries: Object.keys(entries).length, old }).toEqual({ entries: 200, old: 0 });
  });

  it('does not come back when it is deleted while another process is about to move it', async () => {
    await writeOld(10);
    const late = holdTransaction();
    const second = await geography.start({ observers: [late.observe] });
    const answer = suppressed(second, 'person2@example.com');
    await late.reached;
    // All of them, so that none of what the late one inserts is there.
    for (const each of [domain, 'other.example.com']) {
      await addressesOf(process.app).removeWithin(resourceId, [each]);
    }
    late.release();
    expect(await answer).toBe(false);
    expect(await stored()).toEqual({ entries: {}, heads: [], old: 0 });
  });

  it('costs nothing any more once it is moved, nor does a resource that has none', async () => {
    const before = process.app.counter.snapshot();
    await suppressed(process, 'nobody@example.com');
    // Whether it is moved, the old rows, that it is moved, and the address.
    expect(byKind(process.app.counter.since(before))).toEqual({ get: 2, query: 1, transaction: 1 });
    const after = process.app.counter.snapshot();
    await suppressed(process, 'nobody@example.com');
    expect(byKind(process.app.counter.since(after))).toEqual({ get: 1 });
  });
});

/** Holds the first transaction on suppressed addresses until it is released. */
function holdTransaction(): { observe: CallObserver; reached: Promise<void>; release(): void } {
  let reach!: () => void;
  let release!: () => void;
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isFirst = true;
  const observe: CallObserver = async ({ store, kind: call }, send) => {
    if (store === suppressedAddresses.name && call === 'transaction' && isFirst) {
      isFirst = false;
      reach();
      await released;
    }
    return send();
  };
  return { observe, reached, release };
}
