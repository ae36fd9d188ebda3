// P1, P2, P3: sending messages over HTTP with real tokens, against single inserts of rows as long. From the same slices
// come P4 (storage transactions a message) and P10 (CPU of the API a message).
import { apiSlice, type World } from '../bench-world.js';
import type { RunOptions, TargetCase } from '../case.js';
import { compare, type Compared, ratioOf } from '../interleave.js';
import { LoadClient } from '../load-client.js';
import type { Goal, Result } from '../result.js';
import { cpuPerOperation, cpuUseOf, rateOf, type Sample } from '../sample.js';
import { medianOf, spreadOf } from '../statistics.js';
import { sendRequest, warmThread } from '../threads.js';
import type { User } from '../users.js';

interface Workload {
  readonly line: 'P1' | 'P2' | 'P3';
  readonly senders: number;
  readonly threads: number;
  /** Messages in a row that go to the same thread. */
  readonly runLength: number;
  readonly ratioGoal: Goal;
  /** Storage transactions a message. */
  readonly countGoal: Goal;
  readonly cpuGoal?: Goal;
  readonly isInQuick?: true;
}

/** Partitions stay below 1,500 rows: Azurite's time for an insert grows with its partition. */
const rowsPerThread = 1_200;
const firstNumber = 800_000_000;
const hotThread = { threads: 10, runLength: rowsPerThread };
const manyThreads = { threads: 64, runLength: 1 };

const workloads: readonly Workload[] = [
  {
    ...hotThread,
    line: 'P1',
    senders: 128,
    ratioGoal: { kind: 'at least', value: 1.6 },
    countGoal: { kind: 'at most', value: 0.025 },
    isInQuick: true,
  },
  {
    ...hotThread,
    line: 'P1',
    senders: 32,
    ratioGoal: { kind: 'at least', value: 1.2 },
    countGoal: { kind: 'at most', value: 0.08 },
  },
  {
    ...hotThread,
    line: 'P1',
    senders: 8,
    ratioGoal: { kind: 'at least', value: 0.6 },
    countGoal: { kind: 'at most', value: 0.3 },
  },
  {
    ...manyThreads,
    line: 'P2',
    senders: 32,
    ratioGoal: { kind: 'at least', value: 0.6 },
    countGoal: { kind: 'at most', value: 1 },
    cpuGoal: { kind: 'at most', value: 1.8 },
  },
  {
    ...manyThreads,
    line: 'P2',
    senders: 128,
    ratioGoal: { kind: 'at least', value: 0.6 },
    countGoal: { kind: 'at most', value: 1 },
  },
  {
    ...hotThread,
    line: 'P3',
    senders: 1,
    ratioGoal: { kind: 'at most', value: 2 },
    countGoal: { kind: 'exactly', value: 1 },
    isInQuick: true,
  },
];

export const sendCases: readonly TargetCase[] = workloads.map((workload) => ({
  gives: [workload.line, 'P4', ...(workload.cpuGoal === undefined ? [] : ['P10'])],
  setUps: ['adapter', 'emulator'],
  isInQuick: workload.isInQuick ?? false,
  run: (world, options) => runWorkload(workload, world, options),
}));

async function runWorkload(workload: Workload, world: World, options: RunOptions): Promise<Result[]> {
  const client = new LoadClient(world.target.origins[0], { connections: workload.senders });
  const value = workload.line === 'P3' ? (sample: Sample) => sample.p50Ms : rateOf;
  try {
    const compared = await compare({
      ours: { api: (milliseconds) => apiMessages(workload, world, client, milliseconds) },
      baseline: (milliseconds) => rawInserts(workload, world, milliseconds),
      slices: options.slices,
      sliceMs: options.sliceMs,
      value,
      repeatsVoid: !options.isQuick,
      progress: (text) => options.progress(`${workload.line}, ${describe(workload)}: ${text}`),
    });
    return resultsOf(workload, world, compared, value, options);
  } finally {
    await client.close();
  }
}

