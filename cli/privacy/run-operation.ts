// Starts a long-running operation at a resource, unless an earlier run of the same command has, and waits for its end.
import { CommandError } from '../command-error.js';
import { pause } from '../resources/pause.js';
import type { PrivacyRun } from './privacy-run.js';
import { type About, requestAbout } from './request-about.js';
import type { ResourceClient } from '../resources/resource-client.js';
import type { RunState, StartedOperation } from './run-state.js';

/** Ended, with its result. */
export type EndedOperation = StartedOperation & { readonly result: Readonly<Record<string, unknown>> };

const firstPollMs = 1_000;
const slowestPollMs = 10_000;
/** Whoever waits sees that something goes on. */
const sayEveryMs = 15_000;

export interface OperationOrder {
  readonly action: 'erase' | 'export';
  /** Under which its state is kept. */
  readonly key: string;
  readonly about: About;
  /** How many of the identifiers of the run it covers, once it is started. */
  readonly covers: number;
}

/** @returns undefined when the resource knows neither the person nor can hold anything of the identifiers */
export async function runOperation(
  run: PrivacyRun,
  state: RunState,
  client: ResourceClient,
  { action, key, about, covers }: OperationOrder,
  say: (what: string) => void,
): Promise<EndedOperation | undefined> {
  let started = state.of(key);
  if (started === undefined) {
    started = await start(run, client, action, about, covers);
    if (started === undefined) {
      return undefined;
    }
    await state.save(key, started);
    say(action === 'erase' ? 'erase started; it takes some minutes' : 'export started');
  }
  if (started.result !== undefined) {
    say(`${action} was done before`);
    return { ...started, result: started.result };
  }
  const ended = { ...started, result: await watch(run, client, state, key, started, say) };
  await state.save(key, ended);
  say(`${action} done${itemsByStore(ended.result)}`);
  return ended;
}

/** The start itself without a signal: the answer holds what is told only once. */
async function start(
  run: PrivacyRun,
  client: ResourceClient,
  action: 'erase' | 'export',
  about: About,
  covers: number,
): Promise<StartedOperation | undefined> {
  const request = await requestAbout(about, client, action, run.stopping);
  if (request === undefined) {
    return undefined;
  }
  const { headers, body } = await client.json('POST', request.path, { body: request.body });
  const address = headers.get('operation-location');
  if (address === null) {
    throw new CommandError(`${client.access.label} does not say where to watch the operation.`);
  }
  const { salt } = body;
  return {
    operation: client.pathOf(address),
    covers,
    ...(typeof salt === 'string' && { salt }),
    ...(request.isAboutNobody && { isAboutNobody: true as const }),
  };
}

async function watch(
  { stopping }: PrivacyRun,
  client: ResourceClient,
  state: RunState,
  key: string,
  { operation }: StartedOperation,
  say: (what: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  const { label } = client.access;
  const since = performance.now();
  let saidMs = 0;
  const told = new Set<string>();
  for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 1.5, slowestPollMs)) {
    const { body } = await client.json('GET', operation, { signal: stopping });
    const { status, result } = body;
    if (status === 'succeeded' && typeof result === 'object' && result !== null) {
      return result as Readonly<Record<string, unknown>>;
    }
    if (status !== 'running') {
      await state.save(key, undefined);
      throw new CommandError(`The operation at ${label} has failed; its next run starts it anew.`);
    }
    const passedMs = performance.now() - since;
    const news = newlyDone(body, told);
    news.forEach(say);
    if (news.length > 0) {
      saidMs = passedMs;
    } else if (passedMs - saidMs >= sayEveryMs) {
      saidMs = passedMs;
      say(`still at it after ${Math.round(passedMs / 1000)} s`);
    }
    await pause(waitMs, stopping);
  }
}

/**
 * A line for each store that held something and is done now, short enough for a terminal with the name of a resource before
 * it. Stores that held nothing count, without a line each.
 */
function newlyDone({ progress }: Readonly<Record<string, unknown>>, told: Set<string>): string[] {
  const { stores } = (progress ?? {}) as { stores?: unknown };
  const all = (Array.isArray(stores) ? stores : []) as { store?: unknown; items?: unknown; isDone?: unknown }[];
  const done = all.filter(({ isDone }) => isDone === true);
  const fresh = done.flatMap(({ store, items }) =>
    isNameOfStore(store) && typeof items === 'number' && items > 0 && !told.has(store) ? [{ store, items }] : [],
  );
  return fresh.map(({ store, items }) => {
    told.add(store);
    return `${store} ${items} (${done.length} of ${all.length} stores)`;
  });
}

/** What comes from a host goes to a terminal. */
function isNameOfStore(store: unknown): store is string {
  return typeof store === 'string' && /^[a-z][a-z0-9]{2,39}$/.test(store);
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
