// Changes of entries in their place: with the next number, decided on what the entry is then, once or not at all.
import { describe, expect, it } from 'vitest';
import { type Log, type LogEntry, logKeys, StorageStale } from '../../shared/storage/index.js';
import {
  allEntries,
  append,
  clock,
  counter,
  newPartition,
  openDoomedLog,
  openLog,
  openTable,
  type State,
  texts,
  useLogs,
} from './log-scene.js';

useLogs();

describe('A change of an entry', () => {
  const deadline = () => clock.monotonic() + 20_000;
  const change = (log: Log<State>, partition: string, of: number, text: string, mode: 'merge' | 'replace' = 'merge') =>
    log.append(partition, {
      of,
      deadline: deadline(),
      propose: (state, _sequence, _at, entry) => {
        if (entry === undefined || !state.members.includes('anna')) {
          throw new Error('not hers');
        }
        return {
          columns: { text: 'changed' },
          change: { mode, columns: { text: `${text} (${entry.columns['text']})` } },
        };
      },
    });
  const listed = async (log: Log<State>, partition: string) =>
    (await allEntries(log, partition)).map(({ sequence, columns: { text, of, amended } }) => [
      sequence,
      text,
      of,
      amended,
    ]);

  it('takes the next number, in one transaction with it, and is decided on what the entry is then', async () => {
    const [here, there] = [await openLog(), await openLog()];
    const partition = newPartition();
    await here.create(partition, { members: ['anna'] }, []);
    await append(here, partition, 'one', 'print');
    await append(there, partition, 'two');
    const before = counter.snapshot();
    await change(there, partition, 1, 'a');
    expect(counter.since(before)).toEqual({ 'logs/transaction': 1 });
    // It lost a race, and has to read what was changed.
    const lost = counter.snapshot();
    await change(here, partition, 1, 'b');
    expect(counter.since(lost)).toEqual({ 'logs/transaction': 2, 'logs/query': 1, 'logs/get': 1 });
    expect(await listed(here, partition)).toEqual([
      [4, 'changed', 1, undefined],
      [3, 'changed', 1, undefined],
      [2, 'two', undefined, undefined],
      [1, 'b (a (one))', undefined, 4],
    ]);
  });

  it('leaves the nonce of what it changes, and of its fingerprint no more than which request it was', async () => {
    const log = await openLog();
    const partition = newPartition();
    await log.create(partition, { members: ['anna'] }, []);
    await append(log, partition, 'one', 'first');
    await append(log, partition, 'two', 'second');
    const factsOf = async () =>
      (await allEntries(log, partition)).map(({ sequence, columns: { nonce, fingerprint } }) => [
        sequence,
        nonce,
        fingerprint,
      ]);
    const [two, one] = await factsOf();
    expect([two?.[2], one?.[2]]).toEqual(['second.said two', 'first.said one']);
    await change(log, partition, 1, 'x', 'merge');
    await change(log, partition, 2, 'y', 'replace');
    expect((await factsOf()).slice(2)).toEqual([
      [2, two?.[1], 'second.'],
      [1, one?.[1], 'first.'],
    ]);
  });

  it('is grouped with other appends, and ends the group when that holds its row already', async () => {
    const log = await openLog();
    const partition = newPartition();
    await log.create(partition, { members: ['anna'] }, []);
    await Promise.all([append(log, partition, 'one'), append(log, partition, 'two')]);
    const before = counter.snapshot();
    await Promise.all([
      append(log, partition, 'three'),
      change(log, partition, 1, 'a'),
      append(log, partition, 'four'),
      change(log, partition, 2, 'b'),
      // A row that was changed in the group, and then one that is inserted in it.
      change(log, partition, 1, 'c'),
      append(log, partition, 'five'),
      change(log, partition, 8, 'd'),
    ]);
    const { 'logs/insert': inserts = 0, 'logs/transaction': transactions = 0, ...others } = counter.since(before);
    expect({ inserts, transactions, others }).toEqual({ inserts: 0, transactions: 3, others: {} });
    expect((await listed(log, partition)).toReversed()).toEqual([
      [1, 'c (a (one))', undefined, 7],
      [2, 'b (two)', undefined, 6],
      [3, 'three', undefined, undefined],
      [4, 'changed', 1, undefined],
      [5, 'four', undefined, undefined],
      [6, 'changed', 2, undefined],
      [7, 'changed', 1, undefined],
      [8, 'd (five)', undefined, 9],
      [9, 'changed', 8, undefined],
    ]);
  });

  it('is read first when the entry is old or long, and by nobody who will be refused', async () => {
    const log = await openLog();
    const partition = newPartition();
    await log.create(partition, { members: ['anna'] }, []);
    await append(log, partition, 'x'.repeat(600));
    const before = counter.snapshot();
    await change(log, partition, 1, 'a', 'replace');
    expect(counter.since(before)).toEqual({ 'logs/get': 1, 'logs/transaction': 1 });
    const refused = counter.snapshot();
    const request = { of: 1, deadline: deadline(), mayChange: () => false };
    const propose = () => {
      throw new Error('refused');
    };
    await expect(log.append(partition, { ...request, propose })).rejects.toThrow('refused');
    expect(counter.since(refused)).toEqual({ 'logs/query': 1 });
  });

  it('is not made to an entry that an instance of an earlier build has changed and taken no number for', async () => {
    const log = await openLog();
    const partition = newPartition();
    await log.create(partition, { members: ['anna'] }, []);
    await append(log, partition, 'one');
    const table = await openTable();
    const rowKey = logKeys.rowKeyOf(1);
    const { etag } = (await table.get(partition, rowKey)) as { etag: string };
    await table.update({ partitionKey: partition, rowKey, text: 'changed there' }, etag, 'merge');
    const [changed, sent] = await Promise.all([change(log, partition, 1, 'here'), append(log, partition, 'two')]);
    expect([changed.sequence, sent.sequence].sort()).toEqual([2, 3]);
    expect((await listed(log, partition)).at(-1)?.slice(0, 2)).toEqual([1, 'here (changed there)']);
  });

  it('is made once or not at all, whichever storage call fails or is the last, before or after its effect', async () => {
    let disturbed = 0;
    for (const fate of ['failBefore', 'failAfter', 'stopBefore', 'stopAfter'] as const) {
      for (let k = 1; k <= 3; k++) {
        const partition = newPartition();
        const healthy = await openLog();
        await healthy.create(partition, { members: ['anna'] }, []);
        await append(healthy, partition, 'x'.repeat(600));
        const { log, stopped } = await openDoomedLog((call) => {
          if (call !== k) {
            return 'pass';
          }
          disturbed += 1;
          return fate;
        });
        const made = change(log, partition, 1, 'new', 'replace').then(
          () => 'made' as const,
          () => 'failed' as const,
        );
        const outcome = await Promise.race([made, stopped.then(() => 'stopped' as const)]);
        // What another process finds.
        const entries = await allEntries(healthy, partition);
        const isChanged = String(entries.at(-1)?.columns['text']).startsWith('new');
        expect(entries.map(({ sequence }) => sequence)).toEqual(isChanged ? [2, 1] : [1]);
        expect(entries.at(-1)?.columns['amended']).toBe(isChanged ? 2 : undefined);
        if (outcome === 'made') {
          expect(isChanged).toBe(true);
        }
      }
    }
    expect(disturbed).toBe(12);
  });
});

