// What a call costs in storage: each request, and what follows from it behind the answer.
import { vi } from 'vitest';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { startReceiver } from '../calling/callback-receiver.js';
import { callingOf, callTo, createCall, seedNumber, tend, toNumber } from '../calling/calls-app.js';
import type { CostTable } from './cost-table.js';

/** In a geography of its own, so that nothing else waits. */
export async function measureCalls(table: CostTable): Promise<void> {
  const receiver = await startReceiver();
  const geography = await startGeography();
  try {
    await measureIn(table, geography, receiver.url);
  } finally {
    await geography.stop();
    await receiver.close();
  }
}

async function measureIn(table: CostTable, geography: TestGeography, url: string): Promise<void> {
  const process = await geography.start();
  await seedNumber(process.app);
  const body = callTo([toNumber('+15551230001')], url);
  const connected = async () => {
    const { callConnectionId } = await createCall(process, body);
    await vi.waitFor(async () => {
      const { text } = await process.call('calls-get', { params: { callConnectionId } });
      if (!text.includes('"connected"')) {
        throw new Error('Not yet.');
      }
    }, 10_000);
    await settle(process);
    return { callConnectionId };
  };
  // It knows resource, number and receiver then.
  const params = await connected();
  const measure = (
    operation: string,
    exactly: Readonly<Record<string, number>>,
    formula: string,
    act: () => Promise<unknown>,
  ) => table.measure(process, { operation, condition: 'simulated', exactly, formula }, act);

  await measure('describe a call', { get: 1 }, '1', () => process.call('calls-get', { params }));
  const step = '3 for the step and for handing on, and a delivery in a lane for each event';
  await measure('mute somebody in a call', { get: 1, query: 1, update: 3, transaction: 2 }, step, async () => {
    const muted = { targetParticipants: [toNumber('+15551230001')] };
    await process.call('calls-mute-participant', { params, body: muted });
    await settle(process);
  });
  // The first time after a start it reads each call, for streams whose process is gone.
  await measure('look after calls, the first time', { query: 2, get: 1 }, '2 for each 1,000 calls that go on; n', () =>
    tend(process),
  );
  await measure('look after calls, each minute', { query: 1 }, '1 for each 1,000 calls that go on', () =>
    tend(process),
  );
  await measure('end a call', { get: 1, query: 1, update: 2, transaction: 2, delete: 1 }, step, async () => {
    await process.call('calls-terminate', { params });
    await settle(process);
  });
}

/** What goes on behind an answer. */
async function settle(process: TestProcess): Promise<void> {
  const { calls } = callingOf(process.app);
  await calls.settleAll();
  await new Promise((resolve) => setTimeout(resolve, 150));
}
