// What the cases share: a target, its baseline process, users, and a client for the set-up work.
import { type Child, startChild } from './child-calls.js';
import { closedLoop, type LoopOptions } from './closed-loop.js';
import { LoadClient } from './load-client.js';
import type { RawCalls } from './raw-process.js';
import type { Sample } from './sample.js';
import { type Target, usedBetween } from './target.js';
import { createUsers, type User } from './users.js';

export interface World {
  readonly target: Target;
  readonly raw: Child<RawCalls>;
  readonly users: readonly User[];
  /** Of the first API process; for set-up work. */
  readonly client: LoadClient;
  close(): Promise<void>;
}

export async function openWorld(target: Target, userCount: number): Promise<World> {
  const [origin] = target.origins;
  const client = new LoadClient(origin, { connections: 8 });
  const raw = startChild<RawCalls>('raw-process.js', { env: { AzureWebJobsStorage: target.storage } });
  const close = async (): Promise<void> => {
    await client.close();
    await raw.stop();
    await target.stop();
  };
  try {
    const users = await createUsers(client, new URL(origin).host, target.accessKey, userCount);
    return { target, raw, users, client, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A slice of load on the API, with what it used meanwhile. */
export async function apiSlice(target: Target, loop: LoopOptions): Promise<Sample> {
  const before = await target.usage('before');
  const ownBefore = process.cpuUsage();
  const result = await closedLoop(loop);
  const { user, system } = process.cpuUsage(ownBefore);
  return { ...result, loadMicros: user + system, ...usedBetween(before, await target.usage('after')) };
}
