// Who is suppressed, on lists and for a time; that it costs one read; and that nothing of an address is left behind.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemKinds, isSuppressed, findSuppression, suppressedAddresses } from '../../shared/email/index.js';
import type { Columns } from '../../shared/storage/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { byKind } from '../costs/cost-table.js';
import { addressesOf } from './email-app.js';
import { hashOf, readStored } from './stored-suppressions.js';

const kind = itemKinds.suppressionListAddresses;
const domain = 'Post.example.com';
const hour = 60 * 60_000;

let geography: TestGeography;
let process: TestProcess;
beforeAll(async () => {
  geography = await startGeography();
  process = await geography.start();
});
afterAll(() => geography?.stop());

const put = (resourceId: string, path: readonly string[], email: string, by = process) =>
  addressesOf(by.app).put(resourceId, kind, path, { name: path.at(-1) ?? '', properties: { email } });
const remove = (resourceId: string, path: readonly string[], by = process) =>
  addressesOf(by.app).remove(resourceId, kind, path);
const partsOf = ({ app }: TestProcess) => ({ addresses: addressesOf(app), clock: app.clock });
const suppressed = (resourceId: string, email: string, at = domain) =>
  isSuppressed(partsOf(process), { resourceId, domain: at }, email);
const stored = (resourceId: string) => readStored(process.app.storage, resourceId);

describe('An address on a list', () => {
  it('is suppressed in its domain, in upper and lower case, and nowhere else', async () => {
    const [resourceId, other] = [crypto.randomUUID(), crypto.randomUUID()];
    await put(resourceId, [domain, 'list', 'a'], 'Anna@Example.com');
    expect(await suppressed(resourceId, 'anna@example.com')).toBe(true);
    expect(await suppressed(resourceId, 'ANNA@EXAMPLE.COM', domain.toUpperCase())).toBe(true);
    expect(await suppressed(resourceId, 'anna@example.com', 'example.com')).toBe(false);
    expect(await suppressed(resourceId, 'anna@example.co')).toBe(false);
    expect(await suppressed(other, 'anna@example.com')).toBe(false);
  });

  it('costs one read to be asked for, and once in a process another one', async () => {
    const resourceId = crypto.randomUUID();
    await put(resourceId, [domain, 'list', 'a'], 'anna@example.com');
    const cold = await geography.start();
    const costs = async () => {
      const before = cold.app.counter.snapshot();
      await findSuppression(partsOf(cold), { resourceId, domain }, 'anna@example.com');
      return byKind(cold.app.counter.since(before));
    };
    expect(await costs()).toEqual({ get: 2 });
    expect(await costs()).toEqual({ get: 1 });
  });

  it('stays suppressed until it has left the last of several lists', async () => {
    const resourceId = crypto.randomUUID();
    const paths = [
      [domain, 'one', 'a'],
      [domain, 'one', 'b'],
      [domain, 'two', 'a'],
    ];
    for (const path of paths) {
      await put(resourceId, path, 'anna@example.com');
    }
    await remove(resourceId, [domain, 'one', 'a']);
    await remove(resourceId, [domain, 'one', 'a']);
    expect(await suppressed(resourceId, 'anna@example.com')).toBe(true);
    // Another address takes its place, and then is written again with another case.
    await put(resourceId, [domain, 'two', 'a'], 'bert@example.com');
    await put(resourceId, [domain, 'two', 'a'], 'BERT@example.com');
    expect(await suppressed(resourceId, 'anna@example.com')).toBe(true);
    expect(await suppressed(resourceId, 'bert@example.com')).toBe(true);
    expect(await stored(resourceId)).toMatchObject({ entries: { 'post.example.com!two!a': 'BERT@example.com' } });
    await addressesOf(process.app).removeWithin(resourceId, [domain, 'one']);
    expect(await suppressed(resourceId, 'anna@example.com')).toBe(false);
    expect(await suppressed(resourceId, 'bert@example.com')).toBe(true);
    await addressesOf(process.app).removeWithin(resourceId, [domain]);
    expect(await suppressed(resourceId, 'bert@example.com')).toBe(false);
    expect(await stored(resourceId)).toEqual({ entries: {}, heads: [], old: 0 });
  });

  it('leaves no key that its hash stands in, when it has left', async () => {
    const resourceId = crypto.randomUUID();
    await put(resourceId, [domain, 'list', 'a'], 'anna@example.com');
    await remove(resourceId, [domain, 'list', 'a']);
    const rows = [];
    for await (const row of process.app.storage.table(suppressedAddresses).rows<Columns>({ partition: resourceId })) {
      rows.push(row.rowKey);
    }
    expect(rows).toEqual([`l!${hashOf('anna@example.com').slice(0, 1)}`, 'moved']);
  });

  it('is counted right when several processes put it on lists and take it away at once', async () => {
    const resourceId = crypto.randomUUID();
    const processes = [process, await geography.start(), await geography.start()];
    const work = processes.map(async (by, index) => {
      for (let round = 0; round < 6; round++) {
        // Ids that two of them share, and an address that changes under the others' hands.
        const id = `id-${(index + round) % 2}`;
        const email = round % 3 === 0 ? 'bert@example.com' : 'anna@example.com';
        await put(resourceId, [domain, 'list', id], email, by);
        await put(resourceId, [domain, `own-${index}`, 'a'], 'anna@example.com', by);
        if (round % 2 === 1) {
          await remove(resourceId, [domain, 'list', id], by);
          await addressesOf(by.app).removeWithin(resourceId, [domain, `own-${index}`]);
        }
      }
    });
    await Promise.all(work);
    const lists = processes.flatMap((by, index) =>
      [0, 1, 2, 3].map((n) => ({ by, path: [domain, `${index}-${n}`, 'a'] })),
    );
    await Promise.all(lists.map(({ by, path }) => put(resourceId, path, 'anna@example.com', by)));
    const { entries } = await stored(resourceId);
    for (const email of ['anna@example.com', 'bert@example.com']) {
      expect(await suppressed(resourceId, email)).toBe(Object.values(entries).includes(email));
    }
    await addressesOf(process.app).removeWithin(resourceId, [domain]);
    expect(await stored(resourceId)).toEqual({ entries: {}, heads: [], old: 0 });
  });

  it('goes with hundreds of others when their list goes', async () => {
    const resourceId = crypto.randomUUID();
    await Promise.all(
      Array.from({ length: 60 }, (_, n) => put(resourceId, [domain, 'list', `id-${n}`], `${n % 50}@example.com`)),
    );
    await put(resourceId, [domain, 'list-2', 'a'], '7@example.com');
    expect(Object.keys((await stored(resourceId)).entries)).toHaveLength(61);
    await addressesOf(process.app).removeWithin(resourceId, [domain, 'list']);
    expect(Object.keys((await stored(resourceId)).entries)).toEqual(['post.example.com!list-2!a']);
    expect(await suppressed(resourceId, '7@example.com')).toBe(true);
    expect(await suppressed(resourceId, '8@example.com')).toBe(false);
  });
});

