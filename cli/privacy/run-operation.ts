// Starts a long-running operation at a resource, unless an earlier run of the same command has, and waits for its end.
import { CommandError } from '../command-error.js';
import { pause } from '../resources/pause.js';
import type { PrivacyRun } from './privacy-run.js';
import { requestAbout } from './request-about.js';
import { type ResourceClient, ResourceRefused } from '../resources/resource-client.js';
import type { RunState, StartedOperation } from './run-state.js';

/** Ended, with its result. */
export type EndedOperation = StartedOperation & { readonly result: Readonly<Record<string, unknown>> };

const firstPollMs = 1_000;
const slowestPollMs = 10_000;
/** Whoever waits sees that something goes on. */
const sayEveryMs = 15_000;

/** @returns undefined when the resource does not know the person */
export async function runOperation(
  run: PrivacyRun,
  state: RunState,
  client: ResourceClient,
  action: 'erase' | 'export',
  say: (what: string) => void,
): Promise<EndedOperation | undefined> {
  const { endpoint } = client.access;
  let started = state.of(endpoint);
  if (started === undefined) {
    started = await start(run, client, action);
    if (started === undefined) {
      say('does not know this person');
      return undefined;
    }
    await state.save(endpoint, started);
    say(action === 'erase' ? 'erase started; it takes some minutes' : 'export started');
  }
  if (started.result !== undefined) {
    say(`${action} was done before`);
    return { ...started, result: started.result };
  }
  const ended = { ...started, result: await watch(run, client, state, started, say) };
  await state.save(endpoint, ended);
  say(`${action} done${itemsByStore(ended.result)}`);
  return ended;
}

/** Without a signal: the answer holds what is told only once. */
async function start(
  run: PrivacyRun,
  client: ResourceClient,
  action: 'erase' | 'export',
): Promise<StartedOperation | undefined> {
  try {
    const request = await requestAbout(run, client, action);
    if (request === undefined) {
      return undefined;
    }
    const { headers, body } = await client.json('POST', request.path, { body: request.body });
    const address = headers.get('operation-location');
    if (address === null) {
      throw new CommandError(`${client.access.label} does not say where to watch the operation.`);
    }
    const { salt } = body;
    return { operation: client.pathOf(address), ...(typeof salt === 'string' && { salt }) };
  } catch (error) {
    if (error instanceof ResourceRefused && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}

async function watch(
  { stopping }: PrivacyRun,
  client: ResourceClient,
  state: RunState,
  { operation }: StartedOperation,
  say: (what: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  const { endpoint, label } = client.access;
  const since = performance.now();
  let saidMs = 0;
  for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 1.5, slowestPollMs)) {
    const { body } = await client.json('GET', operation, { signal: stopping });
    const { status, result } = body;
    if (status === 'succeeded' && typeof result === 'object' && result !== null) {
      return result as Readonly<Record<string, unknown>>;
    }
    if (status !== 'running') {
      await state.save(endpoint, undefined);
      throw new CommandError(`The operation at ${label} has failed; its next run starts it anew.`);
    }
    const passedMs = performance.now() - since;
    if (passedMs - saidMs >= sayEveryMs) {
      saidMs = passedMs;
      say(`still at it after ${Math.round(passedMs / 1000)} s`);
    }
    await pause(waitMs, stopping);
  }
}

/** Of an erasure: how much of which store is gone. Its receipt says so. */
function itemsByStore({ receipt }: Readonly<Record<string, unknown>>): string {
  const [, payload = ''] = typeof receipt === 'string' ? receipt.split('.') : [];
  try {
    const { stores } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      stores: readonly { store: string; items: number }[];
    };
    const held = stores.filter(({ items }) => items > 0);
    return held.length === 0 ? '' : `: ${held.map(({ store, items }) => `${store} ${items}`).join(', ')}`;
  } catch {
    return ''; // an export has none
  }
}
