// What sending a text costs in storage, from the request to the end of the hand-over, and its report.
import { expect, vi } from 'vitest';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { ownNumber, recordsOf, repeatable, secretSetting, seedNumber, send, tell, textTo } from '../sms/texts-app.js';
import { startTextReceiver, type TextReceiver } from '../sms/text-receiver.js';
import type { CostTable } from './cost-table.js';

/** In geographies of their own, so that nothing else waits. */
export async function measureTexts(table: CostTable): Promise<void> {
  const geography = await startGeography(secretSetting);
  try {
    await measureIn(table, geography);
  } finally {
    await geography.stop();
  }
  const receiver = await startTextReceiver();
  const withCarrier = await startGeography({ DOMICILE_SMS: JSON.stringify({ url: receiver.url }), ...secretSetting });
  try {
    await measureCarried(table, withCarrier, receiver);
  } finally {
    await withCarrier.stop();
    await receiver.close();
  }
}

/** What it costs at the most: of many at once, several go in one. */
async function measureCarried(table: CostTable, geography: TestGeography, receiver: TextReceiver): Promise<void> {
  const operation = 'send a text to a carrier';
  const measured = async (condition: string, exactly: Readonly<Record<string, number>>, formula: string) => {
    const process = await warm(geography);
    await vi.waitFor(async () =>
      expect((await recordsOf(process)).filter(({ state }) => state === 'open')).toEqual([]),
    );
    await table.measure(process, { operation, condition, exactly, formula }, async () => {
      await send(process, textTo('+15551230002'));
      await process.app.capabilities.find(({ name }) => name === 'sms')?.stop?.(30_000);
    });
  };
  await measured(
    'one recipient',
    { get: 2, update: 3, transaction: 5 },
    '1 to find the number; a recipient 8, and 1 for the entries of what is done, which go fifty at a time; 100 recipients together less than 400',
  );
  receiver.resultOf = ({ id }) => ({ outcome: 'taken', references: [`${id}-1`] });
  await measured('which says what it calls it', { get: 3, update: 4, transaction: 5 }, '1 a reference, and 1 more');
}

async function measureIn(table: CostTable, geography: TestGeography): Promise<void> {
  const operation = 'send a text, in the emulator';
  const process = await warm(geography);
  const formula =
    '1 to find the number; a recipient 10, and 2 for the phone: of these 1 is for the entries of what is done, which go fifty at a time';
  const exactly = { get: 3, update: 4, transaction: 5, insert: 1 };
  await table.measure(process, { operation, condition: 'one recipient', exactly, formula }, async () => {
    await send(process, textTo('+15551230002'));
    // Its hand-over is waited for.
    await process.app.capabilities.find(({ name }) => name === 'sms')?.stop?.(30_000);
  });

  const again = await warm(geography);
  const body = textTo('+15005550001', repeatable());
  const [result] = await send(again, body);
  await vi.waitFor(async () => {
    expect((await recordsOf(again)).map(({ state }) => state)).toContain('sent');
  }, 10_000);
  // What it has done with the outbox is over then, but for what it removes last.
  await again.close();
  const other = await warm(geography);
  const repeated = { condition: 'repeated', exactly: { get: 2, update: 1, transaction: 1 }, formula: '4' };
  await table.measure(other, { operation, ...repeated }, () => send(other, body));
  const report = {
    condition: 'by its id',
    exactly: { get: 1, transaction: 1 },
    formula: '2; by that of the carrier 4',
  };
  await table.measure(other, { operation: 'take the report of a text', ...report }, () =>
    tell(other, 'report', { reports: [{ id: result?.messageId, status: 'delivered' }] }),
  );
}

/** A process that knows the resource, and has handed nothing over. */
async function warm(geography: TestGeography): Promise<TestProcess> {
  const process = await geography.start();
  await seedNumber(process.app);
  const number = '+15551230001';
  await process.call('sms-add-opt-outs', { body: { from: ownNumber, recipients: [{ to: number }] } });
  await send(process, textTo(number));
  return process;
}
