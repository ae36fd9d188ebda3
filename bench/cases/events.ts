// P14: what telling events costs: CPU of the API a message with events against without, and how many storage transactions an
// event takes when much happens in one thread. Its slices last until everything is told.
import { startAdapterTarget } from '../adapter-target.js';
import { openWorld, type World } from '../bench-world.js';
import type { RunOptions } from '../case.js';
import { closedLoop } from '../closed-loop.js';
import { type EventSink, startEventSink } from '../event-sink.js';
import { compare, ratioOf } from '../interleave.js';
import { LoadClient } from '../load-client.js';
import type { Result } from '../result.js';
import { cpuPerOperation, type Sample } from '../sample.js';
import { medianOf, spreadOf } from '../statistics.js';
import { usedBetween } from '../target.js';
import { sendRequest, warmThread } from '../threads.js';
import type { User } from '../users.js';

interface Load {
  readonly senders: number;
  readonly threads: number;
  readonly membersOf: (users: readonly User[], thread: number) => readonly User[];
}

interface Told extends Sample {
  readonly events: number;
}

const rowsPerThread = 1_200;
const firstNumber = 800_000_000;
/** What is told gathers for a while, so a slice is longer than those of other cases. */
const longer = 5;
const manyThreads: Load = {
  senders: 32,
  threads: 64,
  membersOf: (users, thread) => [thread, thread + 64].map((index) => users[index] as User),
};
const hotThread: Load = { senders: 128, threads: 1, membersOf: (users) => users.slice(0, 128) };

export async function eventsResults(options: RunOptions): Promise<Result[]> {
  options.progress('P14: starting');
  const sink = await startEventSink();
  const worlds: World[] = [];
  const open = async (settings: Readonly<Record<string, string>>) => {
    const world = await openWorld(await startAdapterTarget({ processes: 1, settings }), 128);
    worlds.push(world);
    return world;
  };
  try {
    const telling = await open({ DOMICILE_EVENTS: sink.setting });
    const silent = await open({});
    return [await cpuResult(telling, silent, sink, options), await transactionsResult(telling, sink, options)];
  } finally {
    await Promise.all(worlds.map((world) => world.close()));
    sink.close();
  }
}

async function cpuResult(telling: World, silent: World, sink: EventSink, options: RunOptions): Promise<Result> {
  const compared = await compare({
    ours: { telling: (milliseconds) => slice(telling, manyThreads, sink, milliseconds) },
    baseline: (milliseconds) => slice(silent, manyThreads, sink, milliseconds),
    slices: options.slices,
    sliceMs: options.sliceMs * longer,
    value: cpuPerOperation,
    repeatsVoid: !options.isQuick,
    progress: (text) => options.progress(`P14, CPU: ${text}`),
  });
  return {
    case: 'P14',
    setUp: 'adapter',
    what: 'CPU of the API a message that is told, 64 threads, 32 senders',
    unit: 'µs',
    ours: medianOf(compared.rounds.map(({ ours }) => cpuPerOperation(ours['telling'] as Sample))),
    baseline: medianOf(compared.rounds.flatMap(({ baseline }) => baseline.map(cpuPerOperation))),
    ratio: ratioOf(compared, 'telling', cpuPerOperation),
    noise: compared.noise,
    isVoid: compared.isVoid,
    goal: { kind: 'at most', value: 1.25 },
    isGated: true,
  };
}

async function transactionsResult(telling: World, sink: EventSink, options: RunOptions): Promise<Result> {
  const told: Told[] = [];
  for (let round = 0; round < options.slices; round++) {
    options.progress(`P14, transactions: slice ${round + 1} of ${options.slices}`);
    told.push(await slice(telling, hotThread, sink, options.sliceMs));
  }
  return {
    case: 'P14',
    setUp: 'adapter',
    what: 'storage of the publisher an event, 1 thread, 128 senders',
    unit: 'transactions',
    ours: spreadOf(told.map(transactionsAnEvent)).max,
    goal: { kind: 'at most', value: 0.1 },
    isGated: true,
  };
}

/** Warm threads and tokens; from the first send until the last event. */
async function slice(
  { target, client, users }: World,
  { senders, threads, membersOf }: Load,
  sink: EventSink,
  milliseconds: number,
): Promise<Told> {
  await target.freshStorage();
  const ids: string[] = [];
  for (let thread = 0; thread < threads; thread++) {
    ids.push(await warmThread(client, membersOf(users, thread)));
  }
  const senderOf = (number: number): User => users[number % 128] as User;
  const threadOf = (number: number): string => ids[number % threads] as string;
  const loaded = new LoadClient(target.origins[0], { connections: senders });
  try {
    await Promise.all(
      Array.from({ length: 128 }, (_, n) => loaded.send(sendRequest(threadOf(n), senderOf(n), firstNumber + n))),
    );
    await sink.settle();
    const [before, toldBefore] = [await target.usage('before'), sink.count];
    const result = await closedLoop({
      senders,
      milliseconds,
      maxOperations: threads * rowsPerThread,
      send: async (number) => void (await loaded.send(sendRequest(threadOf(number), senderOf(number), number + 1))),
    });
    await sink.settle();
    return { ...result, ...usedBetween(before, await target.usage('after')), events: sink.count - toldBefore };
  } finally {
    await loaded.close();
  }
}

/** Everything but the sends themselves, and the revocation log, which is read whatever the load. */
function transactionsAnEvent({ counts = {}, events }: Told): number {
  const sends = ['chatthreads/insert', 'chatthreads/transaction'];
  const own = Object.entries(counts).filter(([name]) => !sends.includes(name) && !name.startsWith('revocations/'));
  return own.reduce((sum, [, count]) => sum + count, 0) / events;
}
