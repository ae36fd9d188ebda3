// What a sweep costs: reads and transactions of what is due, and of nothing else; and memory that does not grow with it.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEntityCounter } from '../../bench/entity-counter.js';
import { plantReceipts, sweepTransactions } from '../../bench/plant-receipts.js';
import { dueIndexStore } from '../../shared/storage/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { settle } from './settle.js';
import { day, resumeTime, stopAllTime } from './stopped-time.js';

const mb = 1_048_576;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let geography: TestGeography;
beforeEach(async () => {
  geography = await startGeography();
});
afterEach(async () => {
  resumeTime();
  await geography?.stop();
});

describe('A sweep of 200,000 entries of which one in a hundred is due', () => {
  it('reads these and nothing else, removes them with their rows, in as many transactions as the formula says', async () => {
    const counter = createEntityCounter();
    const process = await geography.start({ observers: [counter.observe] });
    const now = process.app.clock.now();
    const [count, due] = [200_000, 2_000];
    await plantReceipts(process.app.storage, { name: 'due', count: due, dueMs: now - day, withRows: true });
    await plantReceipts(process.app.storage, { name: 'later', count: count - due, dueMs: now + day, withRows: false });
    // A process looks once whose storage it is.
    await process.app.defaultResource();
    // Not before: planting takes its time.
    stopAllTime();
    const [touched, before] = [counter.touched, process.app.counter.snapshot()];
    await process.app.sweep();
    const counts = process.app.counter.since(before);
    resumeTime();
    const sum = (prefix: string) =>
      Object.entries(counts).reduce((total, [call, calls]) => total + (call.startsWith(prefix) ? calls : 0), 0);
    console.log(`${counter.touched - touched} entities read; ${JSON.stringify(counts)}`);
    expect(counter.touched - touched).toBeLessThanOrEqual(1.05 * due);
    expect(sum('receipts/')).toBe(due / 100);
    expect(sum('dueindex/')).toBe(sweepTransactions(due));
    // Which dead letters are too old say their names, in one list.
    expect(counts['eventdeadletters/blob-list']).toBe(1);
    const others = /^((receipts|dueindex|revocations)\/|eventdeadletters\/blob-list$)/;
    expect(Object.keys(counts).filter((call) => !others.test(call))).toEqual([]);
    expect(counter.mostHeld).toBeLessThanOrEqual(1_000);
    const { rows } = await process.app.storage.table(dueIndexStore).query({ partition: '00', top: 1 });
    expect(rows[0]?.rowKey).toContain('later');
  });
});

describe('A sweep of 50,000 due entries', () => {
  it('needs at most 20 MB more than one of 5,000, and holds at most 1,000 rows at once', async () => {
    const counter = createEntityCounter();
    const process = await geography.start({ observers: [counter.observe] });
    // Once as much as is compared with: a heap that grows to its working size is no cost of more entries.
    await sweepMeasured(process, 5_000);
    const few = await sweepMeasured(process, 5_000);
    const many = await sweepMeasured(process, 50_000);
    console.log(`5,000: ${describeRun(few)}; 50,000: ${describeRun(many)}; ${counter.mostHeld} entries held at most`);
    expect(many.peakMb - few.peakMb).toBeLessThanOrEqual(20);
    expect(counter.mostHeld).toBeLessThanOrEqual(1_000);
  });
});

interface Measured {
  readonly peakMb: number;
  readonly seconds: number;
  readonly sweeps: number;
}

const describeRun = ({ peakMb, seconds, sweeps }: Measured) =>
  `${peakMb.toFixed(0)} MB, ${seconds.toFixed(1)} s in ${sweeps} sweeps`;

/** Sweeps until nothing is due, as the continuing queue messages do. */
async function sweepMeasured(process: TestProcess, count: number): Promise<Measured> {
  await plantReceipts(process.app.storage, {
    name: `due-${count}`,
    count,
    dueMs: process.app.clock.now() - day,
    withRows: true,
  });
  collectGarbage();
  let peak = 0;
  // What is alive, right after collecting: the pages of the process also hold what planting has left.
  const watching = setInterval(() => {
    collectGarbage();
    const { heapUsed, external } = globalThis.process.memoryUsage();
    peak = Math.max(peak, heapUsed + external);
  }, 100);
  const began = performance.now();
  const sweeps = await settle(process);
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watching);
  return { peakMb: peak / mb, seconds, sweeps };
}
