// Restoring an expired thread in the moment in which a sweep closes it: every order of their storage calls that can be had
// by letting one run to its end before a call of the other.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallObserver } from '../../shared/storage/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { days, expiredThread, none, read, restore, threadWith } from './scene.js';
import { settle } from './settle.js';
import { day, hour, minute, moveTo, resumeTime, second, stopTime } from './stopped-time.js';

let geography: TestGeography;
let process: TestProcess;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());
beforeEach(async () => {
  stopTime();
  process = await geography.start();
});
afterEach(async () => {
  expect(process.failures).toEqual([]);
  await process.close();
  resumeTime();
});

/** Does `meanwhile` just before this process's `number`th call of storage. */
function interruptedAt(number: () => number, meanwhile: () => Promise<unknown>): CallObserver {
  let calls = 0;
  return async (_call, send) => {
    if (number() > 0 && ++calls === number()) {
      await meanwhile();
    }
    return send();
  };
}

describe('Restoring in the moment of the final purge', () => {
  /** A thread whose window ends now, for one of two instances whose clocks are a second apart. */
  async function race(number: number, outer: 'sweep' | 'restore'): Promise<{ isRestored: boolean; isOver: boolean }> {
    const scene = await threadWith(process, days(30));
    const end = scene.createdOn + 60 * day;
    moveTo(process, end - hour);
    await settle(process);
    let status = 0;
    let isOver = true;
    let armed = 0;
    const inTime = async (by: TestProcess) => {
      status = await restore(by, scene, none);
    };
    const sweepNow = (by: TestProcess) => by.app.sweep();
    const inner = await geography.start();
    const interruption = interruptedAt(
      () => armed,
      async () => {
        isOver = false;
        await (outer === 'sweep' ? inTime(inner) : sweepNow(inner));
      },
    );
    const interrupted = await geography.start({ observers: [interruption] });
    moveTo(inner, outer === 'sweep' ? end - second : end);
    moveTo(interrupted, outer === 'sweep' ? end : end - second);
    // The resource and the revoked tokens are known by then.
    await interrupted.call('chat-list-expired-threads');
    armed = number;
    await (outer === 'sweep' ? sweepNow(interrupted) : inTime(interrupted));
    moveTo(process, end + 15 * minute);
    await settle(process);
    const isRestored = status === 204;
    if (!isRestored && !isOver) {
      expect(status).toBe(404);
    }
    expect(await read(process, scene)).toBe(isRestored ? 200 : 403);
    expect(await expiredThread(process, scene)).toBeUndefined();
    const { hits } = await scanStorage(geography.connectionString, [scene.key]);
    const stores = new Set(hits.map(({ store }) => store.replace(/\d+$/, '')));
    expect([...stores].sort()).toEqual(isRestored ? ['chatthreads', 'chatuserindex'] : []);
    moveTo(process, scene.createdOn);
    await Promise.all([inner.close(), interrupted.close()]);
    return { isRestored, isOver };
  }

  it.each(['sweep', 'restore'] as const)(
    'is won by exactly one, whichever call of the %s the other comes before',
    async (outer) => {
      const won = { restored: 0, purged: 0 };
      for (let number = 1; number < 200; number++) {
        const { isRestored, isOver } = await race(number, outer);
        if (isOver) {
          break;
        }
        won[isRestored ? 'restored' : 'purged'] += 1;
      }
      console.log(`A ${outer} interrupted: ${won.restored} restored, ${won.purged} purged`);
      expect(won.restored).toBeGreaterThan(0);
      expect(won.purged).toBeGreaterThan(0);
    },
  );
});
