// P12: a trivial authenticated operation of ours against an empty handler, both behind the emulator's host and the
// Functions library in the same process.
import { startAzurite } from '../../emulator/azurite/azurite.js';
import { newStorageAccount } from '../../emulator/azurite/storage-account.js';
import { loadCertificates } from '../../emulator/certificates/local-certificates.js';
import { appSettings } from '../adapter-target.js';
import type { RunOptions } from '../case.js';
import { type Child, startChild } from '../child-calls.js';
import { closedLoop } from '../closed-loop.js';
import type { FrontCalls } from '../front-process.js';
import { compare, ratioOf } from '../interleave.js';
import { LoadClient, type LoadRequest } from '../load-client.js';
import type { Result } from '../result.js';
import { rateOf, type Sample } from '../sample.js';
import { medianOf } from '../statistics.js';
import { createUsers, type User } from '../users.js';

const connections = 64;

export async function frontResults(options: RunOptions): Promise<Result[]> {
  options.progress('P12: starting');
  const azurite = await startAzurite({ account: newStorageAccount('europe'), label: 'the benchmark' }, () => undefined);
  const child = startChild<FrontCalls>('front-process.js', { env: appSettings(azurite.connectionString) });
  try {
    return await measureFront(child, options);
  } finally {
    await child.stop();
    azurite.child.stop();
    await azurite.child.gone;
  }
}

async function measureFront(child: Child<FrontCalls>, options: RunOptions): Promise<Result[]> {
  const { server, ca } = await loadCertificates();
  const { port, accessKey } = await child.call('start', server);
  const host = `127.0.0.1:${port}`;
  const setUp = new LoadClient(`http://${host}`, { connections: 1 });
  const [user] = (await createUsers(setUp, host, accessKey, 1)) as [User];
  await setUp.close();
  const results: Result[] = [];
  for (const scheme of ['http', 'https'] as const) {
    const origin = scheme === 'http' ? `http://${host}` : `https://localhost:${port}`;
    const client = new LoadClient(origin, { connections, ...(scheme === 'https' && { ca }) });
    try {
      results.push(...(await measureScheme(scheme, client, user, options)));
    } finally {
      await client.close();
    }
  }
  return results;
}

async function measureScheme(
  scheme: 'http' | 'https',
  client: LoadClient,
  user: User,
  { slices, sliceMs, progress }: RunOptions,
): Promise<Result[]> {
  const slice =
    (path: string, body?: string) =>
    (milliseconds: number): Promise<Sample> => {
      const request: LoadRequest = {
        method: body === undefined ? 'GET' : 'POST',
        path: `/bench/${path}?api-version=2025-03-15`,
        headers: user.headers,
        ...(body !== undefined && { body }),
        expect: 200,
      };
      const send = async (): Promise<void> => void (await client.send(request));
      return closedLoop({ senders: connections, milliseconds, maxOperations: Number.MAX_SAFE_INTEGER, send });
    };
  const json = JSON.stringify({ text: 'x'.repeat(100) });
  const ours = {
    'GET operation': slice('operation'),
    'POST operation': slice('operation', json),
    'same POST by the library alone': slice('json', json),
  };
  const compared = await compare({
    ours,
    baseline: slice('empty'),
    slices,
    sliceMs,
    repeatsVoid: true,
    progress: (text) => progress(`P12, ${scheme}: ${text}`),
  });
  return Object.keys(ours).map((name) => ({
    case: 'P12',
    setUp: 'emulator',
    what: `${name} against an empty handler, ${scheme}, ${connections} connections`,
    unit: 'requests/s',
    ours: medianOf(compared.rounds.map((round) => rateOf(round.ours[name] as Sample))),
    baseline: medianOf(compared.rounds.flatMap(({ baseline }) => baseline.map(rateOf))),
    ratio: ratioOf(compared, name, rateOf),
    noise: compared.noise,
    isVoid: compared.isVoid,
    ...(name === 'GET operation' && { goal: { kind: 'at least', value: 0.75 } as const }),
    isGated: name === 'GET operation',
  }));
}
