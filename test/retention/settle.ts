// What the host does when timers have become due: sweeps, and works on the queues that sweeping feeds.
import { jobQueue } from '../../shared/jobs/index.js';
import type { TestProcess } from '../app/composed-app.js';

const maxRounds = 100;

/** Until a sweep finds nothing to do now, and no job waits. @returns how many sweeps it took */
export async function settle(process: TestProcess): Promise<number> {
  const { app } = process;
  for (let round = 1; round <= maxRounds; round++) {
    const before = app.counter.snapshot();
    await app.sweep();
    // Looking is all that an idle sweep does.
    const isIdle = Object.keys(app.counter.since(before)).every((call) => /\/(query|blob-list)$/.test(call));
    if ((await workJobs(process)) === 0 && isIdle) {
      return round;
    }
  }
  throw new Error('Something stayed due, however often it was swept.');
}

async function workJobs({ app }: TestProcess): Promise<number> {
  const queue = app.storage.queue(jobQueue);
  let worked = 0;
  for (;;) {
    const messages = await queue.receive(32, 60);
    if (messages.length === 0) {
      return worked;
    }
    for (const { text, receipt } of messages) {
      await app.jobs.work(text);
      await queue.remove(receipt);
      worked += 1;
    }
  }
}
