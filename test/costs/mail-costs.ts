// What sending a mail costs in storage, from the request to the end of the hand-over.
import { expect } from 'vitest';
import { sentMails } from '../../shared/email/index.js';
import type { Columns } from '../../shared/storage/index.js';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { addressesOf } from '../email/email-app.js';
import { mailFrom, startSending } from '../email/mail-app.js';
import type { CostTable } from './cost-table.js';

/** In a geography of its own: a resource that can send mail has more to walk through. */
export async function measureMails(table: CostTable): Promise<void> {
  const geography = await startGeography();
  try {
    await measureIn(table, geography);
  } finally {
    await geography.stop();
  }
}

async function measureIn(table: CostTable, geography: TestGeography): Promise<void> {
  let ownerId = '';
  const measure = async (
    recipients: number,
    isWarm: boolean,
    cost: Omit<Parameters<CostTable['measure']>[1], 'operation'>,
  ) => {
    const process = await geography.start();
    const { app } = process;
    const sender = await startSending(process);
    const send = async (addresses: readonly object[]) => {
      const body = mailFrom(sender, { recipients: { to: addresses } });
      const sent = await process.call<{ id: string }>('email-send', { body });
      expect(sent.status).toBe(202);
      return sent.body.id;
    };
    if (isWarm) {
      // Nothing of it is handed over.
      await send([{ address: 'suppressed@contoso.example' }]);
      const where = { resourceId: ownerId, domain: 'AzureManagedDomain' };
      await addressesOf(app).suppression(where, 'anna@contoso.example', app.clock.now());
    } else {
      await process.call('email-get-send-result', { params: { operationId: crypto.randomUUID() } });
    }
    const to = Array.from({ length: recipients }, (_, index) => ({ address: `person${index}@contoso.example` }));
    const email = app.capabilities.find(({ name }) => name === 'email');
    let id = '';
    await table.measure(process, { operation: 'send a mail, in the emulator', ...cost }, async () => {
      id = await send(to);
      // Its hand-over is waited for.
      await email?.stop?.(30_000);
    });
    const { immutableId } = await app.defaultResource();
    ownerId = String((await app.storage.table(sentMails).get<Columns>(immutableId, `m!${id}`))?.['ownerId']);
  };
  await measure(1, false, {
    condition: 'the first of an email resource',
    exactly: { get: 6, query: 1, insert: 1, update: 6, transaction: 5, 'blob-write': 1 },
    formula: 'as warm, 4 to find the sender, 3 for the first look at its suppression lists',
  });
  const warm = { formula: '12 + n recipients; 1 blob-write, 1 insert and 2 updates of them are the mailbox' };
  const once = { insert: 1, update: 6, transaction: 4, 'blob-write': 1 };
  await measure(1, true, { ...warm, condition: 'warm, one recipient', exactly: { get: 1, ...once } });
  await measure(50, true, { ...warm, condition: 'warm, 50 recipients', exactly: { get: 50, ...once } });
}
