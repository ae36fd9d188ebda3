// P7: creating a thread with N members, against 1 + N single inserts, 16 at once; and what it takes in transactions.
import { chatUserIndex } from '../../shared/chat/index.js';
import { maxTransactionActions, shardOf } from '../../shared/storage/index.js';
import { apiSlice, type World } from '../bench-world.js';
import type { RunOptions, TargetCase } from '../case.js';
import { compare, ratioOf } from '../interleave.js';
import type { Result } from '../result.js';
import { cpuUseOf, type Sample } from '../sample.js';
import { medianOf, spreadOf } from '../statistics.js';
import { createThreadRequest } from '../threads.js';
import type { User } from '../users.js';

/** So that the user index stays small. */
const maxThreads = 100;
/** In a quick run only the counts matter. */
const quickSliceMs = 60;

export const createThreadCases: readonly TargetCase[] = [2, 10, 50, 200].map((members) => ({
  gives: ['P7'],
  setUps: ['adapter'],
  isInQuick: true,
  run: (world, options) => runCreation(members, world, options),
}));

async function runCreation(count: number, world: World, options: RunOptions): Promise<Result[]> {
  const [creator, ...others] = world.users.slice(0, count) as [User, ...User[]];
  const request = createThreadRequest(creator, others);
  const loop = { senders: 1, maxOperations: maxThreads };
  const compared = await compare({
    ours: {
      api: async (milliseconds) => {
        await world.target.freshStorage();
        await world.client.send(request);
        return apiSlice(world.target, {
          ...loop,
          milliseconds,
          send: async () => void (await world.client.send(request)),
        });
      },
    },
    baseline: async (milliseconds) => {
      await world.raw.call('freshTable', undefined);
      return world.raw.call('insertMany', { ...loop, milliseconds, rows: 1 + count });
    },
    slices: options.slices,
    sliceMs: options.isQuick ? quickSliceMs : options.sliceMs,
    value: millisecondsEach,
    // The other times have no goal.
    repeatsVoid: !options.isQuick && count === 200,
    progress: (text) => options.progress(`P7, ${count} members: ${text}`),
  });
  const api = compared.rounds.map(({ ours }) => ours['api'] as Sample);
  const transactions = spreadOf(api.map(transactionsEach));
  const expected = expectedTransactions([creator, ...others]);
  const { setUp } = world.target;
  return [
    {
      case: 'P7',
      setUp,
      what: `create a thread, ${count} members: time`,
      unit: 'ms',
      ours: medianOf(api.map(millisecondsEach)),
      baseline: medianOf(compared.rounds.flatMap(({ baseline }) => baseline.map(millisecondsEach))),
      ratio: ratioOf(compared, 'api', millisecondsEach),
      cpu: cpuUseOf(api),
      noise: compared.noise,
      isVoid: compared.isVoid,
      ...(count === 200 && { goal: { kind: 'at most', value: 0.35 } as const }),
      isGated: false,
    },
    {
      case: 'P7',
      setUp,
      what: `create a thread, ${count} members: storage`,
      unit: 'transactions',
      ours: transactions.min === expected ? transactions.max : transactions.min,
      baseline: 1 + count,
      goal: { kind: 'exactly', value: expected },
      isGated: true,
    },
  ];
}

function millisecondsEach({ seconds, operations }: Sample): number {
  return (seconds * 1000) / operations;
}

/** Everything but the revocation log, which is read every two seconds whatever the load. */
function transactionsEach({ counts = {}, operations }: Sample): number {
  const own = Object.entries(counts).filter(([name]) => !name.startsWith('revocations/'));
  return own.reduce((sum, [, count]) => sum + count, 0) / operations;
}

/** The thread's own transaction, and one for each bucket of the user index that a member lies in. */
function expectedTransactions(members: readonly User[]): number {
  const buckets = new Map<number, number>();
  for (const { rawId } of members) {
    const bucket = shardOf(chatUserIndex, rawId);
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }
  return [...buckets.values()].reduce((sum, rows) => sum + Math.ceil(rows / maxTransactionActions), 1);
}
