// Timer and queue functions in a real process, on a real Azurite.
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MessageLease } from '../../../emulator/host/message-lease.js';
import { type Azurite, startAzurite } from '../../storage/azurite.js';
import { type HostProcess, startHostProcess } from './host-process.js';

const hourMs = 3_600_000;
let azurite: Azurite;
let host: HostProcess;
let queues: QueueServiceClient;
let seen = 0;

beforeAll(async () => {
  azurite = await startAzurite();
  queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
  host = await startHostProcess({
    fixture: 'work-app.mjs',
    settings: { QUEUE_STORAGE: azurite.connectionString },
    hostJson: {
      extensions: {
        queues: { maxDequeueCount: 3, visibilityTimeout: '00:00:00', maxPollingInterval: '00:00:05' },
      },
    },
  });
});

afterAll(async () => {
  await host.stop();
  await azurite.stop();
});

beforeEach(async () => {
  seen = ((await host.call('records')) as unknown[]).length;
});

/** What was written down since the test began, without the timer of each second. */
async function newRecords(): Promise<Record<string, unknown>[]> {
  const all = (await host.call('records')) as (Record<string, unknown> | string)[];
  return all.slice(seen).filter((record) => typeof record === 'object');
}

async function sendMessage(content: unknown): Promise<void> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await queues.getQueueClient('work').sendMessage(Buffer.from(text).toString('base64'));
}

describe('a queue function', () => {
  it('finds its queue made, and gets JSON parsed, with what the platform says of a message', async () => {
    await expect.poll(() => queues.getQueueClient('work').exists()).toBe(true);
    await sendMessage({ a: 1 });
    await sendMessage('plain text');
    await host.call('drain');
    const records = await newRecords();
    expect(records.map(({ work }) => work)).toEqual([{ a: 1 }, 'plain text']);
    expect(records[0]?.['metadata']).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      dequeueCount: 1,
      insertionTime: expect.stringMatching(/Z$/),
      expirationTime: expect.stringMatching(/Z$/),
      nextVisibleTime: expect.stringMatching(/Z$/),
      popReceipt: expect.any(String),
    });
  });

  it('polls by itself', async () => {
    await sendMessage('unasked');
    await expect.poll(newRecords, { timeout: 8_000 }).toMatchObject([{ work: 'unasked' }]);
  });

  it('that fails is tried again, then its message goes to the poison queue as it was sent', async () => {
    await sendMessage({ fails: true });
    await host.call('drain');
    expect((await newRecords()).map(({ metadata }) => (metadata as { dequeueCount: number }).dequeueCount)).toEqual([
      1, 2, 3,
    ]);
    const poison = await queues.getQueueClient('work-poison').receiveMessages();
    expect(poison.receivedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString())).toEqual(
      ['{"fails":true}'],
    );
    expect((await queues.getQueueClient('work').getProperties()).approximateMessagesCount).toBe(0);
  });

  it('never sees a message that is not encoded as agreed; that one goes to the poison queue', async () => {
    await queues.getQueueClient('work').sendMessage('not base64!');
    await host.call('drain');
    expect(await newRecords()).toEqual([]);
    const poison = await queues.getQueueClient('work-poison').receiveMessages();
    expect(poison.receivedMessageItems.map(({ messageText }) => messageText)).toEqual(['not base64!']);
  });

  it('is waited for by a drain', async () => {
    await Promise.all([sendMessage({ waitMs: 150 }), sendMessage({ waitMs: 150 })]);
    await host.call('drain');
    const all = (await host.call('records')) as unknown[];
    expect(all.slice(seen).filter((record) => record === 'waited')).toHaveLength(2);
  });

  it('can be run by hand, and its error comes back', async () => {
    await host.call('run', 'work', { a: 2 });
    expect(await newRecords()).toMatchObject([{ work: { a: 2 }, metadata: { dequeueCount: 1 } }]);
    await expect(host.call('run', 'work', { fails: true })).rejects.toThrow('private');
  });
});

it('a message stays away from others for as long as it is worked on, and can be deleted then', async () => {
  const queue = queues.getQueueClient('leased');
  await queue.create();
  await queue.sendMessage('long work');
  const [message] = (await queue.receiveMessages({ visibilityTimeout: 1 })).receivedMessageItems;
  const lease = new MessageLease(queue, message?.messageId ?? '', message?.popReceipt ?? '', 1);
  await sleep(1_700);
  expect((await queue.receiveMessages()).receivedMessageItems).toEqual([]);
  await queue.deleteMessage(message?.messageId ?? '', await lease.end());
  expect((await queue.getProperties()).approximateMessagesCount).toBe(0);
});

describe('a timer function', () => {
  it('runs when its time comes', async () => {
    const count = async () =>
      ((await host.call('records')) as unknown[]).filter((record) => record === 'second').length;
    const before = await count();
    await expect.poll(count, { timeout: 3_000 }).toBeGreaterThan(before);
  });

  it('can be run by hand, and its error comes back', async () => {
    await host.call('run', 'hourly');
    expect(await newRecords()).toMatchObject([
      {
        hourly: {
          schedule: { adjustForDST: true },
          scheduleStatus: { next: expect.stringMatching(/:00:00\.000Z$/), last: expect.any(String) },
          isPastDue: false,
        },
      },
    ]);
    await expect(host.call('run', 'failing')).rejects.toThrow('private');
  });

  it('runs once, past due, when the clock jumps over several of its times, and the queues are worked', async () => {
    await sendMessage('after the jump');
    await host.call('moveClock', 5 * hourMs);
    expect(await newRecords()).toMatchObject(
      expect.arrayContaining([
        { hourly: expect.objectContaining({ isPastDue: true }) },
        expect.objectContaining({ work: 'after the jump' }),
      ]),
    );
    expect((await newRecords()).filter((record) => 'hourly' in record)).toHaveLength(1);
    expect(host.logs.join('\n')).not.toMatch(/failing/);
  });

  it('does not run when the clock jumps back, and runs again when it passes the same time once more', async () => {
    await host.call('moveClock', -2 * hourMs);
    expect((await newRecords()).filter((record) => 'hourly' in record)).toHaveLength(0);
    await host.call('moveClock', hourMs);
    expect((await newRecords()).filter((record) => 'hourly' in record)).toHaveLength(1);
  });

  it('that fails in a jump of the clock is logged by name and does not stop the others', async () => {
    await host.call('moveClock', 400 * 24 * hourMs);
    expect((await newRecords()).filter((record) => 'hourly' in record)).toHaveLength(1);
    await expect.poll(() => host.logs.join('\n')).toMatch(/error \[system\] failing: the invocation failed: Error/);
    expect(host.logs.join('\n')).not.toMatch(/private/);
  });
});

it('what is running when the host closes may finish', async () => {
  await sendMessage({ waitMs: 300 });
  await expect.poll(newRecords, { timeout: 8_000, interval: 20 }).toHaveLength(1);
  await host.call('close', 5_000);
  expect((await queues.getQueueClient('work').getProperties()).approximateMessagesCount).toBe(0);
  expect(await host.ended).toBe(0);
});
