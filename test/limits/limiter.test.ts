import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../shared/http/fault.js';
import {
  both,
  Limiter,
  perResource,
  perUser,
  type Rate,
  rateLimits,
  readProfile,
  user as userScope,
  type WindowName,
} from '../../shared/api/limits/index.js';
import type { TokenScope } from '../../shared/auth/index.js';
import { chatRateLimits } from '../../shared/chat/index.js';
import type { Resource } from '../../shared/geography/index.js';
import { windowMs } from '../../shared/api/limits/rate.js';
import { resource as resourceScope } from '../../shared/api/limits/scope.js';
import { perThread, perUserAndThread, thread as threadScope } from './thread-rates.js';

const resource = (immutableId: string): Resource => ({
  name: 'contoso',
  immutableId,
  geography: 'europe',
  keyGenerations: { primary: 1, secondary: 1 },
  masterSecretVersion: 1,
});

interface Call {
  readonly user?: string;
  readonly thread?: string;
  readonly on?: string;
}

/** A limiter with one budget of these rates, and a clock set by hand. */
function limiterOf(rates: readonly Rate[], maxKeys?: number) {
  const { budget } = rateLimits('test', { budget: rates }, [userScope, threadScope]);
  const clock = { ms: 1_000, monotonic: () => clock.ms };
  const limiter = new Limiter(clock, readProfile('acs', [budget]), maxKeys);
  /** 0 when admitted, else the seconds to wait. */
  const call = ({ user = 'ada', thread = 'one', on = 'home' }: Call = {}): number =>
    secondsOf(() =>
      limiter.admit(budget, {
        resource: resource(on),
        caller: { kind: 'user', rawId: user, scopes: new Set() },
        params: { chatThreadId: thread },
      }),
    );
  return { limiter, clock, call, budget };
}

function secondsOf(admit: () => void): number {
  try {
    admit();
    return 0;
  } catch (error) {
    if (!(error instanceof Fault)) {
      throw error;
    }
    expect(error.entry).toMatchObject({ status: 429, code: 'TooManyRequests', message: 'Rate limit exceeded.' });
    expect(Object.keys(error.extras)).toEqual(['retryAfterSeconds']);
    return error.extras.retryAfterSeconds ?? Number.NaN;
  }
}

const weekSeconds = 7 * 24 * 3_600;
const windowNames = Object.keys(windowMs) as WindowName[];

const times = (count: number, call: () => number) => Array.from({ length: count }, call);

