// Starts a long-running operation at a resource, unless an earlier run of the same command has, and waits for its end.
import { CommandError } from '../command-error.js';
import { pause } from '../resources/pause.js';
import type { PrivacyRun } from './privacy-run.js';
import { type ResourceClient, ResourceRefused } from '../resources/resource-client.js';
import type { RunState, StartedOperation } from './run-state.js';

/** Ended, with its result. */
export type EndedOperation = StartedOperation & { readonly result: Readonly<Record<string, unknown>> };

const firstPollMs = 1_000;
const slowestPollMs = 10_000;

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
  const ended = { ...started, result: await watch(run, client, state, started) };
  await state.save(endpoint, ended);
  say(`${action} done`);
  return ended;
}

/** Without a signal: the answer holds what is told only once. */
async function start(
  { personId }: PrivacyRun,
  client: ResourceClient,
  action: string,
): Promise<StartedOperation | undefined> {
  try {
    const { headers, body } = await client.json('POST', `/persons/${personId}/:${action}`, { body: {} });
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
): Promise<Readonly<Record<string, unknown>>> {
  const { endpoint, label } = client.access;
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
    await pause(waitMs, stopping);
  }
}
