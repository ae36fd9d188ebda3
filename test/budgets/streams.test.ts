// How slowly, and how fast, a stream may move.
import { describe, expect, it } from 'vitest';
import { MovementFloor, PaceCeiling, TooSlow } from '../../shared/budgets/index.js';

/** Time that is moved by hand, and what is to run in it. */
function handMoved() {
  let now = 0;
  const waiting = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    monotonic: () => now,
    later: (ms: number, run: () => void) => {
      const timer = { at: now + ms, run };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
    moveTo: async (next: number) => {
      now = next;
      for (const timer of waiting) {
        if (timer.at <= now) {
          waiting.delete(timer);
          timer.run();
        }
      }
      await Promise.resolve();
    },
  };
}

const figures = { bytesPerSecond: 1_000, forMs: 10_000 };
const never = new Promise<never>(() => undefined);
const nothing = Symbol('nothing');

async function outcomeOf(step: Promise<unknown>): Promise<unknown> {
  return Promise.race([
    step.catch((failure: unknown) => failure),
    // Behind every promise that is settled already.
    new Promise((resolve) => {
      setImmediate(resolve, nothing);
    }),
  ]);
}

describe('A stream', () => {
  it('that stands still is ended when its time is up', async () => {
    const time = handMoved();
    const waited = new MovementFloor(figures, time).within(never);
    await time.moveTo(9_999);
    expect(await outcomeOf(waited)).toBe(nothing);
    await time.moveTo(10_000);
    expect(await outcomeOf(waited)).toBeInstanceOf(TooSlow);
  });

  it('that trickles is ended, though each piece comes soon', async () => {
    const time = handMoved();
    const floor = new MovementFloor(figures, time);
    let pieces = 0;
    let ended: unknown;
    for (let second = 1; ended === undefined && second < 60; second++) {
      let arrive: (bytes: number) => void = () => undefined;
      const piece = new Promise<number>((resolve) => {
        arrive = resolve;
      });
      const waited = floor.within(piece);
      await time.moveTo(second * 1_000);
      arrive(100);
      const outcome = await outcomeOf(waited);
      if (outcome instanceof TooSlow) {
        ended = outcome;
      } else {
        floor.moved(100);
        pieces += 1;
      }
    }
    expect(ended).toBeInstanceOf(TooSlow);
    // 900 ms of its ten seconds go with each.
    expect(pieces).toBe(10);
  });

  it('that moves as fast as the floor goes on for ever, but gains nothing for later', async () => {
    const time = handMoved();
    const floor = new MovementFloor(figures, time);
    for (let second = 1; second <= 100; second++) {
      let arrive: () => void = () => undefined;
      const waited = floor.within(
        new Promise<void>((resolve) => {
          arrive = resolve;
        }),
      );
      await time.moveTo(second * 1_000);
      arrive();
      await waited;
      floor.moved(5_000);
    }
    const waited = floor.within(never);
    await time.moveTo(109_999);
    expect(await outcomeOf(waited)).toBe(nothing);
    await time.moveTo(110_000);
    expect(await outcomeOf(waited)).toBeInstanceOf(TooSlow);
  });

  it('is not slow while it is we who hold it back', async () => {
    const time = handMoved();
    const floor = new MovementFloor(figures, time);
    await floor.within(Promise.resolve());
    await time.moveTo(3_600_000);
    expect(await floor.within(Promise.resolve('more'))).toBe('more');
  });

  it('may be waited for no longer than there is time for all of it', async () => {
    const time = handMoved();
    const waited = new MovementFloor(figures, time).within(never, 500);
    await time.moveTo(500);
    expect(await outcomeOf(waited)).toBeInstanceOf(TooSlow);
  });

  it('moves at once what is little, and no more than so much a second after that', async () => {
    const time = handMoved();
    const pauses: number[] = [];
    const ceiling = new PaceCeiling(
      { bytesPerSecond: 1_000, burstBytes: 3_000 },
      {
        monotonic: time.monotonic,
        pause: async (ms) => {
          pauses.push(ms);
          await time.moveTo(time.monotonic() + ms);
        },
      },
    );
    for (let piece = 0; piece < 10; piece++) {
      await ceiling.moved(1_000);
    }
    expect(pauses).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
    await time.moveTo(60_000);
    expect(ceiling.moved(3_000)).toBeUndefined();
  });
});
