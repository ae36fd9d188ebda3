import { describe, expect, it } from 'vitest';
import { presenceMs, restateAfterMs } from '../../shared/realtime/limits.js';
import { Presence } from '../../shared/realtime/presence.js';

/** A list of announcements that two processes read; the second hears of nothing before it catches up. */
function twoProcesses() {
  let now = 1_000_000;
  const paused: number[] = [];
  const list: [string, number][] = [];
  const make = (hearsOwn: boolean) => {
    let hear: (user: string, value: number) => void = () => undefined;
    const announcements = {
      versionOf: (subject: string) =>
        Math.max(0, ...list.filter(([stated]) => stated === subject).map(([, value]) => value)),
      subjectOf: (name: string) => `hash of ${name}`,
      onBehind: (prefix: string, listen: typeof hear) => {
        hear = (subject, value) =>
          subject.startsWith(prefix) ? listen(subject.slice(prefix.length), value) : undefined;
      },
      append: async (subject: string, value: number) => {
        list.push([subject, value]);
        if (hearsOwn) {
          hear(subject, value);
        }
      },
    };
    const clock = { now: () => 0, realNow: () => now, monotonic: () => now };
    const pause = async (ms: number) => void paused.push(ms);
    const presence = new Presence({ announcements, clock, pause });
    const heard = new Map<string, number>();
    const catchUp = () => {
      for (const [subject, value] of list) {
        if (value > (heard.get(subject) ?? 0)) {
          heard.set(subject, value);
          hear(subject, value);
        }
      }
    };
    return { presence, catchUp };
  };
  return { here: make(true), there: make(false), list, paused, pass: (ms: number) => (now += ms) };
}

const socket = { bySocket: true, byPoll: false };

describe('Who is online', () => {
  it('is known here at once, and elsewhere when that is heard', async () => {
    const { here, there, list } = twoProcesses();
    expect(here.presence.hasAnyone).toBe(false);
    await here.presence.arrive('a', 'socket');
    expect(here.presence.reachOf('a')).toEqual(socket);
    expect(there.presence.reachOf('a')).toBeUndefined();
    there.catchUp();
    expect(there.presence.reachOf('a')).toEqual(socket);
    expect(list).toHaveLength(1);
  });

  it('is stated once for long, however often somebody comes', async () => {
    const { here, list, pass } = twoProcesses();
    await here.presence.arrive('a', 'socket');
    pass(restateAfterMs);
    await here.presence.arrive('a', 'socket');
    expect(list).toHaveLength(1);
    pass(1);
    await here.presence.renew('a');
    expect(list).toHaveLength(2);
  });

  it('may be reached in two ways, and both are kept', async () => {
    const { here, there } = twoProcesses();
    await here.presence.arrive('a', 'socket');
    await here.presence.arrive('a', 'poll');
    there.catchUp();
    expect(there.presence.reachOf('a')).toEqual({ bySocket: true, byPoll: true });
  });

  it('runs out when it is not stated again', async () => {
    const { here, pass } = twoProcesses();
    await here.presence.arrive('a', 'socket');
    pass(presenceMs);
    expect(here.presence.reachOf('a')).toEqual(socket);
    pass(1);
    expect(here.presence.reachOf('a')).toBeUndefined();
    expect(here.presence.hasAnyone).toBe(false);
  });

  it('goes, and comes back within the same millisecond', async () => {
    const { here, there } = twoProcesses();
    await here.presence.arrive('a', 'socket');
    await here.presence.leave('a');
    there.catchUp();
    expect(there.presence.hasAnyone).toBe(false);
    await here.presence.leave('a');
    await here.presence.arrive('a', 'socket');
    there.catchUp();
    expect(there.presence.reachOf('a')).toEqual(socket);
  });

  it('is waited for until every process can have heard of it, and no longer', async () => {
    const { here, paused, pass } = twoProcesses();
    await here.presence.arrive('a', 'socket');
    pass(500);
    await here.presence.heard('a');
    pass(1_500);
    await here.presence.heard('a');
    expect(paused).toEqual([1_500]);
  });
});
