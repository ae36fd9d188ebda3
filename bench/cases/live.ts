// P16: live chat. 200 people in 20 threads: how long after a send is answered its event is there, beside a bare WebSocket that
// hands as much to as many; how many events there are in a second; CPU and memory; and what it costs while nobody is online.
import { startAdapterTarget } from '../adapter-target.js';
import { apiSlice, openWorld, type World } from '../bench-world.js';
import type { RunOptions } from '../case.js';
import { openEchoRooms } from '../echo-rooms.js';
import { certifyServer, newAuthority } from '../../emulator/certificates/certificate.js';
import { compare, ratioOf } from '../interleave.js';
import { type LiveChats, type LiveEmulator, openChats, openWindows, people, startLiveEmulator } from '../live-chats.js';
import { LoadClient } from '../load-client.js';
import { holdPolls } from '../held-polls.js';
import { cpuMicrosOf, residentBytesOf } from '../process-use.js';
import { type Result, resultsOrFailure } from '../result.js';
import { rateOf, type Sample } from '../sample.js';
import { medianOf, quantileOf } from '../statistics.js';
import { sendRequest, warmThread } from '../threads.js';
import type { User } from '../users.js';

const threads = 20;
/** Between two messages of one thread while times are taken. */
const paceMs = 1_000;
const idle = 2_000;
/** Of these, until the app has done everything once. */
const few = 200;
const manyThreads = 64;
const senders = 32;
const rowsPerThread = 1_200;
const setUp = 'emulator';

export async function liveResults(options: RunOptions): Promise<Result[]> {
  options.progress('P16: starting');
  const live = await startLiveEmulator('websocket', threads * people);
  const results: Result[] = [];
  try {
    const chats = await openChats(live, threads);
    results.push(...(await delayResults(chats, options)), ...(await rateResults(live, chats, options)));
    chats.close();
  } finally {
    await live.close();
  }
  for (const part of [windowMemory, pollMemory, offlineResult]) {
    results.push(...(await resultsOrFailure('P16', async () => [await part(options)])));
  }
  return results;
}

async function delayResults(chats: LiveChats, { slices, progress }: RunOptions): Promise<Result[]> {
  const authority = newAuthority(new Date());
  const { key, cert } = certifyServer(authority, new Date());
  const echo = await openEchoRooms({ rooms: threads, people, key, cert, ca: authority.root });
  const [ours, bare]: [number[], number[]] = [[], []];
  const text = 'x'.repeat(900);
  for (let slice = 0; slice < slices; slice++) {
    progress(`P16, delays: slice ${slice + 1} of ${slices}`);
    chats.heard.forget();
    await paced((thread) => chats.say(thread, slice * threads + thread + 1));
    await chats.heard.settle(threads * people, 3_000);
    await paced(async (room) => void bare.push(...(await echo.say(room, `${slice} ${room} ${text}`))));
    ours.push(...chats.heard.delays());
  }
  echo.close();
  if (ours.length < slices * threads * people) {
    throw new Error(`Of ${slices * threads * people} events ${ours.length} came.`);
  }
  const line = (share: number, name: string, goal?: Result['goal']): Result => ({
    case: 'P16',
    setUp,
    what: `from the answer of a send to its event over a WebSocket, 200 people, 20 messages a second, ${name}`,
    unit: 'ms',
    ours: quantileOf(ours, share),
    baseline: quantileOf(bare, share),
    ...(goal !== undefined && { goal }),
    isGated: goal !== undefined,
  });
  return [line(0.5, 'p50'), line(0.99, 'p99', { kind: 'at most', value: 150 })];
}

/** One message a thread, spread over the pace. */
async function paced(say: (thread: number) => Promise<void>): Promise<void> {
  const turns = Array.from({ length: threads }, async (_, thread) => {
    await new Promise((resolve) => setTimeout(resolve, (thread * paceMs) / threads));
    await say(thread);
  });
  await Promise.all(turns);
}

