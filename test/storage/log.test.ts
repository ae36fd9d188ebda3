import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Log, LogNotFound } from '../../shared/storage/index.js';
import { allEntries, append, clock, counter, newPartition, openLog, type State, texts, useLogs } from './log-scene.js';

useLogs();

const dense = (count: number) => Array.from({ length: count }, (_, index) => count - index);

describe('The partition log', () => {
  it('makes a partition once: repeating the creation meets the state that is there', async () => {
    const log = await openLog();
    const partition = newPartition();
    const first = await log.create(partition, { members: ['anna'] }, [{ text: 'made' }]);
    const again = await log.create(partition, { members: ['bert'] }, [{ text: 'made' }]);
    expect(first).toEqual({ state: { members: ['anna'] }, isNew: true });
    expect(again).toEqual({ state: { members: ['anna'] }, isNew: false });
  });

  it('appends to a warm partition with one insert and no read', async () => {
    const log = await openLog();
    const partition = newPartition();
    await log.create(partition, { members: ['anna'] }, []);
    await append(log, partition, 'cold');
    const before = counter.snapshot();
    for (let n = 0; n < 10; n++) {
      await append(log, partition, `warm ${n}`);
    }
    expect(counter.since(before)).toEqual({ 'logs/insert': 10 });
  });

  it('groups what arrives while a commit is in flight', async () => {
    const log = await openLog();
    const partition = newPartition();
    await log.create(partition, { members: ['anna'] }, []);
    await append(log, partition, 'warm');
    const before = counter.snapshot();
    await Promise.all(Array.from({ length: 128 }, (_, n) => append(log, partition, `m${n}`)));
    const { 'logs/insert': inserts = 0, 'logs/transaction': transactions = 0, ...others } = counter.since(before);
    expect(others).toEqual({});
    // 100 rows in the first transaction, what waited in the second.
    expect([inserts, transactions]).toEqual([0, 2]);
    const entries = await allEntries(log, partition);
    expect(entries.map(({ sequence }) => sequence)).toEqual(dense(129));
    expect(new Set(texts(entries)).size).toBe(129);
  });

  it('loses, doubles and skips nothing when two processes append to one partition', async () => {
    const logs = [await openLog(), await openLog()];
    const partition = newPartition();
    await logs[0]?.create(partition, { members: ['anna'] }, []);
    const wanted: string[] = [];
    await Promise.all(
      logs.map(async (log, writer) => {
        for (let round = 0; round < 30; round++) {
          await Promise.all(
            Array.from({ length: 1 + (round % 4) }, (_, n) => {
              const text = `${writer}.${round}.${n}`;
              wanted.push(text);
              return append(log, partition, text);
            }),
          );
        }
      }),
    );
    const entries = await allEntries(logs[0] as Log<State>, partition);
    expect(entries.map(({ sequence }) => sequence)).toEqual(dense(wanted.length));
    expect(new Set(texts(entries))).toEqual(new Set(wanted));
    const times = entries.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('refuses an append that was decided on a state which another process has changed since', async () => {
    const [here, there] = [await openLog(), await openLog()];
    const partition = newPartition();
    await here.create(partition, { members: ['anna'] }, []);
    await append(there, partition, 'while she takes part');
    await here.append(partition, {
      propose: () => ({
        columns: { text: 'left' },
        state: { members: [] },
        beside: [{ rowKey: 'left!anna', columns: {} }],
      }),
      deadline: clock.monotonic() + 5_000,
    });
    await expect(append(there, partition, 'too late')).rejects.toThrow('not a member');
    expect(texts(await allEntries(here, partition))).toEqual(['left', 'while she takes part']);
  });

  it('refuses nothing by a state that is not written yet', async () => {
    const partition = newPartition();
    const [log, other] = [await openLog(), await openLog()];
    await log.create(partition, { members: ['anna', 'bert'] }, []);
    await append(log, partition, 'warm');
    await append(other, partition, 'in between');
    const ended: string[] = [];
    const leave = (name: string) =>
      log
        .append(partition, {
          deadline: clock.monotonic() + 20_000,
          propose: ({ members }) => {
            if (!members.includes('bert')) {
              throw new Error('not there');
            }
            return { columns: { text: name }, state: { members: ['anna'] } };
          },
        })
        .then(
          () => ended.push(`${name} is written`),
          (error: Error) => ended.push(`${name}: ${error.message}`),
        );
    // The other process was first, so the state is read, and both are decided on it.
    await Promise.all([leave('one'), leave('another')]);
    expect(ended).toEqual(['one is written', 'another: not there']);
  });

  it('recognises a repeated append among the newest 200 entries, in this process and in a fresh one', async () => {
    const log = await openLog();
    const partition = newPartition();
    await log.create(partition, { members: ['anna'] }, []);
    const first = await append(log, partition, 'once', 'print');
    await Promise.all(Array.from({ length: 150 }, (_, n) => append(log, partition, `m${n}`)));
    expect(await append(log, partition, 'once', 'print')).toEqual({ ...first, isRepeat: true });
    expect(await append(await openLog(), partition, 'once', 'print')).toEqual({ ...first, isRepeat: true });
    expect(await allEntries(log, partition)).toHaveLength(151);
  });

  it('writes both of two equal appends that arrive together only once', async () => {
    const log = await openLog();
    const partition = newPartition();
    await log.create(partition, { members: ['anna'] }, []);
    const [one, two] = await Promise.all([append(log, partition, 'x', 'same'), append(log, partition, 'x', 'same')]);
    expect(two?.sequence).toBe(one?.sequence);
    expect(await allEntries(log, partition)).toHaveLength(1);
  });

  it('takes for a repetition only what the newest append of a request has said', async () => {
    const [here, there] = [await openLog(), await openLog()];
    const partition = newPartition();
    await here.create(partition, { members: ['anna'] }, []);
    const said = ['ok', 'ok', 'next', 'ok', 'ok', 'next'];
    const sequences = async (...logs: Log<State>[]) => {
      const appended = said.map((text, n) => append(logs[n % logs.length] as Log<State>, partition, text, 'the same'));
      return (await Promise.all(appended)).map(({ sequence }) => sequence);
    };
    // All of them at once, as far as one process has them.
    expect(await sequences(here)).toEqual([1, 1, 2, 3, 3, 4]);
    // One after the other, each by a process that has not seen the one before.
    const behind: number[] = [];
    for (const [n, text] of said.entries()) {
      behind.push((await append(n % 2 === 0 ? here : there, partition, text, 'the same')).sequence);
    }
    expect(behind).toEqual([5, 5, 6, 7, 7, 8]);
    expect((await append(await openLog(), partition, 'next', 'the same')).isRepeat).toBe(true);
    expect((await append(await openLog(), partition, 'ok', 'the same')).isRepeat).toBe(false);
  });

  it('says that a partition which was never made is not there', async () => {
    const log = await openLog();
    await expect(append(log, newPartition(), 'x')).rejects.toBeInstanceOf(LogNotFound);
    await expect(log.state(newPartition(), 0)).rejects.toBeInstanceOf(LogNotFound);
    await expect(log.page(newPartition(), 10)).rejects.toBeInstanceOf(LogNotFound);
    await expect(log.entry(newPartition(), 1)).rejects.toBeInstanceOf(LogNotFound);
  });

  it('halves a batch that storage refuses until only the bad append fails', async () => {
    const log = await openLog();
    const partition = newPartition();
    await log.create(partition, { members: ['anna'] }, []);
    await append(log, partition, 'warm');
    const tooLong = 'x'.repeat(40_000);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => append(log, partition, n === 33 ? tooLong : `good ${n}`)),
    );
    expect(outcomes.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([33]);
    const entries = await allEntries(log, partition);
    expect(entries.map(({ sequence }) => sequence)).toEqual(dense(50));
  });

  it('ends with every acknowledged append once, whichever storage call fails, before or after its effect', async () => {
    let disturbed = 0;
    for (const fate of ['failBefore', 'failAfter'] as const) {
      for (let k = 1; k <= 8; k++) {
        const log = await openLog((call) => {
          if (call !== k) {
            return 'pass';
          }
          disturbed += 1;
          return fate;
        });
        const partition = newPartition();
        const [created] = await Promise.allSettled([log.create(partition, { members: ['anna'] }, [])]);
        if (created.status === 'rejected') {
          await log.create(partition, { members: ['anna'] }, []);
        }
        const acknowledged: string[] = [];
        for (const text of ['a', 'b', 'c']) {
          // As an SDK repeats a request that failed.
          for (let tries = 0; tries < 3; tries++) {
            const [outcome] = await Promise.allSettled([append(log, partition, text, `print ${text}`)]);
            if (outcome.status === 'fulfilled') {
              acknowledged.push(text);
              break;
            }
          }
        }
        expect(acknowledged).toEqual(['a', 'b', 'c']);
        const entries = await allEntries(log, partition);
        expect(texts(entries)).toEqual(['c', 'b', 'a']);
        expect(entries.map(({ sequence }) => sequence)).toEqual([3, 2, 1]);
      }
    }
    expect(disturbed).toBeGreaterThanOrEqual(12);
  });

  it('holds state and entries beyond what one property can, with characters of every kind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 500 }), { maxLength: 10 }),
        fc.constantFrom(1, 70),
        async (members, repeat) => {
          const log = await openLog();
          const partition = newPartition();
          const state = { members: Array.from({ length: repeat }, () => members).flat() };
          await log.create(partition, state, []);
          expect(await log.state(partition, 0)).toEqual(state);
        },
      ),
      { numRuns: 25 },
    );
  });
});
