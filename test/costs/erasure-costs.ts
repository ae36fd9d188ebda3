// What an erasure costs: counted, and compared with a formula, for several numbers of messages and threads.
import { expect } from 'vitest';
import { chatUserIndex } from '../../shared/chat/index.js';
import { jobQueue } from '../../shared/jobs/index.js';
import { shardOf } from '../../shared/storage/index.js';
import { type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { plantThreads } from '../erasure/plant-threads.js';
import { byKind, type CostTable } from './cost-table.js';

interface Size {
  /** Threads of another with the person in them, at most 999 entries each. */
  readonly threads: number;
  readonly messagesPerThread: number;
}

const up = Math.ceil;

/** Transactions of the job that erases one identity from what was sent to threads of others. */
function transactionsOf({ threads, messagesPerThread }: Size): number {
  // The entry that names the person as a participant is emptied too.
  const rewritten = messagesPerThread + 1;
  // A step ends with the 25th thread, or the thousandth entry.
  const steps = up(threads / 25) + up(threads / Math.min(25, up(1000 / rewritten)));
  return threads * (6 + up(rewritten / 99)) + 2 * up(threads / 100) + 2 * steps + 52;
}
const formula =
  'T × (6 + ⌈C/99⌉) + 2⌈T/100⌉ + 2S + 51, and 1 once a process (⌈T/100⌉ less when none of the threads is new): T threads, C entries in each that are the person’s or name them, ' +
  'S steps (⌈T/25⌉ for images, and for messages one every 25 threads or 1,000 such entries); 3 more an image';
/** What a receipt costs beyond that: everything is counted first. */
const receiptTransactionsOf = ({ threads }: Size) => 2 * threads + 36;
const receiptFormula = '2T + 36 more: everything is counted first';

export async function measureErasures(table: CostTable, geography: TestGeography): Promise<void> {
  const process = await geography.start();
  const measure = async (size: Size, hasReceipt: boolean): Promise<string[]> => {
    // Not in one bucket of the user index: a check that names both would be written anew for each thread.
    const candidates = await Promise.all(Array.from({ length: 8 }, () => process.newUser()));
    const [owner] = candidates as [TestUser, ...TestUser[]];
    const author = candidates.find(
      ({ id }) => shardOf(chatUserIndex, id) !== shardOf(chatUserIndex, owner.id),
    ) as TestUser;
    await plantThreads(process.app, owner, author, size);
    process.app.dropCaches();
    await takeJobs(process);
    await startErasing(process, author, hasReceipt);
    const [jobId = ''] = await takeJobs(process);
    const kinds = await workOn(process, jobId);
    const total = Object.values(kinds).reduce((sum, count) => sum + count, 0);
    const expected = transactionsOf(size) + (hasReceipt ? receiptTransactionsOf(size) : 0);
    expect({ ...size, hasReceipt, total, kinds }).toEqual({ ...size, hasReceipt, total: expected, kinds });
    const inWords = Object.entries(kinds)
      .sort()
      .map(([kind, count]) => `${count} ${kind}`);
    return [String(total), inWords.join(', ')];
  };
  await measure({ threads: 1, messagesPerThread: 1 }, false);
  await measure({ threads: 10, messagesPerThread: 3 }, false);
  await measure({ threads: 26, messagesPerThread: 99 }, false);
  const [total = '', kinds = ''] = await measure({ threads: 60, messagesPerThread: 30 }, false);
  const condition = '1,800 messages in 60 threads of others';
  table.add({ operation: 'the job that erases an identity', condition, formula }, total, kinds);
  await measure({ threads: 3, messagesPerThread: 1 }, true);
  const [withReceipt = '', itsKinds = ''] = await measure({ threads: 60, messagesPerThread: 30 }, true);
  const operation = 'the same with a receipt';
  table.add({ operation, condition, formula: receiptFormula }, withReceipt, itsKinds);
}

async function startErasing(process: TestProcess, { id }: TestUser, hasReceipt: boolean): Promise<void> {
  const { status } = hasReceipt
    ? await process.call('privacy-erase', { body: { identifiers: [id] } })
    : await process.call('identity-delete', { params: { id } });
  expect(status).toBeLessThan(300);
}

/** Takes what can be seen in the queue out of it. */
async function takeJobs({ app }: TestProcess): Promise<string[]> {
  const queue = app.storage.queue(jobQueue);
  const messages = await queue.receive(32, 60);
  for (const { receipt } of messages) {
    await queue.remove(receipt);
  }
  return messages.map(({ text }) => text);
}

/** Works on a job from its first message to its end. */
async function workOn({ app }: TestProcess, jobId: string): Promise<Record<string, number>> {
  const before = app.counter.snapshot();
  await app.jobs.work(jobId);
  app.clock.setOffset(app.clock.offsetMs + 61_000);
  await app.jobs.work(jobId);
  return byKind(app.counter.since(before));
}