describe('the limiter', () => {
  it('says how many whole seconds to wait, at least one', () => {
    const { call, clock } = limiterOf([perUser(1, '10s')]);
    expect(call()).toBe(0);
    expect(call()).toBe(10);
    clock.ms += 0.9;
    expect(call()).toBe(10);
    clock.ms += 4_000;
    expect(call()).toBe(6);
    clock.ms += 5_999;
    expect(call()).toBe(1);
    clock.ms += 1;
    expect(call()).toBe(0);
  });

  it('never asks for more seconds than the window has, whatever fractions the clock shows', () => {
    for (let n = 0; n < 200; n += 1) {
      const { call, clock } = limiterOf([perUser(1, '10s')]);
      clock.ms = n * 1017.3;
      expect([call(), call()]).toEqual([0, 10]);
    }
  });

  it('counts nothing for a call that it refuses', () => {
    const { call, clock } = limiterOf([perThread(2, '10s'), perThread(3, '1m')]);
    expect(times(50, call).filter((seconds) => seconds === 0)).toHaveLength(2);
    clock.ms += 10_000;
    expect(times(50, call).filter((seconds) => seconds === 0)).toHaveLength(1);
    expect(call()).toBe(50);
  });

  it('counts a call in all of its rates or in none', () => {
    const { call, clock } = limiterOf([perUser(5, '10s'), perThread(1, '1m')]);
    expect(call()).toBe(0);
    // Refused by the thread's rate: these must not use up what the user has left.
    expect(times(20, call)).toEqual(times(20, () => 60));
    expect(['two', 'three', 'four', 'five'].map((thread) => call({ thread }))).toEqual([0, 0, 0, 0]);
    expect(call({ thread: 'six' })).toBe(10);
    // Refused by the user's rate: the sixth thread is untouched.
    expect(call({ user: 'bob', thread: 'six' })).toBe(0);
    clock.ms += 10_000;
    expect(call({ thread: 'six' })).toBe(50);
  });

  it.each([[[perUser(1, '10s'), perThread(1, '1m')]], [[perThread(1, '1m'), perUser(1, '10s')]]])(
    'names the longest wait when several rates refuse: %j',
    (rates) => {
      const { call, clock } = limiterOf(rates);
      call();
      expect(call()).toBe(60);
      clock.ms += 10_000;
      expect(call({ thread: 'two' })).toBe(0);
      clock.ms += 45_000;
      expect(call()).toBe(5);
      expect(call({ user: 'bob', thread: 'two' })).toBe(15);
    },
  );

  it.each([
    [perResource(1, '10s'), { ada: 10, bob: 10, otherThread: 10 }],
    [perUser(1, '10s'), { ada: 10, bob: 0, otherThread: 10 }],
    [perThread(1, '10s'), { ada: 10, bob: 10, otherThread: 0 }],
    [perUserAndThread(1, '10s'), { ada: 10, bob: 0, otherThread: 0 }],
  ])('counts together what its scope counts together: $per.name', (rate, expected) => {
    const after = (next: Call) => {
      const { call } = limiterOf([rate]);
      call();
      return call(next);
    };
    expect({ ada: after({}), bob: after({ user: 'bob' }), otherThread: after({ thread: 'two' }) }).toEqual(expected);
    expect(after({ on: 'another resource' })).toBe(0);
  });

  it('does not let one budget use up another', () => {
    const clock = { monotonic: () => 0 };
    const limiter = new Limiter(clock, readProfile('acs', Object.values(chatRateLimits)));
    const subject = {
      resource: resource('home'),
      caller: { kind: 'user', rawId: 'ada', scopes: new Set<TokenScope>() },
      params: { chatThreadId: 'one' },
    } as const;
    const { changeMessages, changeParticipants } = chatRateLimits;
    expect(times(11, () => secondsOf(() => limiter.admit(changeMessages, subject))).at(-1)).toBe(10);
    expect(secondsOf(() => limiter.admit(changeParticipants, subject))).toBe(0);
  });

  it('remembers a bounded number of callers, and forgets the one silent for longest', () => {
    const { call, limiter } = limiterOf([perUser(1, '1h')], 100);
    call({ user: 'silent' });
    for (let n = 0; n < 1_000; n += 1) {
      call({ user: `user ${n}` });
      call({ user: 'busy' });
    }
    expect(limiter.size).toBe(100);
    expect(call({ user: 'busy' })).toBeGreaterThan(0);
    expect(call({ user: 'silent' })).toBe(0);
  });

  it('keeps nothing of a caller that it refuses', () => {
    const { call, limiter } = limiterOf([perResource(1, '10s'), perThread(1, '10s')]);
    call();
    times(50, () => call({ thread: String(limiter.size + Math.random()) }));
    expect(limiter.size).toBe(2);
  });

  it('does not forget a week because of a busy minute', () => {
    const { call } = limiterOf([perThread(1, '10s'), perUser(200, '7d')], 100);
    for (let n = 0; n < 200; n += 1) {
      expect(call({ thread: `of ada ${n}` })).toBe(0);
    }
    for (let n = 0; n < 150; n += 1) {
      expect(call({ user: 'bob', thread: `of bob ${n}` })).toBe(0);
    }
    expect(call({ thread: 'another' })).toBe(weekSeconds);
  });

  it.each([
    ['1d', 86_400],
    ['7d', weekSeconds],
  ] as const)('says to the second when a window of %s has room again', (window, seconds) => {
    const { call, clock } = limiterOf([perUser(2, window)]);
    expect(call()).toBe(0);
    clock.ms += 3_600_000;
    expect([call(), call()]).toEqual([0, seconds - 3_600]);
    clock.ms += (seconds - 3_600) * 1_000 - 1;
    expect(call()).toBe(1);
    clock.ms += 1;
    expect([call(), call()]).toEqual([0, 3_600]);
  });

  it('starts anew with other figures', () => {
    const { call, limiter, budget } = limiterOf([perUser(1, '10s')]);
    call();
    limiter.setProfile(
      readProfile({ base: 'acs', 'test.budget': [{ per: 'user', count: 2, window: '10s' }] }, [budget]),
    );
    expect(times(3, call)).toEqual([0, 0, 10]);
    limiter.setProfile(readProfile({ 'test.budget': [] }, [budget]));
    expect(times(3, call)).toEqual([0, 0, 0]);
  });

  it('refuses to run with a budget that its profile does not know', () => {
    const { limiter } = limiterOf([]);
    const subject = { resource: resource('home'), caller: undefined, params: {} };
    expect(() => limiter.admit(rateLimits('test', { unknown: [] }).unknown, subject)).toThrow('lacks test.unknown');
  });

  it('admits whoever waited as long as it said, when nobody else comes', () => {
    const rates = fc.array(
      fc.record({
        per: fc.constantFrom(resourceScope, userScope, threadScope, both(userScope, threadScope)),
        count: fc.integer({ min: 1, max: 60 }),
        window: fc.constantFrom(...windowNames),
      }),
      { maxLength: 5 },
    );
    const calls = fc.array(
      fc.record({
        wait: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 9_000, noNaN: true })),
        user: fc.constantFrom('ada', 'bob'),
        thread: fc.constantFrom('one', 'two'),
      }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(rates, calls, (given, made) => {
        const { call, clock } = limiterOf(given);
        for (const { wait, ...next } of made) {
          clock.ms += wait;
          const seconds = call(next);
          if (seconds === 0) {
            continue;
          }
          expect(Number.isInteger(seconds)).toBe(true);
          clock.ms += seconds * 1_000;
          expect(call(next)).toBe(0);
        }
      }),
      { numRuns: 150 },
    );
  });
});
