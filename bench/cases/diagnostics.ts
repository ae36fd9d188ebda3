// P15: what logging requests costs: CPU of the API a message whose request is logged, against one that is not. Its slices last
// until the rows are written.
import { startAdapterTarget } from '../adapter-target.js';
import { openWorld, type World } from '../bench-world.js';
import type { RunOptions } from '../case.js';
import { closedLoop } from '../closed-loop.js';
import { compare, ratioOf } from '../interleave.js';
import { LoadClient } from '../load-client.js';
import type { Result } from '../result.js';
import { cpuPerOperation, type Sample } from '../sample.js';
import { medianOf } from '../statistics.js';
import { usedBetween } from '../target.js';
import { sendRequest, warmThread } from '../threads.js';
import { signedHeaders, type User } from '../users.js';

const threads = 64;
const senders = 32;
const rowsPerThread = 1_200;
/** Rows gather for five seconds before they are written. */
const writtenAfterMs = 5_500;
const longer = 5;
const path = '/diagnostics/settings?api-version=2026-12-01';

export async function diagnosticsResults({ slices, sliceMs, isQuick, progress }: RunOptions): Promise<Result[]> {
  progress('P15: starting');
  const world = await openWorld(await startAdapterTarget({ processes: 1 }), 2 * threads);
  try {
    const compared = await compare({
      ours: { logging: (milliseconds) => slice(world, 'all', milliseconds) },
      baseline: (milliseconds) => slice(world, 'none', milliseconds),
      slices,
      sliceMs: sliceMs * longer,
      value: cpuPerOperation,
      repeatsVoid: !isQuick,
      progress: (text) => progress(`P15: ${text}`),
    });
    return [
      {
        case: 'P15',
        setUp: 'adapter',
        what: 'CPU of the API a message that is logged, 64 threads, 32 senders',
        unit: 'µs',
        ours: medianOf(compared.rounds.map(({ ours }) => cpuPerOperation(ours['logging'] as Sample))),
        baseline: medianOf(compared.rounds.flatMap(({ baseline }) => baseline.map(cpuPerOperation))),
        ratio: ratioOf(compared, 'logging', cpuPerOperation),
        noise: compared.noise,
        isVoid: compared.isVoid,
        goal: { kind: 'at most', value: 1.05 },
        isGated: true,
      },
    ];
  } finally {
    await world.close();
  }
}

async function slice(
  { target, client, users }: World,
  categories: 'all' | 'none',
  milliseconds: number,
): Promise<Sample> {
  await target.freshStorage();
  const body = JSON.stringify({ categories, retentionDays: 30, identifiers: 'pseudonymous' });
  const { host } = new URL(target.origins[0]);
  const headers = signedHeaders({ method: 'PUT', path, host, accessKey: target.accessKey, body, date: new Date() });
  await client.send({ method: 'PUT', path, headers, body, expect: 200 });
  const ids: string[] = [];
  for (let thread = 0; thread < threads; thread++) {
    ids.push(await warmThread(client, [users[thread], users[thread + threads]] as User[]));
  }
  const send = (number: number, text: number) =>
    loaded.send(sendRequest(ids[number % threads] as string, users[number % (2 * threads)] as User, text));
  const loaded = new LoadClient(target.origins[0], { connections: senders });
  try {
    await Promise.all(Array.from({ length: 2 * threads }, (_, n) => send(n, 800_000_000 + n)));
    await written();
    const before = await target.usage('before');
    const result = await closedLoop({
      senders,
      milliseconds,
      maxOperations: threads * rowsPerThread,
      send: async (number) => void (await send(number, number + 1)),
    });
    await written();
    return { ...result, ...usedBetween(before, await target.usage('after')) };
  } finally {
    await loaded.close();
  }
}

function written(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, writtenAfterMs));
}
