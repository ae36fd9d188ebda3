// What is held of messages, and what is not.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../gateway/byte-budget.js';
import { withMessage } from '../../gateway/receive-message.js';
import { Turns } from '../../gateway/turns.js';

function dataOf(chunks: readonly string[], isTooLarge = false) {
  return Object.assign(
    (async function* () {
      for (const chunk of chunks) {
        yield Buffer.from(chunk);
      }
    })(),
    { sizeExceeded: isTooLarge },
  );
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heldNow(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'taken',
    ({ responseCode, message }: { readonly responseCode?: number; readonly message: string }) =>
      responseCode ?? message,
  );

describe('A message', () => {
  it('counts as held until it is handed on, and not longer, however that ends', async () => {
    const budget = new ByteBudget(10);
    let left = 0;
    const work = async (message: Buffer) => {
      left = budget.left;
      return String(message);
    };
    expect(await withMessage({ budget, maxBytes: 8 }, dataOf(['ab', 'cd']), work)).toBe('abcd');
    expect(left).toBe(6);
    expect(budget.left).toBe(10);
    const fail = async () => {
      throw new Error('not taken');
    };
    expect(await failure(withMessage({ budget, maxBytes: 8 }, dataOf(['abcd']), fail))).toBe('not taken');
    expect(budget.left).toBe(10);
  });

  it('of many small pieces takes as much as it has bytes, and is what they were', async () => {
    const bytes = 2_097_150;
    const before = heldNow();
    let held = 0;
    const pieces = Object.assign(
      (async function* () {
        for (let sent = 0; sent < bytes; sent += 3) {
          yield Buffer.from(sent % 2 === 0 ? '.\r\n' : 'a\r\n');
        }
        held = heldNow() - before;
      })(),
      { sizeExceeded: false },
    );
    const work = async (message: Buffer) => message;
    const message = await withMessage({ budget: new ByteBudget(bytes), maxBytes: bytes }, pieces, work);
    expect(message.equals(Buffer.from('.\r\na\r\n'.repeat(bytes / 6)))).toBe(true);
    expect(held).toBeLessThan(3 * bytes);
  }, 30_000);

  it('of pieces of any size is what they were', async () => {
    const pieces = [1, 65_535, 65_536, 65_537, 200_000, 0, 7].map((length, at) => String(at).repeat(length));
    const work = async (message: Buffer) => String(message);
    const parts = { budget: new ByteBudget(1_000_000), maxBytes: 1_000_000 };
    expect((await withMessage(parts, dataOf(pieces), work)) === pieces.join('')).toBe(true);
  });

  it('is let go of as soon as it is too large, and answered at its end', async () => {
    const budget = new ByteBudget(100);
    const work = async () => 'taken';
    expect(await failure(withMessage({ budget, maxBytes: 3 }, dataOf(['ab', 'cd', 'ef']), work))).toBe(552);
    expect(await failure(withMessage({ budget, maxBytes: 30 }, dataOf(['ab'], true), work))).toBe(552);
    expect(budget.left).toBe(100);
  });

  it('is refused for a while when all together hold too much, the others are not', async () => {
    const budget = new ByteBudget(6);
    let others = '';
    const inside = async () => {
      others = String(await failure(withMessage({ budget, maxBytes: 10 }, dataOf(['abc']), async () => 'taken')));
      return 'taken';
    };
    expect(await failure(withMessage({ budget, maxBytes: 10 }, dataOf(['abcd']), inside))).toBe('taken');
    expect(others).toBe('452');
    expect(budget.left).toBe(6);
  });
});

describe('Turns', () => {
  it('let so many work at once, the others after them in their order', async () => {
    const turns = new Turns(2);
    const ends: (() => void)[] = [];
    const begun: number[] = [];
    const all = [0, 1, 2, 3].map((index) =>
      turns.take(async () => {
        begun.push(index);
        await new Promise<void>((resolve) => {
          ends.push(resolve);
        });
      }),
    );
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1]);
    ends[0]?.();
    await all[0];
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1, 2]);
    ends[1]?.();
    ends[2]?.();
    await new Promise(setImmediate);
    ends[3]?.();
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3]);
  });
});
