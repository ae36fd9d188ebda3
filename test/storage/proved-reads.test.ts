// What is remembered of a partition is answered with only when it is proved to be current; and what is remembered at all.
import { describe, expect, it } from 'vitest';
import { Log, logKeys } from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { append, clock, counter, newPartition, openLog, openTable, type State, useLogs } from './log-scene.js';

useLogs();

const everybody = () => true;
const hidden = new Set<string>();
let mayAnswer = true;

/** As `openLog`, with a memory for reads. */
async function openReader(maxBytes = 1_000_000): Promise<Log<State>> {
  const table = await openTable();
  return new Log<State>({
    tableOf: () => table,
    remember: ['text'],
    clock,
    ids: randomIds,
    memory: {
      maxBytes,
      mayAnswer: () => mayAnswer,
      people: {
        inState: ({ members }) => members,
        inEntry: ({ by }) => (typeof by === 'string' ? [by] : []),
        subjectOf: (person) => `#${person}`,
        isHidden: (subject) => hidden.has(subject),
      },
    },
  });
}

const textsOf = async (log: Log<State>, partition: string, limit = 10, isFor: (state: State) => boolean = everybody) =>
  (await log.view(partition, { limit, isFor })).entries.map(({ columns }) => columns['text']);

async function counted(run: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = counter.snapshot();
  await run();
  return counter.since(before);
}

async function planted(...said: string[]): Promise<{ partition: string; writer: Log<State> }> {
  const writer = await openLog();
  const partition = newPartition();
  await writer.create(partition, { members: ['anna'] }, []);
  for (const text of said) {
    await append(writer, partition, text);
  }
  return { partition, writer };
}

/** Read twice: then it is remembered. */
async function warm(partition: string, limit = 10, maxBytes?: number): Promise<Log<State>> {
  const reader = await openReader(maxBytes);
  await textsOf(reader, partition, limit);
  await textsOf(reader, partition, limit);
  return reader;
}

const change = (log: Log<State>, partition: string, of: number, text: string) =>
  log.append(partition, {
    of,
    deadline: clock.monotonic() + 20_000,
    propose: () => ({ columns: { text: 'changed' }, change: { mode: 'merge', columns: { text } } }),
  });

describe('A partition that is read for the third time', () => {
  it('costs the newest row alone, and one proof for all who wait', async () => {
    const { partition } = await planted('one', 'two', 'three');
    const reader = await openReader();
    expect(await counted(() => textsOf(reader, partition))).toEqual({ 'logs/query': 1 });
    expect(await counted(() => textsOf(reader, partition))).toEqual({ 'logs/query': 1 });
    const seen = counter.snapshot();
    const answers = await Promise.all(Array.from({ length: 20 }, () => textsOf(reader, partition)));
    // One that is begun at once, and one for the nineteen that came while it was under way.
    expect(counter.since(seen)).toEqual({ 'logs/query': 2 });
    expect(new Set(answers.map(String))).toEqual(new Set(['three,two,one']));
    const { entry } = await reader.entry(partition, 2, everybody);
    expect(entry?.columns['text']).toBe('two');
    expect(await counted(() => reader.entry(partition, 3, everybody))).toEqual({ 'logs/query': 1 });
  });

  it('is as it is in storage, whatever another process has done to it', async () => {
    const { partition, writer } = await planted('one', 'two', 'three');
    const reader = await warm(partition, 2);
    await append(writer, partition, 'four');
    expect(await textsOf(reader, partition, 3)).toEqual(['four', 'three', 'two']);
    // A row that is remembered, and one that is not.
    await change(writer, partition, 3, 'three, changed');
    await change(writer, partition, 1, 'one, changed');
    const view = await reader.view(partition, { limit: 4, isFor: everybody });
    expect(view.entries.map(({ columns }) => columns['text'])).toEqual([
      'changed',
      'changed',
      'four',
      'three, changed',
    ]);
    const [moved] = await view.entriesAt([1]);
    expect(moved?.columns['text']).toBe('one, changed');
    const page = await writer.page(partition, 10);
    await writer.rewrite(
      partition,
      page.entries.slice(3, 4).map((entry) => ({ entry, columns: { text: 'rewritten' } })),
      { columns: { text: 'says so' }, deadline: clock.monotonic() + 20_000, isClosed: () => false },
    );
    expect((await textsOf(reader, partition, 5)).at(-1)).toBe('rewritten');
    await writer.append(partition, {
      deadline: clock.monotonic() + 20_000,
      propose: () => ({ columns: { text: 'left' }, state: { members: [] } }),
    });
    expect((await reader.view(partition, { limit: 1, isFor: everybody })).state.members).toEqual([]);
  });

  it('is not what another one was that had its place before, with as many entries', async () => {
    const { partition, writer } = await planted('one', 'two');
    const reader = await warm(partition);
    const { stateEtag } = await writer.page(partition, 1);
    await writer.purge(partition, { sequence: 2, stateEtag });
    await writer.create(partition, { members: ['bert'] }, [{ text: 'uno' }, { text: 'due' }]);
    expect(await textsOf(reader, partition)).toEqual(['due', 'uno']);
    const warmed = await warm(partition);
    const again = await writer.page(partition, 1);
    await writer.purge(partition, { sequence: 2, stateEtag: again.stateEtag });
    await expect(textsOf(warmed, partition)).rejects.toThrow();
  });

  it('knows what this process appends and changes without reading it', async () => {
    const { partition } = await planted('one', 'two');
    const reader = await warm(partition);
    await append(reader, partition, 'three');
    await change(reader, partition, 1, 'one, changed');
    await Promise.all([append(reader, partition, 'four'), append(reader, partition, 'five')]);
    const entries = ['five', 'four', 'changed', 'three', 'two', 'one, changed'];
    expect(await counted(async () => expect(await textsOf(reader, partition)).toEqual(entries))).toEqual({
      'logs/query': 1,
    });
    // And it is what it would be if it had been read.
    const { entries: read } = await (await openReader()).view(partition, { limit: 10, isFor: everybody });
    const { entries: known } = await reader.view(partition, { limit: 10, isFor: everybody });
    expect(known.map(({ columns, made: _made, ...facts }) => [facts, withoutKeys(columns)])).toEqual(
      read.map(({ columns, ...facts }) => [facts, withoutKeys(columns)]),
    );
  });

  it('is read when it is asked for by somebody whom it is not for, or while an earlier build may be at work', async () => {
    const { partition } = await planted('one', 'two');
    const reader = await warm(partition);
    const asStranger = () => textsOf(reader, partition, 10, ({ members }) => members.includes('eve'));
    const table = await openTable();
    const rowKey = logKeys.rowKeyOf(1);
    const { etag } = (await table.get(partition, rowKey)) as { etag: string };
    await table.update({ partitionKey: partition, rowKey, text: 'changed there' }, etag, 'merge');
    // A change that takes no number is not seen: that is why nothing may be answered while somebody makes one.
    expect(await textsOf(reader, partition)).toEqual(['two', 'one']);
    expect(await asStranger()).toEqual(['two', 'changed there']);
    mayAnswer = false;
    expect(await textsOf(reader, partition)).toEqual(['two', 'changed there']);
    mayAnswer = true;
  });
});

