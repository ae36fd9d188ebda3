// What is known of a partition for appending to it: nothing of who is hidden, and nothing at all when it can not be built on.
import { afterEach, expect, it, vi } from 'vitest';
import { Log } from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { append, clock, counter, newPartition, openLog, openTable, type State, useLogs } from './log-scene.js';

useLogs();
afterEach(() => {
  vi.useRealTimers();
});

let passedMs = 0;

async function openAppender(hidden: ReadonlySet<string>): Promise<Log<State>> {
  const table = await openTable();
  return new Log<State>({
    tableOf: () => table,
    remember: ['text', 'by'],
    clock: Object.assign(Object.create(clock) as typeof clock, { monotonic: () => clock.monotonic() + passedMs }),
    ids: randomIds,
    memory: {
      maxBytes: 0,
      mayAnswer: () => true,
      people: {
        inState: ({ members }) => members,
        inEntry: ({ by }) => (typeof by === 'string' ? [by] : []),
        subjectOf: (person) => `#${person}`,
        isHidden: (subject) => hidden.has(subject),
      },
    },
  });
}

const says = (log: Log<State>, partition: string, by: string) =>
  log.append(partition, {
    deadline: clock.monotonic() + 60_000,
    propose: () => ({ columns: { text: `said by ${by}`, by } }),
  });

/** What is told of an entry, and what that cost. */
async function factsOf(log: Log<State>, partition: string, sequence: number) {
  const before = counter.snapshot();
  const facts = await log.facts(partition, sequence);
  return { by: facts?.columns['by'], calls: counter.since(before) };
}

it('Nothing of who is hidden comes in again with what is read after the announcement', async () => {
  const hidden = new Set<string>();
  const log = await openAppender(hidden);
  const writer = await openLog();
  const partition = newPartition();
  await writer.create(partition, { members: ['anna'] }, []);
  await says(writer, partition, 'bert');
  await says(writer, partition, 'cleo');
  await append(log, partition, 'first');
  expect(await factsOf(log, partition, 1)).toEqual({ by: 'bert', calls: {} });
  hidden.add('#bert');
  log.forgetPerson('#bert');
  await append(log, partition, 'after the announcement');
  expect(await factsOf(log, partition, 1)).toEqual({ by: 'bert', calls: { 'logs/get': 1 } });
  expect(await factsOf(log, partition, 2)).toEqual({ by: 'cleo', calls: {} });
  // Nor by what another process appends meanwhile.
  await says(writer, partition, 'bert');
  await append(log, partition, 'on and on');
  expect(await factsOf(log, partition, 5)).toEqual({ by: 'bert', calls: { 'logs/get': 1 } });
});

it('What nobody has appended to for a while is forgotten, though nobody asks for anything', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const log = await openAppender(new Set());
  const [idle, busy] = [newPartition(), newPartition()];
  for (const partition of [idle, busy]) {
    await log.create(partition, { members: ['anna'] }, []);
    await says(log, partition, 'bert');
  }
  passedMs += 20_000;
  await says(log, busy, 'bert');
  passedMs += 11_000;
  expect(await factsOf(log, idle, 1)).toEqual({ by: 'bert', calls: {} });
  vi.advanceTimersByTime(30_000);
  expect(await factsOf(log, idle, 1)).toEqual({ by: 'bert', calls: { 'logs/get': 1 } });
  expect(await factsOf(log, busy, 1)).toEqual({ by: 'bert', calls: {} });
  passedMs += 31_000;
  vi.advanceTimersByTime(30_000);
  expect(await factsOf(log, busy, 1)).toEqual({ by: 'bert', calls: { 'logs/get': 1 } });
});
