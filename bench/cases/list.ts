// P5: the first page of messages over HTTP, of a thread that is read often, against the query for it.
import { chatThreads } from '../../shared/chat/index.js';
import { parseThreadId } from '../../shared/chat/thread-id-form.js';
import { shardOf } from '../../shared/storage/index.js';
import { apiSlice, type World } from '../bench-world.js';
import type { RunOptions, TargetCase } from '../case.js';
import { closedLoop } from '../closed-loop.js';
import { compare, ratioOf } from '../interleave.js';
import { LoadClient } from '../load-client.js';
import type { Result } from '../result.js';
import { cpuUseOf, rateOf, type Sample } from '../sample.js';
import { medianOf } from '../statistics.js';
import { listRequest, sendRequest, warmThread } from '../threads.js';
import type { User } from '../users.js';

const senders = 8;
/** Of the query that a page would take if nobody remembered anything. */
const goals: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  adapter: { 20: 1.5, 200: 3 },
  emulator: { 20: 1, 200: 1.5 },
};
const messages = 400;
const unbounded = Number.MAX_SAFE_INTEGER;

export const listCases: readonly TargetCase[] = [20, 200].map((pageSize) => ({
  gives: ['P5'],
  setUps: ['adapter', 'emulator'],
  isInQuick: false,
  run: (world, options) => runListing(pageSize, world, options),
}));

async function runListing(
  pageSize: number,
  world: World,
  { slices, sliceMs, progress }: RunOptions,
): Promise<Result[]> {
  const client = new LoadClient(world.target.origins[0], { connections: senders });
  try {
    const { threadId, reader } = await fillThread(world, client);
    const request = listRequest(threadId, reader, pageSize);
    const { value: page } = JSON.parse(await client.send(request)) as { value: unknown[] };
    if (page.length !== pageSize) {
      throw new Error(`A page of ${page.length} came instead of ${pageSize}.`);
    }
    const partition = parseThreadId(threadId)?.key ?? '';
    const loop = { senders, maxOperations: unbounded };
    const compared = await compare({
      ours: {
        api: (milliseconds) =>
          apiSlice(world.target, { ...loop, milliseconds, send: async () => void (await client.send(request)) }),
      },
      // The page and the state row before it.
      baseline: (milliseconds) =>
        world.raw.call('firstPage', {
          ...loop,
          milliseconds,
          shard: shardOf(chatThreads, partition),
          partition,
          rows: pageSize + 1,
        }),
      slices,
      sliceMs,
      repeatsVoid: true,
      progress: (text) => progress(`P5, page of ${pageSize}: ${text}`),
    });
    const { setUp } = world.target;
    return [
      {
        case: 'P5',
        setUp,
        what: `list messages, page of ${pageSize}, ${senders} senders`,
        unit: 'pages/s',
        ours: medianOf(compared.rounds.map(({ ours }) => rateOf(ours['api'] as Sample))),
        baseline: medianOf(compared.rounds.flatMap(({ baseline }) => baseline.map(rateOf))),
        ratio: ratioOf(compared, 'api', rateOf),
        cpu: cpuUseOf(compared.rounds.map(({ ours }) => ours['api'] as Sample)),
        noise: compared.noise,
        isVoid: compared.isVoid,
        goal: { kind: 'at least', value: goals[setUp]?.[pageSize] ?? 1 },
        isGated: setUp === 'adapter',
      },
    ];
  } finally {
    await client.close();
  }
}

async function fillThread({ target, users }: World, client: LoadClient): Promise<{ threadId: string; reader: User }> {
  await target.freshStorage();
  const members = users.slice(0, 2) as [User, User];
  const threadId = await warmThread(client, members);
  await closedLoop({
    senders,
    milliseconds: unbounded,
    maxOperations: messages,
    send: async (number) => void (await client.send(sendRequest(threadId, members[0], number + 1))),
  });
  return { threadId, reader: members[1] };
}