describe('What is remembered', () => {
  it('is nothing of a partition that was read once', async () => {
    const { partition } = await planted('one');
    const reader = await openReader();
    await textsOf(reader, partition);
    expect(reader.rememberedBytes).toBe(0);
    await textsOf(reader, partition);
    expect(reader.rememberedBytes).toBeGreaterThan(1_000);
    reader.forgetAll();
    expect(reader.rememberedBytes).toBe(0);
  });

  it('is counted with two bytes a character, and twice as many where a text is not Latin', async () => {
    const bytes: number[] = [];
    for (const text of ['e'.repeat(10_000), 'é'.repeat(10_000), `${'e'.repeat(9_999)}ж`, 'ж'.repeat(10_000)]) {
      const { partition } = await planted(text);
      bytes.push((await warm(partition)).rememberedBytes);
    }
    const [plain = 0, latin = 0, mixed = 0, cyrillic = 0] = bytes;
    expect([latin - plain, mixed - plain, cyrillic - plain]).toEqual([0, 20_000, 20_000]);
  });

  it('stays below its bound, and what was used longest ago goes first', async () => {
    const partitions: string[] = [];
    for (let n = 0; n < 8; n++) {
      partitions.push((await planted('x'.repeat(10_000))).partition);
    }
    const reader = await openReader(100_000);
    const [first = ''] = partitions;
    for (const partition of partitions) {
      await textsOf(reader, partition);
      await textsOf(reader, partition);
      await textsOf(reader, first);
      expect(reader.rememberedBytes).toBeLessThanOrEqual(100_000);
    }
    // The first was used all the time; of the others the last ones are there. A get that is answered from memory is one query.
    const kinds: unknown[] = [];
    for (const partition of partitions) {
      kinds.push(Object.keys(await counted(() => reader.entry(partition, 1, everybody))));
    }
    expect(kinds[0]).toEqual(['logs/query']);
    expect(kinds[1]).toEqual(['logs/get']);
    expect(kinds.at(-1)).toEqual(['logs/query']);
  });

  it('is nothing that names somebody who is hidden, from the moment that this is heard', async () => {
    const { partition, writer } = await planted('one');
    await writer.append(partition, {
      deadline: clock.monotonic() + 20_000,
      propose: () => ({ columns: { text: 'by bert', by: 'bert' } }),
    });
    const other = await planted('one');
    const reader = await warm(partition);
    const before = reader.rememberedBytes;
    await textsOf(reader, other.partition);
    await textsOf(reader, other.partition);
    const both = reader.rememberedBytes;
    expect(both).toBeGreaterThan(before);
    hidden.add('#bert');
    reader.forgetPerson('#bert');
    expect(reader.rememberedBytes).toBe(both - before);
    await textsOf(reader, partition);
    await textsOf(reader, partition);
    expect(reader.rememberedBytes).toBe(both - before);
    // Nor does it come in by what another process appends.
    await other.writer.append(other.partition, {
      deadline: clock.monotonic() + 20_000,
      propose: () => ({ columns: { text: 'by bert', by: 'bert' } }),
    });
    expect(await textsOf(reader, other.partition)).toEqual(['by bert', 'one']);
    expect(reader.rememberedBytes).toBe(0);
    hidden.clear();
  });
});

function withoutKeys(columns: object): object {
  const { partitionKey: _partition, rowKey: _row, etag: _etag, ...rest } = columns as Record<string, unknown>;
  return rest;
}
