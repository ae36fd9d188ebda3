import { describe, expect, it } from 'vitest';
import { maxBacklog, maxBeside, maxWaitingThreads } from '../../shared/realtime/limits.js';
import { LiveFeed } from '../../shared/realtime/live-feed.js';
import type { NoticesRecord } from '../../shared/realtime/live-record.js';
import type { LiveDelivery, LiveNotice } from '../../shared/realtime/model.js';
import type { Pointed } from '../../shared/realtime/pointers.js';

interface Thread {
  readonly people: readonly string[];
}

const typing: LiveNotice = { kind: 'typing', threadId: 't', sender: 's', senderDisplayName: '', on: 0 };

function feedOf(online: readonly string[]) {
  const reads: [string, number, number][] = [];
  const sent: [string, number][] = [];
  const pointed: [string, Pointed][] = [];
  const passed: LiveNotice['kind'][] = [];
  const counts: Partial<Record<NoticesRecord['outcome'], number>> = {};
  const records: NoticesRecord[] = [];
  const failures: unknown[] = [];
  const waiting: (() => void)[] = [];
  let held: Promise<void> = Promise.resolve();
  const users = new Set(online.map((id) => `user ${id}`));
  const control: { fails: boolean; held?: Promise<void> } = { fails: false };
  const feed = new LiveFeed<Thread>({
    presence: {
      get hasAnyone() {
        return users.size > 0;
      },
      userOf: (rawId) => `user ${rawId}`,
      reachOf: (user) => (users.has(user) ? { bySocket: user !== 'user p', byPoll: user === 'user p' } : undefined),
    },
    source: {
      peopleOf: ({ people }) => people,
      placeOf: (threadId) => ({ resourceId: 'r', threadId }),
      read: async (key, first, last, isWanted) => {
        reads.push([key, first, last]);
        await held;
        const notices = Array.from({ length: last - first + 1 }, () => typing);
        return ['a', 'b', 'c'].filter(isWanted).map((rawId): LiveDelivery => ({ rawId, notices }));
      },
    },
    send: async (user, { notices }) => {
      await control.held;
      if (control.fails) {
        throw new Error('away');
      }
      sent.push([user, notices.length]);
    },
    point: async (key, to) => void pointed.push([key, to]),
    pass: (_rawIds, { kind }) => void passed.push(kind),
    record: (record) => {
      records.push(record);
      counts[record.outcome] = (counts[record.outcome] ?? 0) + record.notices;
    },
    reportFailure: (failure) => void failures.push(failure),
  });
  const append = (thread: Thread, newest: number, count = 1, before = thread) => {
    feed.before('t', before, newest - count);
    feed.after('t', thread, newest);
  };
  const hold = () => {
    held = new Promise((resolve) => waiting.push(resolve));
  };
  const release = () => waiting.shift()?.();
  return { feed, append, reads, sent, pointed, passed, counts, records, failures, hold, release, control };
}