describe('Rewriting entries', () => {
  it('takes a number for each 99, and leaves places, times and nonces', async () => {
    const log = await openLog();
    const partition = newPartition();
    await log.create(partition, { members: ['anna'] }, []);
    await Promise.all(Array.from({ length: 250 }, (_, n) => append(log, partition, `m${n}`)));
    const before = await allEntries(log, partition);
    const rewrite = (isClosed: boolean) =>
      log.rewrite(
        partition,
        before.map((entry) => ({ entry, columns: { text: 'gone' } })),
        { columns: { text: 'rewritten' }, deadline: clock.monotonic() + 20_000, isClosed: () => isClosed },
      );
    const counted = counter.snapshot();
    await rewrite(false);
    expect(counter.since(counted)).toEqual({ 'logs/transaction': 3 });
    const after = await allEntries(log, partition);
    expect(after.slice(0, 3).map(({ columns: { text, rewrites } }) => [text, rewrites])).toEqual([
      ['rewritten', 52],
      ['rewritten', 99],
      ['rewritten', 99],
    ]);
    const facts = (entries: readonly LogEntry[]) =>
      entries.map(({ sequence, at, columns: { nonce } }) => [sequence, at, nonce]);
    expect(facts(after.slice(3))).toEqual(facts(before));
    expect(new Set(texts(after.slice(3)))).toEqual(new Set(['gone']));
    // As they were read before, they are there no more.
    await expect(rewrite(false)).rejects.toBeInstanceOf(StorageStale);
  });

  it('lets no purge overlook its entry: the state of a closed partition changes with it', async () => {
    const log = await openLog();
    const partition = newPartition();
    await log.create(partition, { members: ['anna'] }, []);
    await append(log, partition, 'one');
    const { stateEtag, entries } = await log.page(partition, 10);
    await log.rewrite(
      partition,
      entries.map((entry) => ({ entry, columns: { text: 'gone' } })),
      { columns: { text: 'rewritten' }, deadline: clock.monotonic() + 20_000, isClosed: () => true },
    );
    await expect(log.purge(partition, { sequence: 1, stateEtag })).rejects.toBeInstanceOf(StorageStale);
    const { stateEtag: now } = await log.page(partition, 10);
    await log.purge(partition, { sequence: 2, stateEtag: now });
    expect((await (await openTable()).query({ partition })).rows).toEqual([]);
  });
});
