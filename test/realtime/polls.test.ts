import { describe, expect, it } from 'vitest';
import { Cursor } from '../../shared/realtime/cursor.js';
import { lookEveryMs, maxBeside } from '../../shared/realtime/limits.js';
import type { LiveNotice } from '../../shared/realtime/model.js';
import type { Pointer } from '../../shared/realtime/pointers.js';
import { Polls } from '../../shared/realtime/polls.js';

const notice = (threadId: string): LiveNotice => ({
  kind: 'typing',
  threadId,
  sender: 's',
  senderDisplayName: '',
  on: 0,
});

function pollsOf() {
  const stored: Pointer[] = [];
  const failures: unknown[] = [];
  const pauses: { ms: number; go: () => void }[] = [];
  const control: { beforeLook?: () => void; reads: number; asked: string[]; tells?: LiveNotice } = {
    reads: 0,
    asked: [],
  };
  const polls = new Polls({
    clock: { now: () => 0, realNow: () => 0, monotonic: () => 0 },
    pointers: {
      before: () => '',
      behind: async (place) => {
        const found = stored.filter((pointer) => pointer.place > place);
        control.beforeLook?.();
        return found;
      },
    },
    userOf: (rawId) => `user ${rawId}`,
    // Each log is of one person.
    read: async ({ key }, isWanted) => {
      control.reads += 1;
      control.asked.push('read');
      return isWanted(key) ? [{ rawId: key, notices: [control.tells ?? notice(key)] }] : [];
    },
    catchUp: async () => void control.asked.push('catchUp'),
    pause: (ms) => new Promise((go) => pauses.push({ ms, go })),
    reportFailure: (failure) => void failures.push(failure),
  });
  const pass = async (ms: number) => {
    for (const pause of pauses.splice(0).filter((each) => each.ms === ms || !pauses.push(each))) {
      pause.go();
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { polls, stored, control, pass, failures };
}
const pointer = (place: string, key: string): Pointer => ({ place, key, first: 1, last: 1 });
const soon = () => new Promise((resolve) => setImmediate(resolve));

const isAlive = () => true;

describe('A poll', () => {
  it('is refused when its token was revoked right before it was held', async () => {
    const { polls, stored } = pollsOf();
    stored.push(pointer('1', 'a'));
    expect(await polls.next('a', Cursor.at('0'), () => false)).toMatchObject({ notices: [], isRefused: true });
  });

  it('is not told of more at once than can be read; the rest is found by the next look', async () => {
    const { polls, control, stored, pass } = pollsOf();
    const outcome = polls.next('a', Cursor.at('0'), isAlive);
    await soon();
    const before = control.reads;
    for (let place = 1; place <= maxBeside; place++) {
      polls.note(pointer(String(place), 'b'));
    }
    polls.note(pointer('last', 'a'));
    expect(control.reads - before).toBe(maxBeside);
    stored.push(pointer('last', 'a'));
    await pass(lookEveryMs);
    expect((await outcome).notices).toEqual([notice('a')]);
    const next = polls.next('a', Cursor.at('last'), isAlive);
    await soon();
    polls.note(pointer('now', 'a'));
    expect((await next).notices).toEqual([notice('a')]);
  });

  it('is answered at once with what was put since the one before', async () => {
    const { polls, stored } = pollsOf();
    stored.push(pointer('1', 'a'), pointer('2', 'b'), pointer('3', 'a'));
    expect(await polls.next('a', Cursor.at('1'), isAlive)).toMatchObject({ notices: [notice('a')] });
    expect(await polls.next('a', Cursor.at('0'), isAlive)).toMatchObject({ notices: [notice('a'), notice('a')] });
  });

  it('is held, and woken by what this process puts', async () => {
    const { polls } = pollsOf();
    const held = polls.next('a', Cursor.at('1'), isAlive);
    await soon();
    polls.note(pointer('2', 'b'));
    await soon();
    polls.note(pointer('3', 'a'));
    expect(await held).toMatchObject({ notices: [notice('a')] });
  });

  it('is woken within a second by what another process has put', async () => {
    const { polls, stored, pass } = pollsOf();
    const held = polls.next('a', Cursor.at('1'), isAlive);
    await soon();
    stored.push(pointer('2', 'a'));
    await pass(1_000);
    expect(await held).toMatchObject({ notices: [notice('a')] });
  });

  it('misses nothing that is put while it looks for what it has missed', async () => {
    const { polls, stored, control } = pollsOf();
    control.beforeLook = () => {
      delete control.beforeLook;
      stored.push(pointer('2', 'a'));
      polls.note(pointer('2', 'a'));
    };
    expect(await polls.next('a', Cursor.at('1'), isAlive)).toMatchObject({ notices: [notice('a')] });
  });

  it('is told of what comes late from another process, once, and of nothing from before its connection', async () => {
    const { polls, stored } = pollsOf();
    stored.push(pointer('1', 'a'), pointer('5', 'a'));
    const { notices, cursor } = await polls.next('a', Cursor.at('2'), isAlive);
    expect(notices).toHaveLength(1);
    stored.push(pointer('4', 'a'));
    const later = await polls.next('a', Cursor.read(cursor.text), isAlive);
    expect(later.notices).toHaveLength(1);
    const held = polls.next('a', Cursor.read(later.cursor.text), isAlive);
    await soon();
    polls.stop();
    expect((await held).notices).toEqual([]);
  });

  it('ends when its time is over, and remembers what was not for it', async () => {
    const { polls, pass } = pollsOf();
    const held = polls.next('a', Cursor.at('1'), isAlive);
    await soon();
    polls.note(pointer('2', 'b'));
    await soon();
    await pass(25_000);
    const { notices, cursor } = await held;
    expect(notices).toEqual([]);
    expect(cursor.isBehind('2')).toBe(false);
  });

  it('is told of what stands in no log, also between two of them', async () => {
    const { polls } = pollsOf();
    const first = polls.next('a', Cursor.at('1'), isAlive);
    await soon();
    polls.tell(['a', 'b'], notice('x'));
    expect(await first).toMatchObject({ notices: [notice('x')] });
    polls.tell(['a'], notice('y'));
    expect(await polls.next('a', Cursor.at('1'), isAlive)).toMatchObject({ notices: [notice('y')] });
  });

  it('is told of what another process has put by what is announced by then', async () => {
    const { polls, stored, pass, control } = pollsOf();
    const held = polls.next('a', Cursor.at('1'), isAlive);
    await soon();
    stored.push(pointer('2', 'a'));
    await pass(1_000);
    await held;
    expect(control.asked).toEqual(['catchUp', 'read']);
  });

  it('leaves nothing behind that is looked for once nobody polls', async () => {
    const { polls, pass, control } = pollsOf();
    const held = polls.next('a', Cursor.at('1'), isAlive);
    await soon();
    polls.stop();
    await held;
    await pass(1_000);
    expect(control.asked).toEqual([]);
  });

  it('is not told who was typing in a thread of which its user was removed meanwhile', async () => {
    const { polls, stored, control } = pollsOf();
    const first = polls.next('a', Cursor.at('1'), isAlive);
    await soon();
    polls.tell(['a'], notice('x'));
    await first;
    polls.tell(['a'], notice('x'));
    polls.tell(['a'], notice('y'));
    const removed = { threadId: 'x', createdOn: 0, on: 0, by: undefined, people: [{ id: 'a' }] };
    control.tells = { kind: 'participantsRemoved', ...removed };
    stored.push(pointer('2', 'a'));
    const { notices } = await polls.next('a', Cursor.at('1'), isAlive);
    expect(notices).toEqual([control.tells, notice('y')]);
  });

  it('ends at once when its client hangs up, also right before it is held', async () => {
    const { polls } = pollsOf();
    const client = new AbortController();
    const held = polls.next('a', Cursor.at('1'), isAlive, client.signal);
    await soon();
    client.abort();
    expect((await held).notices).toEqual([]);
    expect((await polls.next('a', Cursor.at('1'), isAlive, client.signal)).notices).toEqual([]);
  });

  it('is refused when its token dies, and ends with the process', async () => {
    const { polls } = pollsOf();
    const [one, other] = [polls.next('a', Cursor.at('1'), isAlive), polls.next('b', Cursor.at('1'), isAlive)];
    await soon();
    polls.refuse('user a');
    expect(await one).toMatchObject({ isRefused: true });
    polls.stop();
    expect(await other).toMatchObject({ notices: [] });
  });
});