describe('What is appended to a log', () => {
  it('is not even read where nobody is online', async () => {
    const { feed, append, reads } = feedOf([]);
    append({ people: ['a', 'b'] }, 3);
    await feed.settle();
    const { feed: other, append: appendToo, reads: readToo } = feedOf(['z']);
    appendToo({ people: ['a', 'b'] }, 3);
    await other.settle();
    expect([reads, readToo]).toEqual([[], []]);
  });

  it('is told from its first entry on, however many appends before it came to nothing', async () => {
    const { feed, append, reads } = feedOf(['a']);
    for (let each = 0; each < maxWaitingThreads; each++) {
      feed.before(`refused ${each}`, { people: ['a'] }, 5);
    }
    append({ people: ['a'] }, 13, 3);
    await feed.settle();
    expect(reads).toEqual([['t', 11, 13]]);
  });

  it('is told those who are online, a batch at once', async () => {
    const { feed, append, reads, sent, counts, records } = feedOf(['a', 'b']);
    append({ people: ['a', 'b', 'c'] }, 12, 5);
    await feed.settle();
    expect(reads).toEqual([['t', 8, 12]]);
    expect(sent).toEqual([
      ['user a', 5],
      ['user b', 5],
    ]);
    expect(counts).toEqual({ delivered: 10 });
    const place = { resourceId: 'r', threadId: 't' };
    const told = { kind: 'notices', outcome: 'delivered', via: 'socket', notices: 10, recipients: 2, place };
    expect(records).toEqual([told]);
  });

  it('is pointed to, and not read, where those who are online poll', async () => {
    const { feed, append, reads, pointed } = feedOf(['p']);
    append({ people: ['a', 'p'] }, 12, 5);
    await feed.settle();
    expect([reads, pointed]).toEqual([[], [['t', { first: 8, last: 12 }]]]);
  });

  it('is told whoever has just been removed by it', async () => {
    const { feed, append, reads } = feedOf(['c']);
    append({ people: ['a'] }, 4, 1, { people: ['a', 'c'] });
    await feed.settle();
    expect(reads).toEqual([['t', 4, 4]]);
  });

  it('gathers while it is told, so that it stays in its order, and drops what is too old', async () => {
    const { feed, append, reads, hold, release, counts } = feedOf(['a']);
    const thread = { people: ['a'] };
    hold();
    append(thread, 1);
    for (let newest = 2; newest <= maxBacklog + 11; newest++) {
      append(thread, newest);
    }
    expect(reads).toEqual([['t', 1, 1]]);
    release();
    await feed.settle();
    expect(reads).toEqual([
      ['t', 1, 1],
      ['t', 12, maxBacklog + 11],
    ]);
    expect(counts).toEqual({ delivered: maxBacklog + 1, dropped: 10 });
  });

  it('is lost, and counted, when it cannot be handed over', async () => {
    const { feed, append, counts, failures, control } = feedOf(['a']);
    control.fails = true;
    append({ people: ['a'] }, 1);
    await feed.settle();
    expect(counts).toEqual({ failed: 1 });
    expect(failures).toHaveLength(1);
  });

  it('is told where it stands in no log: over sockets, and of those who poll to whose polls are here', async () => {
    const { feed, sent, pointed, passed } = feedOf(['a', 'p']);
    feed.tell(['a', 'p'], typing);
    await feed.settle();
    expect([sent, pointed, passed]).toEqual([[['user a', 1]], [], ['typing']]);
  });

  it('is pointed to where it says who has read, and somebody polls: that is written down', async () => {
    const { feed, sent, pointed, passed } = feedOf(['a', 'p']);
    const read: LiveNotice = { kind: 'read', threadId: 't', reader: 'c', messageId: '1', readOn: 7 };
    feed.tell(['a'], read, { key: 't', readOn: 7 });
    expect(pointed).toEqual([]);
    feed.tell(['a', 'p'], read, { key: 't', readOn: 7 });
    await feed.settle();
    expect([sent.length, pointed, passed]).toEqual([2, [['t', { readOn: 7 }]], []]);
  });

  it('is dropped, and counted, where too much is being told already, and told again later', async () => {
    const { feed, sent, counts, control } = feedOf(['a']);
    let go = (): void => undefined;
    control.held = new Promise((resolve) => {
      go = resolve;
    });
    for (let times = 0; times <= maxBeside; times++) {
      feed.tell(['a', 'c'], typing);
    }
    expect(counts).toEqual({ dropped: 1 });
    go();
    await feed.settle();
    expect([sent.length, counts]).toEqual([maxBeside, { dropped: 1, delivered: maxBeside }]);
    feed.tell(['a'], typing);
    await feed.settle();
    expect(counts).toEqual({ dropped: 1, delivered: maxBeside + 1 });
  });

  it('is told no more when the process is about to end', async () => {
    const { feed, append, reads } = feedOf(['a']);
    feed.stop();
    append({ people: ['a'] }, 1);
    await feed.settle();
    expect(reads).toEqual([]);
  });
});
