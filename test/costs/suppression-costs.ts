// What asking for a suppressed address costs in storage, and changing one.
import { randomUUID } from 'node:crypto';
import { itemKinds } from '../../shared/email/index.js';
import type { TestProcess } from '../app/composed-app.js';
import { addressesOf } from '../email/email-app.js';
import type { CostTable } from './cost-table.js';

export async function measureSuppressions(table: CostTable, process: TestProcess): Promise<void> {
  const { app } = process;
  const [resourceId, domain] = [randomUUID(), 'example.com'];
  const ask = () => addressesOf(app).suppression({ resourceId, domain }, 'anna@example.com', app.clock.now());
  const operation = 'ask whether an address is suppressed';
  await table.measure(
    process,
    {
      operation,
      condition: 'the first time for an email resource',
      exactly: { get: 2, query: 1, transaction: 1 },
      formula: '4; with addresses of an older version 3 more each 33, 1 each 100, 1 each 1,000',
    },
    ask,
  );
  await table.measure(process, { operation, condition: 'always', exactly: { get: 1 }, formula: '1' }, ask);
  app.dropCaches();
  await table.measure(
    process,
    { operation, condition: 'the first time in a process', exactly: { get: 2 }, formula: '2' },
    ask,
  );
  const put = (email: string) =>
    addressesOf(app).put(resourceId, itemKinds.suppressionListAddresses, [domain, 'list', 'a'], {
      name: 'a',
      properties: { email },
    });
  await table.measure(
    process,
    {
      operation: 'put an address on a suppression list',
      condition: 'beyond finding resource and list',
      exactly: { get: 3, transaction: 1 },
      formula: '4; a lost race the same again',
    },
    () => put('anna@example.com'),
  );
  await table.measure(
    process,
    {
      operation: 'take an address from a suppression list',
      condition: 'beyond finding resource and list',
      exactly: { get: 3, transaction: 1 },
      formula: '4; with its list at most 2 gets each, 1 query and 1 transaction each 25',
    },
    () => addressesOf(app).remove(resourceId, itemKinds.suppressionListAddresses, [domain, 'list', 'a']),
  );
}
