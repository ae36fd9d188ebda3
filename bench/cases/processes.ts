// P6: two and four API processes that append to one thread at once, against one; and that nothing is lost, doubled or
// missing afterwards.
import { startAdapterTarget } from '../adapter-target.js';
import { apiSlice, openWorld, type World } from '../bench-world.js';
import type { RunOptions } from '../case.js';
import { compare, ratioOf, type Slice } from '../interleave.js';
import { LoadClient } from '../load-client.js';
import type { Result } from '../result.js';
import { rateOf, type Sample } from '../sample.js';
import { medianOf } from '../statistics.js';
import { listRequest, sendRequest, warmThread } from '../threads.js';
import type { User } from '../users.js';

const senders = 32;
const threads = 6;
const rowsPerThread = 1_200;
const goals = { 2: 0.5, 4: 0.2 } as const;

interface Faults {
  lost: number;
  doubled: number;
  missing: number;
}

export async function processesResults({ slices, sliceMs, progress }: RunOptions): Promise<Result[]> {
  progress('P6: starting');
  const world = await openWorld(await startAdapterTarget({ processes: 4 }), senders);
  const clients = world.target.origins.map((origin) => new LoadClient(origin, { connections: senders }));
  const faults: Faults = { lost: 0, doubled: 0, missing: 0 };
  const appendThrough =
    (count: number): Slice =>
    (milliseconds) =>
      appendSlice(world, clients.slice(0, count), milliseconds, faults);
  try {
    const compared = await compare({
      ours: { two: appendThrough(2), four: appendThrough(4) },
      baseline: appendThrough(1),
      slices,
      sliceMs,
      repeatsVoid: true,
      progress: (text) => progress(`P6, 1, 2 and 4 processes: ${text}`),
    });
    const base = medianOf(compared.rounds.flatMap(({ baseline }) => baseline.map(rateOf)));
    const speeds = (['two', 'four'] as const).map((name): Result => {
      const count = name === 'two' ? 2 : 4;
      return {
        case: 'P6',
        setUp: 'adapter',
        what: `${count} processes against 1, 1 thread, ${senders} senders`,
        unit: 'messages/s',
        ours: medianOf(compared.rounds.map(({ ours }) => rateOf(ours[name] as Sample))),
        baseline: base,
        ratio: ratioOf(compared, name, rateOf),
        noise: compared.noise,
        isVoid: compared.isVoid,
        goal: { kind: 'at least', value: goals[count] },
        isGated: true,
      };
    });
    const sound = (['lost', 'doubled', 'missing'] as const).map(
      (kind): Result => ({
        case: 'P6',
        setUp: 'adapter',
        what: { lost: 'acknowledged but not there', doubled: 'there twice', missing: 'gaps in the sequence' }[kind],
        unit: 'messages, all slices',
        ours: faults[kind],
        goal: { kind: 'exactly', value: 0 },
        isGated: true,
      }),
    );
    return [...speeds, ...sound];
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await world.close();
  }
}

async function appendSlice(world: World, clients: readonly LoadClient[], milliseconds: number, faults: Faults) {
  const { target, users } = world;
  await target.freshStorage();
  const ids: string[] = [];
  for (let thread = 0; thread < threads; thread++) {
    const id = await warmThread(world.client, users.slice(0, senders));
    ids.push(id);
  }
  // Afterwards every process knows every thread and every token.
  let warming = 800_000_000;
  for (const client of clients) {
    for (let index = 0; index < senders; index++) {
      await client.send(sendRequest(ids[index % threads] as string, users[index] as User, warming++));
    }
  }
  const acknowledged = ids.map(() => [] as string[]);
  const sample = await apiSlice(target, {
    senders,
    milliseconds,
    maxOperations: threads * rowsPerThread,
    send: async (number, sender) => {
      const thread = Math.floor(number / rowsPerThread) % threads;
      // A sender stays with its process: else the senders would gather where it is slow.
      const client = clients[sender % clients.length] as LoadClient;
      const answer = await client.send(sendRequest(ids[thread] as string, users[sender] as User, number + 1));
      acknowledged[thread]?.push((JSON.parse(answer) as { id: string }).id);
    },
  });
  for (const [thread, id] of ids.entries()) {
    countFaults(await readThread(world, id), acknowledged[thread] ?? [], faults);
  }
  return sample;
}

interface ReadMessage {
  readonly id: string;
  readonly sequenceId: string;
  readonly content: { readonly message?: string };
}

async function readThread({ client, users, target }: World, threadId: string): Promise<ReadMessage[]> {
  const [reader] = users as [User];
  const all: ReadMessage[] = [];
  for (let request = listRequest(threadId, reader, 200); ; ) {
    const { value, nextLink } = JSON.parse(await client.send(request)) as { value: ReadMessage[]; nextLink?: string };
    all.push(...value);
    if (nextLink === undefined) {
      return all;
    }
    request = { ...request, path: nextLink.slice(target.origins[0].length) };
  }
}

function countFaults(messages: readonly ReadMessage[], acknowledged: readonly string[], faults: Faults): void {
  const ids = new Set(messages.map(({ id }) => id));
  faults.lost += acknowledged.filter((id) => !ids.has(id)).length + (acknowledged.length - new Set(acknowledged).size);
  const texts = messages.map(({ content }) => content.message).filter((text) => text !== undefined);
  faults.doubled += texts.length - new Set(texts).size;
  const sequences = new Set(messages.map(({ sequenceId }) => Number(sequenceId)));
  faults.missing += Math.max(0, ...sequences) - sequences.size;
}
