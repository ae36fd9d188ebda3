// P8: the retention sweep: what it reads and does when one entry in a hundred is due, against a scan of everything; and how
// fast it deletes, against bare transactions of a hundred deletions.
import { startAzurite } from '../../emulator/azurite/azurite.js';
import { newStorageAccount } from '../../emulator/azurite/storage-account.js';
import { compose, type ComposedApp } from '../../functions/compose.js';
import { readConfig } from '../../functions/config.js';
import { receipts } from '../../shared/privacy/index.js';
import { appSettings } from '../adapter-target.js';
import type { RunOptions } from '../case.js';
import { createEntityCounter, type EntityCounter } from '../entity-counter.js';
import { compare, ratioOf } from '../interleave.js';
import { plantReceipts, sweepTransactions } from '../plant-receipts.js';
import type { Result } from '../result.js';
import { rateOf, type Sample } from '../sample.js';
import { medianOf } from '../statistics.js';

const entries = 200_000;
const dueEntries = 2_000;
/** A page of a scan. */
const pageRows = 1_000;
/** What one slice deletes. */
const sliceItems = 400;
const dayMs = 24 * 60 * 60_000;

export async function sweepResults(options: RunOptions): Promise<Result[]> {
  options.progress('P8: starting');
  const azurite = await startAzurite({ account: newStorageAccount('europe'), label: 'the benchmark' }, () => undefined);
  const counter = createEntityCounter();
  const config = readConfig(appSettings(azurite.connectionString));
  const app = await compose(config, { reportFailure: () => undefined, observers: [counter.observe] });
  try {
    await app.eraseEverything();
    const rate = await deletionRate(app, options);
    await app.eraseEverything();
    return [...(await costOfSweep(app, counter, options)), rate];
  } finally {
    await app.storage.close();
    azurite.child.stop();
    await azurite.child.gone;
  }
}

async function costOfSweep(app: ComposedApp, counter: EntityCounter, { progress }: RunOptions): Promise<Result[]> {
  progress(`P8: planting ${entries} entries`);
  const now = app.clock.now();
  await plantReceipts(app.storage, { name: 'due', count: dueEntries, dueMs: now - dayMs, withRows: true });
  const later = { name: 'later', count: entries - dueEntries, dueMs: now + dayMs, withRows: false };
  await plantReceipts(app.storage, later);
  progress('P8: sweeping');
  const [touched, before] = [counter.touched, app.counter.snapshot()];
  await app.sweep();
  const counts = app.counter.since(before);
  const read = counter.touched - touched;
  // On a machine so busy that one sweep did not come through, the figures are not those of one sweep.
  const isVoid = (await app.overdueMs()) > 0;
  const transactions = Object.entries(counts)
    .filter(([call]) => !call.startsWith('revocations/'))
    .reduce((sum, [, count]) => sum + count, 0);
  const what = `sweep of ${entries} entries, 1 % due`;
  return [
    {
      case: 'P8',
      what: `${what}: entities read, for each that is due and its row`,
      unit: 'entities',
      ours: read / (2 * dueEntries),
      baseline: entries / (2 * dueEntries),
      goal: { kind: 'at most', value: 1.05 },
      isVoid,
      isGated: true,
    },
    {
      case: 'P8',
      what: `${what}: storage`,
      unit: 'transactions',
      ours: transactions,
      baseline: entries / pageRows + 2 * dueEntries,
      // Two a receipt: it is asked, and removed.
      goal: { kind: 'exactly', value: sweepTransactions(dueEntries) + 2 * dueEntries },
      isVoid,
      isGated: true,
    },
  ];
}

async function deletionRate(app: ComposedApp, { slices, sliceMs, progress }: RunOptions): Promise<Result> {
  let planted = 0;
  const plant = async (): Promise<string> => {
    const name = `slice${planted++}`;
    const dueMs = app.clock.now() - dayMs;
    await plantReceipts(app.storage, { name, count: sliceItems, dueMs, withRows: true });
    return name;
  };
  const compared = await compare({
    ours: {
      sweep: async () => {
        await plant();
        return timed(() => app.sweep());
      },
    },
    baseline: async () => {
      const name = await plant();
      const sample = await timed(() => removeRaw(app, name));
      // Its entries lead to nothing now, and must not be the next slice's work.
      await app.sweep();
      return sample;
    },
    slices,
    sliceMs,
    repeatsVoid: false,
    progress: (text) => progress(`P8, deletions: ${text}`),
  });
  return {
    case: 'P8',
    what: `sweep of ${sliceItems} due receipts, against transactions of 100 deletions`,
    unit: 'items/s',
    ours: medianOf(compared.rounds.map(({ ours }) => rateOf(ours['sweep'] as Sample))),
    baseline: medianOf(compared.rounds.flatMap(({ baseline }) => baseline.map(rateOf))),
    ratio: ratioOf(compared, 'sweep', rateOf),
    noise: compared.noise,
    isVoid: compared.isVoid,
    isGated: false,
  };
}

async function removeRaw({ storage }: ComposedApp, name: string): Promise<void> {
  const table = storage.table(receipts);
  for (let hundred = 0; hundred < sliceItems / 100; hundred++) {
    const partition = `${name}-${hundred}`;
    const { rows } = await table.query({ partition, select: [] });
    await table.transaction(
      partition,
      rows.map(({ rowKey }) => ({ kind: 'remove', rowKey })),
    );
  }
}

async function timed(work: () => Promise<void>): Promise<Sample> {
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  return { operations: sliceItems, seconds, p50Ms: Number.NaN };
}
