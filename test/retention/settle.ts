// What the host does when timers have become due: sweeps, and works on the queues that sweeping feeds.
import { jobQueue } from '../../shared/jobs/index.js';
import type { TestProcess } from '../app/composed-app.js';

const maxRounds = 50;

/** Until nothing is due and no job waits. */
export async function settle(process: TestProcess): Promise<void> {
  const { app } = process;
  for (let round = 0; round < maxRounds; round++) {
    await app.sweep();
    const worked = await workJobs(process);
    if (worked === 0 && (await app.overdueMs()) === 0) return;
  }
  throw new Error('Something stayed due, however often it was swept.');
}

async function workJobs({ app }: TestProcess): Promise<number> {
  const queue = app.storage.queue(jobQueue);
  let worked = 0;
  for (;;) {
    const messages = await queue.receive(32, 60);
    if (messages.length === 0) return worked;
    for (const { text, receipt } of messages) {
      await app.jobs.work(text);
      await queue.remove(receipt);
      worked += 1;
    }
  }
}