describe('An address with a lease', () => {
  it('is suppressed until its end, which a later lease only moves further', async () => {
    const timed = await geography.start();
    const { app } = timed;
    const where = { resourceId: crypto.randomUUID(), domain };
    const until = app.clock.now() + hour;
    const find = () => findSuppression(partsOf(timed), where, 'anna@example.com');
    await addressesOf(app).suppressUntil(where, 'Anna@example.com', until);
    await addressesOf(app).suppressUntil(where, 'anna@example.com', until - 1);
    expect(await find()).toEqual({ until });
    await addressesOf(app).suppressUntil(where, 'anna@example.com', until + hour);
    expect(await find()).toEqual({ until: until + hour });

    app.clock.setOffset(until + 1 - app.clock.realNow());
    await app.sweep();
    expect(await find()).toEqual({ until: until + hour });
    app.clock.setOffset(until + hour - app.clock.realNow());
    expect(await find()).toBeUndefined();
    expect((await stored(where.resourceId)).heads).toHaveLength(1);
    app.clock.setOffset(until + 2 * hour - app.clock.realNow());
    await app.sweep();
    expect(await stored(where.resourceId)).toEqual({ entries: {}, heads: [], old: 0 });
  });

  it('stays on its lists when the time is over, and keeps its time when it leaves them', async () => {
    const timed = await geography.start();
    const { app } = timed;
    const where = { resourceId: crypto.randomUUID(), domain };
    const find = (email: string) => findSuppression(partsOf(timed), where, email);
    const until = app.clock.now() + hour;
    for (const email of ['anna@example.com', 'bert@example.com']) {
      await put(where.resourceId, [domain, 'list', email.slice(0, 4)], email);
      await addressesOf(app).suppressUntil(where, email, until);
      expect(await find(email)).toEqual({});
    }
    await remove(where.resourceId, [domain, 'list', 'bert']);
    expect(await find('bert@example.com')).toEqual({ until });
    app.clock.setOffset(2 * hour);
    await app.sweep();
    expect(await find('anna@example.com')).toEqual({});
    expect(await find('bert@example.com')).toBeUndefined();
    const head = `${hashOf('anna@example.com')}!post.example.com: 1`;
    expect((await stored(where.resourceId)).heads).toEqual([head]);
  });
});
