// `GET /health`: what it costs, and what it tells whom.
import { describe, expect, it } from 'vitest';
import { HealthLook } from '../../functions/health-look.js';
import { answerHealth } from '../../functions/platform/health.js';
import { figure } from '../../shared/budgets/index.js';

/** Capabilities whose looks are counted, and end when they are let. */
function start() {
  const time = { monotonic: 0 };
  const looks: ((trouble?: string) => void)[] = [];
  const failures: unknown[] = [];
  const late: (() => void)[] = [];
  const health = new HealthLook({
    clock: { monotonic: () => time.monotonic },
    capabilities: [
      {
        health: () =>
          new Promise((resolve, reject) => {
            looks.push((trouble) => {
              if (trouble === 'broken') {
                reject(new Error(trouble));
              } else {
                resolve({ facts: { overdueSeconds: 7 }, troubles: trouble === undefined ? [] : [trouble] });
              }
            });
          }),
      },
      {},
    ],
    reportFailure: (failure) => failures.push(failure),
    later: (_ms, run) => {
      late.push(run);
      return () => void late.splice(late.indexOf(run), 1);
    },
  });
  return { health, looks, time, failures, late };
}

describe('What GET /health says', () => {
  it('is one look at a time, whoever asks, and the next one ten seconds later', async () => {
    const { health, looks, time } = start();
    const asked = Array.from({ length: 50 }, () => health.report());
    expect(looks).toHaveLength(1);
    looks[0]?.('Something is overdue.');
    for (const report of await Promise.all(asked)) {
      expect(report).toMatchObject({ isHealthy: false, troubles: ['Something is overdue.'] });
    }
    time.monotonic = figure('healthLook') - 1;
    await health.report();
    expect(looks).toHaveLength(1);
    time.monotonic += 1;
    const next = health.report();
    expect(looks).toHaveLength(2);
    looks[1]?.();
    expect(await next).toMatchObject({ isHealthy: true });
  });

  it('is looked at anew when the clock was moved, also while a look is under way', async () => {
    const { health, looks } = start();
    const before = health.report();
    health.forget();
    const after = health.report();
    expect(looks).toHaveLength(2);
    looks[1]?.('New.');
    looks[0]?.('Old.');
    expect(await Promise.all([before, after])).toMatchObject([{ troubles: ['Old.'] }, { troubles: ['New.'] }]);
    expect(await health.report()).toMatchObject({ troubles: ['New.'] });
  });

  it('is not healthy while what is kept cannot be looked at, or a look does not end; and that is no second look', async () => {
    const { health, looks, failures, late } = start();
    const hanging = health.report();
    late[0]?.();
    expect(await hanging).toMatchObject({ isHealthy: false });
    const again = health.report();
    expect(looks).toHaveLength(1);
    looks[0]?.('broken');
    expect(await again).toMatchObject({ isHealthy: false, facts: {} });
    expect(failures).toHaveLength(1);
    // Kept as any other: who asks again and again does not make a broken storage work.
    await health.report();
    expect(looks).toHaveLength(1);
  });

  it.each([
    [true, { status: 'unhealthy', overdueSeconds: 7, troubles: ['Late.'] }],
    [false, { status: 'unhealthy' }],
  ])('is told in full to who may know it, and to others whether it is healthy (%s)', async (mayKnow, told) => {
    const report = { isHealthy: false, facts: { overdueSeconds: 7 }, troubles: ['Late.'] };
    const asked = { health: { report: async () => report }, mayKnowHealth: async () => mayKnow };
    expect(await answerHealth(asked, () => undefined)).toEqual({ status: 503, jsonBody: told });
  });
});