async function rateResults(
  { pid }: LiveEmulator,
  { heard, say }: LiveChats,
  { slices, sliceMs, progress }: RunOptions,
): Promise<Result[]> {
  const rates: number[] = [];
  const costs: number[] = [];
  for (let slice = 0; slice < slices; slice++) {
    progress(`P16, rate: slice ${slice + 1} of ${slices}`);
    heard.forget();
    const [before, began] = [await cpuMicrosOf(pid), performance.now()];
    const end = began + sliceMs * 2;
    let sent = 0;
    const send = async (_: unknown, thread: number): Promise<void> => {
      while (performance.now() < end) {
        sent += 1;
        await say(thread, 1_000_000 * (slice + 1) + sent);
      }
    };
    await Promise.all(Array.from({ length: threads }, send));
    await heard.settle(sent * people, 3_000);
    rates.push((heard.count / (heard.last - began)) * 1_000);
    costs.push(((await cpuMicrosOf(pid)) ?? Number.NaN) / heard.count - (before ?? Number.NaN) / heard.count);
  }
  const line = { case: 'P16', setUp, isGated: false } as const;
  return [
    { ...line, what: 'events over WebSockets, 20 threads of 10, a sender each', unit: '1/s', ours: medianOf(rates) },
    {
      ...line,
      what: 'CPU of the app an event, with its send and the words of the client',
      unit: 'µs',
      ours: medianOf(costs),
    },
  ];
}

function windowMemory(options: RunOptions): Promise<Result> {
  return memoryOf('WebSockets', 'websocket', options, async (live, count) => {
    const windows = await openWindows(live, count, () => undefined);
    return async () => {
      for (const window of windows) {
        window.close();
      }
    };
  });
}

function pollMemory(options: RunOptions): Promise<Result> {
  return memoryOf('polls', 'longpoll', options, async (live, count) => {
    const polls = await holdPolls(live, count);
    return () => polls.close();
  });
}

/** What an app of its own needs more, once it has done the same with a few. */
async function memoryOf(
  what: string,
  realtime: 'websocket' | 'longpoll',
  { progress }: RunOptions,
  open: (live: LiveEmulator, count: number) => Promise<() => Promise<void>>,
): Promise<Result> {
  progress(`P16, memory: ${idle} ${what}`);
  const live = await startLiveEmulator(realtime, threads * people);
  try {
    const closeFew = await open(live, few);
    const before = await residentBytesOf(live.pid);
    const closeAll = await open(live, idle - few);
    const after = await residentBytesOf(live.pid);
    await Promise.all([closeFew(), closeAll()]);
    return {
      case: 'P16',
      setUp,
      what: `memory of the app for each of ${idle} idle ${what}`,
      unit: 'KiB',
      ours: ((after ?? Number.NaN) - (before ?? Number.NaN)) / (idle - few) / 1_024,
      isGated: false,
    };
  } finally {
    await live.close();
  }
}

async function offlineResult({ slices, sliceMs, isQuick, progress }: RunOptions): Promise<Result> {
  const worlds: World[] = [];
  const open = async (DOMICILE_REALTIME: string): Promise<World> => {
    const world = await openWorld(await startAdapterTarget({ processes: 1, settings: { DOMICILE_REALTIME } }), 128);
    worlds.push(world);
    return world;
  };
  try {
    const [on, off] = [await open('longpoll'), await open('off')];
    const compared = await compare({
      ours: { on: (milliseconds) => sends(on, milliseconds) },
      baseline: (milliseconds) => sends(off, milliseconds),
      slices,
      sliceMs,
      repeatsVoid: !isQuick,
      progress: (text) => progress(`P16, nobody online: ${text}`),
    });
    return {
      case: 'P16',
      setUp: 'adapter',
      what: 'messages with live chat and nobody online, 64 threads, 32 senders, against live chat off',
      unit: '1/s',
      ours: medianOf(compared.rounds.map(({ ours }) => rateOf(ours['on'] as Sample))),
      baseline: medianOf(compared.rounds.flatMap(({ baseline }) => baseline.map(rateOf))),
      ratio: ratioOf(compared, 'on', rateOf),
      noise: compared.noise,
      isVoid: compared.isVoid,
      goal: { kind: 'at least', value: 0.97 },
      isGated: true,
    };
  } finally {
    await Promise.all(worlds.map((world) => world.close()));
  }
}

async function sends({ target, client, users }: World, milliseconds: number): Promise<Sample> {
  await target.freshStorage();
  const ids: string[] = [];
  for (let thread = 0; thread < manyThreads; thread++) {
    ids.push(
      await warmThread(
        client,
        [thread, thread + manyThreads].map((index) => users[index] as User),
      ),
    );
  }
  const loaded = new LoadClient(target.origins[0], { connections: senders });
  const send = (number: number, text: number) =>
    loaded.send(sendRequest(ids[number % manyThreads] ?? '', users[number % (2 * manyThreads)] as User, text));
  try {
    await Promise.all(Array.from({ length: 2 * manyThreads }, (_, n) => send(n, 800_000_000 + n)));
    return await apiSlice(target, {
      senders,
      milliseconds,
      maxOperations: manyThreads * rowsPerThread,
      send: async (number) => void (await send(number, number + 1)),
    });
  } finally {
    await loaded.close();
  }
}
