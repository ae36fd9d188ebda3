import { describe, expect, it } from 'vitest';
import { bind, type DataStoreDeclaration, dataStore } from '../../shared/data-map/index.js';
import { dueWorkOf } from '../../shared/retention/due-work.js';
import { sweepOldest } from '../../shared/retention/sweep-oldest.js';
import { describeSweep, SweepTally } from '../../shared/retention/sweep-tally.js';
import { testStore } from '../storage/stores.js';

const moment = { now: 5_000, realNow: 4_000 };

function storeThat(name: string, expired: DataStoreDeclaration<string>['expired']) {
  return bind(dataStore<string>({ ...testStore({ name, medium: 'table' }), expired }), 'what it opens');
}

describe('The sweep', () => {
  it('hands each kind of due work to the store that declares it, with what that store opens and the time', async () => {
    const seen: unknown[] = [];
    const letters = storeThat('letters', {
      due: {
        'drop-letter': async (id, access) => {
          seen.push([id, access]);
          return true;
        },
      },
    });
    const work = dueWorkOf([storeThat('plain', 'Nothing'), letters]);
    expect(await work['drop-letter']?.work(['letter-1'], moment)).toBe(true);
    expect(seen).toEqual([['letter-1', { opened: 'what it opens', ...moment }]]);
    expect(Object.keys(work)).toEqual(['drop-letter']);
  });

  it('hands over together what a store declares so, in the groups that it declares', async () => {
    const seen: unknown[] = [];
    const letters = storeThat('letters', {
      due: {
        'drop-letter': {
          groupOf: (id) => id.slice(0, 1),
          together: async (ids, access) => {
            seen.push([ids, access]);
            return ids.length > 1;
          },
        },
      },
    });
    const work = dueWorkOf([letters])['drop-letter'];
    expect(['a1', 'a2', 'b1'].map((id) => work?.groupOf(id))).toEqual(['a', 'a', 'b']);
    expect(await work?.work(['a1', 'a2'], moment)).toBe(true);
    expect(await work?.work(['b1'], moment)).toBe(false);
    const access = { opened: 'what it opens', ...moment };
    expect(seen).toEqual([
      [['a1', 'a2'], access],
      [['b1'], access],
    ]);
  });

  it('keeps the first 20 failures and counts the rest', () => {
    const tally = new SweepTally();
    for (let n = 0; n < 30; n++) {
      tally.addFailure(n % 2 === 0 ? 'even' : 'odd', n, 100);
    }
    expect(tally.failures).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(tally.failed).toBe(3_000);
  });

  it('is refused when two stores own one kind of due work', () => {
    const stores = ['letters', 'parcels'].map((name) => storeThat(name, { due: { drop: async () => true } }));
    expect(() => dueWorkOf(stores)).toThrow('declared twice, the second time by parcels');
  });

  it('removes rows in the order of their time until none is due, and counts them under the name of the store', async () => {
    const steps = [
      { removed: 100, oldestOverdueMs: 61_000 },
      { removed: 7, oldestOverdueMs: 2_000 },
      { removed: 0, oldestOverdueMs: 0 },
    ];
    const diary = storeThat('diary', {
      inOrderOfTime: async () => steps.shift() ?? { removed: 0, oldestOverdueMs: 0 },
    });
    const tally = new SweepTally();
    await sweepOldest(diary, moment, () => true, tally);
    expect(steps).toEqual([]);
    expect(describeSweep(tally)).toBe('Sweep: diary: 107 due, 107 done, 0 failed, oldest 61 s; oldest overdue 61 s.');
  });

  it('says that there is more when time runs out between two steps, and notes what fails', async () => {
    const endless = storeThat('endless', { inOrderOfTime: async () => ({ removed: 1, oldestOverdueMs: 0 }) });
    const broken = storeThat('broken', { inOrderOfTime: () => Promise.reject(new Error('no')) });
    const tally = new SweepTally();
    await sweepOldest(endless, moment, () => false, tally);
    await sweepOldest(broken, moment, () => true, tally);
    expect(tally).toMatchObject({ hasMore: true, failures: [new Error('no')] });
    expect(describeSweep(tally)).toMatch(/endless: 1 due, 1 done.*broken: 0 due, 0 done, 1 failed.*more to do\.$/);
  });

  it('says so when nothing was due', () => {
    expect(describeSweep(new SweepTally())).toBe('Sweep: nothing was due; oldest overdue 0 s.');
  });
});