async function apiMessages(
  workload: Workload,
  world: World,
  client: LoadClient,
  milliseconds: number,
): Promise<Sample> {
  const { senders, threads, runLength } = workload;
  const { target, users } = world;
  await target.freshStorage();
  // On a hot thread every sender is a user of its own; with many threads each has two members.
  const membersOf = (thread: number): User[] =>
    threads === 64 ? [thread, thread + 64].map((index) => users[index] as User) : users.slice(0, senders);
  const ids: string[] = [];
  for (let thread = 0; thread < threads; thread++) {
    ids.push(await warmThread(world.client, membersOf(thread)));
  }
  const senderCount = threads === 64 ? 128 : senders;
  // Afterwards the tokens are known and the connections open.
  const firstMessages = users.slice(0, senderCount).map((user, index) => {
    return client.send(sendRequest(ids[index % threads] as string, user, firstNumber + index));
  });
  await Promise.all(firstMessages);
  return await apiSlice(target, {
    senders,
    milliseconds,
    maxOperations: threads * rowsPerThread,
    send: async (number) => {
      const thread = ids[Math.floor(number / runLength) % threads] as string;
      await client.send(sendRequest(thread, users[number % senderCount] as User, number + 1));
    },
  });
}

async function rawInserts(
  { senders, threads, runLength }: Workload,
  { raw }: World,
  milliseconds: number,
): Promise<Sample> {
  await raw.call('freshTable', undefined);
  const maxOperations = threads * rowsPerThread;
  return raw.call('insert', { senders, milliseconds, maxOperations, partitions: threads, runLength });
}

function resultsOf(
  workload: Workload,
  { target: { setUp } }: World,
  compared: Compared,
  value: (sample: Sample) => number,
  { isQuick }: RunOptions,
): Result[] {
  const { noise, isVoid } = compared;
  const isGated = setUp === 'adapter';
  const api = compared.rounds.map(({ ours }) => ours['api'] as Sample);
  const baseline = compared.rounds.flatMap((round) => round.baseline);
  const results: Result[] = [
    {
      case: workload.line,
      setUp,
      what: `send, ${describe(workload)}`,
      unit: workload.line === 'P3' ? 'ms (p50)' : 'messages/s',
      ours: medianOf(api.map(value)),
      baseline: medianOf(baseline.map(value)),
      ratio: ratioOf(compared, 'api', value),
      cpu: cpuUseOf(api),
      noise,
      isVoid,
      goal: workload.ratioGoal,
      isGated: isGated && !isQuick,
    },
  ];
  const transactions = api.map(transactionsPerMessage).filter((count) => count !== undefined);
  if (transactions.length > 0) {
    results.push({
      case: 'P4',
      setUp,
      what: `storage writes a message, ${describe(workload)}`,
      unit: 'transactions',
      ours: workload.countGoal.kind === 'exactly' ? spreadOf(transactions).max : medianOf(transactions),
      goal: workload.countGoal,
      isGated,
    });
    results.push({
      case: 'P4',
      setUp,
      what: `storage reads, ${describe(workload)}`,
      unit: 'transactions, all slices',
      ours: api.reduce((sum, { counts = {} }) => sum + readsOf(counts), 0),
      goal: { kind: 'exactly', value: 0 },
      isGated,
    });
  }
  if (workload.cpuGoal !== undefined) {
    results.push({
      case: 'P10',
      setUp,
      what: `CPU of the API a message, ${describe(workload)}`,
      unit: 'µs',
      ours: medianOf(api.map(cpuPerOperation)),
      baseline: medianOf(baseline.map(cpuPerOperation)),
      ratio: ratioOf(compared, 'api', cpuPerOperation),
      noise: spreadOf(
        compared.rounds.map(({ baseline: [first, second] }) => cpuPerOperation(first) / cpuPerOperation(second)),
      ),
      goal: workload.cpuGoal,
      isGated: isGated && !isQuick,
    });
  }
  return results;
}

/** Commits of the thread logs; the revocation log, read every two seconds whatever the load, is not the message's. */
function transactionsPerMessage({ counts, operations }: Sample): number | undefined {
  if (counts === undefined) {
    return undefined;
  }
  return ((counts['chatthreads/insert'] ?? 0) + (counts['chatthreads/transaction'] ?? 0)) / operations;
}

function readsOf(counts: Readonly<Record<string, number>>): number {
  return (counts['chatthreads/query'] ?? 0) + (counts['chatthreads/get'] ?? 0);
}

function describe({ senders, threads }: Workload): string {
  return `${threads === 64 ? '64 threads' : '1 thread'}, ${senders} ${senders === 1 ? 'sender' : 'senders'}`;
}
