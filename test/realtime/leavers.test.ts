// Whoever leaves one process and comes back at another, over one list of announcements.
import { describe, expect, it } from 'vitest';
import { Announcements } from '../../shared/announcements/index.js';
import { Leavers } from '../../shared/realtime/leavers.js';
import { type Via, Presence } from '../../shared/realtime/presence.js';

interface Row {
  readonly rowKey: string;
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

function twoProcesses() {
  let now = 2_000_000_000_000;
  const list: Row[] = [];
  const clock = { now: () => now, realNow: () => now, monotonic: () => now };
  const start = () => {
    const table = {
      insert: async (row: Row) => void list.push(row),
      rows: async function* ({ from }: { from: string }) {
        yield* list.filter(({ rowKey }) => rowKey >= from).toSorted((a, b) => (a.rowKey < b.rowKey ? -1 : 1));
      },
    };
    const ids = { bytes: () => Buffer.from(String(list.length).padStart(9, '0')) };
    const parts = { table, clock, ids, subjectKey: Buffer.alloc(32) };
    const announcements = new Announcements(parts as unknown as ConstructorParameters<typeof Announcements>[0]);
    const presence = new Presence({ announcements, clock, pause: async () => undefined });
    return { announcements, presence };
  };
  const [here, there] = [start(), start()];
  const connected: Via[] = [];
  const connections = {
    hasAny: async () => connected.length > 0,
    listOf: async () => connected.map((via) => ({ via })),
  };
  const pauses: { ms: number; go: () => void }[] = [];
  const leavers = new Leavers({
    presence: here.presence,
    connections: connections as unknown as ConstructorParameters<typeof Leavers>[0]['connections'],
    pause: (ms) => new Promise((go) => pauses.push({ ms, go })),
  });
  /** Product and real time go on, and both processes hear. */
  const pass = async (ms: number) => {
    now += ms;
    await Promise.all([here.announcements.catchUp(), there.announcements.catchUp()]);
  };
  const endPause = async () => {
    const pause = pauses.shift();
    pause?.go();
    await soon();
    return pause?.ms;
  };
  return { here, there, list, connected, leavers, pass, endPause };
}

describe('Whoever has closed their last connection', () => {
  it('is online for all when another process takes the next one before it has heard that they left', async () => {
    const { here, there, connected, leavers, pass, endPause } = twoProcesses();
    await here.presence.arrive('u', 'socket');
    await pass(60_000);
    leavers.leaveLater('r', 'u');
    expect(await endPause()).toBe(30_000);
    expect(here.presence.reachOf('u')).toBeUndefined();
    connected.push('socket', 'poll', 'socket');
    await there.presence.arrive('u', 'socket');
    await there.presence.arrive('u', 'poll');
    await pass(2_500);
    expect(await endPause()).toBe(2_500);
    await pass(2_000);
    const both = { bySocket: true, byPoll: true };
    expect([here.presence.reachOf('u'), there.presence.reachOf('u')]).toEqual([both, both]);
  });

  it('is reached only as they are connected', async () => {
    const { here, there, connected, leavers, pass, endPause } = twoProcesses();
    await here.presence.arrive('u', 'poll');
    await pass(60_000);
    leavers.leaveLater('r', 'u');
    await endPause();
    connected.push('poll');
    await there.presence.arrive('u', 'poll');
    await pass(2_500);
    await endPause();
    expect(here.presence.reachOf('u')).toEqual({ bySocket: false, byPoll: true });
  });

  it('is gone when they do not come back, and stays when they were back in time', async () => {
    const { here, list, connected, leavers, endPause } = twoProcesses();
    await here.presence.arrive('u', 'socket');
    connected.push('socket');
    leavers.leaveLater('r', 'u');
    await endPause();
    expect(here.presence.reachOf('u')).toBeDefined();
    connected.pop();
    leavers.leaveLater('r', 'u');
    await endPause();
    await endPause();
    expect(here.presence.hasAnyone).toBe(false);
    expect(list).toHaveLength(2);
  });
});
