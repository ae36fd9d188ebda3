// P8: the retention sweep: what it reads and does when one entry in a hundred is due, against a scan of everything; and how
// fast it deletes, against bare transactions of a hundred deletions.
import { startAzurite } from '../../emulator/azurite/azurite.js';
import { newStorageAccount } from '../../emulator/azurite/storage-account.js';
import { compose, type ComposedApp } from '../../functions/compose.js';
import { readConfig } from '../../functions/config.js';
import { receipts } from '../../shared/privacy/index.js';
import { dueBuckets, dueIndexStore, encodeTime, type Table, type TableAction } from '../../shared/storage/index.js';
import { appSettings } from '../adapter-target.js';
import type { RunOptions } from '../case.js';
import { createEntityCounter, type EntityCounter } from '../entity-counter.js';
import { compare, ratioOf } from '../interleave.js';
import { plantReceipts, sweepTransactions } from '../plant-receipts.js';
import type { Result } from '../result.js';
import type { Sample } from '../sample.js';
import { medianOf } from '../statistics.js';

const entries = 200_000;
const dueEntries = 2_000;
/** A page of a scan. */
const pageRows = 1_000;
/** What one slice deletes, each with its entry of the index: a page of every bucket. */
const sliceItems = 1_600;
const perTransaction = 100;
const dayMs = 24 * 60 * 60_000;

export async function sweepResults(options: RunOptions): Promise<Result[]> {
  options.progress('P8: starting');
  const azurite = await startAzurite({ account: newStorageAccount('europe'), label: 'the benchmark' }, () => undefined);
  const counter = createEntityCounter();
  const config = readConfig(appSettings(azurite.connectionString), true);
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
      what: `${what}: entities read, for each that is due`,
      unit: 'entities',
      ours: read / dueEntries,
      baseline: entries / dueEntries,
      goal: { kind: 'at most', value: 1.05 },
      isVoid,
      isGated: true,
    },
    {
      case: 'P8',
      what: `${what}: storage`,
      unit: 'transactions',
      ours: transactions,
      baseline: entries / pageRows + dueEntries / perTransaction,
      goal: { kind: 'exactly', value: sweepTransactions(dueEntries) + dueEntries / perTransaction },
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
      const removals = await prepareRemovals(app, await plant());
      return timed(async () => {
        for (const { table, partition, actions } of removals) {
          await table.transaction(partition, actions);
        }
      });
    },
    slices,
    sliceMs,
    repeatsVoid: false,
    progress: (text) => progress(`P8, deletions: ${text}`),
  });
  return {
    case: 'P8',
    what: `sweep of ${sliceItems} due receipts, against bare transactions of 100 deletions`,
    unit: 'ms each',
    ours: medianOf(compared.rounds.map(({ ours }) => millisecondsEach(ours['sweep'] as Sample))),
    baseline: medianOf(compared.rounds.flatMap(({ baseline }) => baseline.map(millisecondsEach))),
    ratio: ratioOf(compared, 'sweep', millisecondsEach),
    noise: compared.noise,
    goal: { kind: 'at most', value: 1.2 },
    isVoid: compared.isVoid,
    isGated: false,
  };
}

interface Removal {
  readonly table: Table;
  readonly partition: string;
  readonly actions: readonly TableAction[];
}

/** The receipts of a planting and their entries of the index, which nothing else has due: what the sweep would remove. */
async function prepareRemovals({ storage, clock }: ComposedApp, name: string): Promise<Removal[]> {
  const resources = Array.from({ length: sliceItems / perTransaction }, (_, hundred) => ({
    table: storage.table(receipts),
    partition: `${name}-${hundred}`,
  }));
  const buckets = Array.from({ length: dueBuckets }, (_, bucket) => ({
    table: storage.table(dueIndexStore),
    partition: String(bucket).padStart(2, '0'),
  }));
  const removals: Removal[] = [];
  for (const { table, partition } of [...resources, ...buckets]) {
    const { rows } = await table.query({ partition, to: encodeTime(clock.now()), select: [], top: perTransaction });
    removals.push({ table, partition, actions: rows.map(({ rowKey }) => ({ kind: 'remove', rowKey })) });
  }
  return removals;
}

async function timed(work: () => Promise<void>): Promise<Sample> {
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  return { operations: sliceItems, seconds, p50Ms: Number.NaN };
}

function millisecondsEach({ seconds, operations }: Sample): number {
  return (seconds * 1000) / operations;
}
