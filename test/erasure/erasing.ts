// The whole of an erasure, from the request to the sweep after its last step; and how whoever comes after a stop ends it.
import type { ComposedApp } from '../../functions/compose.js';
import { jobQueue, jobs } from '../../shared/jobs/index.js';
import { callApp } from '../app/call-app.js';
import { personId, type Scene, sceneOffsetMs } from './scene.js';

const minuteMs = 60_000;

export interface ErasureCase {
  readonly name: string;
  /** Fewer calls than this would mean that the scene or the interceptor is broken. */
  readonly leastCalls: number;
  request(app: ComposedApp, scene: Scene): Promise<{ status: number }>;
}

export const erasureCases: readonly ErasureCase[] = [
  {
    name: 'a person',
    leastCalls: 60,
    request: (app) => callApp(app, 'privacy-erase-person', { params: { personId }, body: {} }),
  },
  {
    name: 'an identity',
    leastCalls: 30,
    request: (app, { anna }) => callApp(app, 'identity-delete', { params: { id: anna.id } }),
  },
];

/** Product ms at which erasures begin. */
export function timeOfErasing(): number {
  return Date.now() + sceneOffsetMs;
}

export async function eraseWhole(app: ComposedApp, scene: Scene, { request }: ErasureCase): Promise<void> {
  const { status } = await request(app, scene);
  if (status >= 300) {
    throw new Error(`The erasure was refused with ${status}.`);
  }
  const ids = await workQueue(app);
  moveTo(app, 1.1 * minuteMs);
  // What the messages do that were hidden until now.
  for (const id of ids) {
    await app.jobs.work(id);
  }
  moveTo(app, 7 * minuteMs);
  await app.sweep();
  await workQueue(app);
}

/** Sweeps and works until nothing is to be done any more; makes the request again when it had left no trace. */
export async function finish(app: ComposedApp, scene: Scene, { request }: ErasureCase): Promise<void> {
  if ((await countJobs(app)) === 0) {
    await request(app, scene);
  }
  // What a job leaves to be done is due five minutes later at most.
  let wasQuiet = false;
  for (let minutes = 10; !wasQuiet || minutes < 20; minutes += 6) {
    if (minutes > 60) {
      throw new Error('The erasure has no end.');
    }
    wasQuiet = (await countJobs(app)) === 0;
    moveTo(app, minutes * minuteMs);
    await app.sweep();
    await workQueue(app);
  }
}

async function countJobs({ storage }: ComposedApp): Promise<number> {
  return (await storage.table(jobs).scan({ partitions: { from: 'job', to: 'job~' } })).rows.length;
}

function moveTo(app: ComposedApp, afterMs: number): void {
  app.clock.setOffset(sceneOffsetMs + afterMs);
  app.dropCaches();
}

/** Works on all jobs whose messages can be seen, as the host would; their ids. */
async function workQueue(app: ComposedApp): Promise<string[]> {
  const queue = app.storage.queue(jobQueue);
  const ids: string[] = [];
  for (;;) {
    const messages = await queue.receive(32, 60);
    if (messages.length === 0) {
      return ids;
    }
    for (const { text, receipt } of messages) {
      await app.jobs.work(text);
      ids.push(text);
      await queue.remove(receipt);
    }
  }
}
