// What phone numbers cost in storage: looking for them, buying, reading and giving them back.
import { randomUUID } from 'node:crypto';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { begunBy, found, search, tollFree } from '../phone-numbers/number-app.js';
import { workJobs } from '../privacy/composed-app.js';
import type { CostTable } from './cost-table.js';

/** In a geography of its own, whose numbers are all free. */
export async function measureNumbers(table: CostTable): Promise<void> {
  const geography = await startGeography();
  try {
    await measureIn(table, geography);
  } finally {
    await geography.stop();
  }
}

async function measureIn(table: CostTable, geography: TestGeography): Promise<void> {
  const process = await geography.start();
  const { call, app } = process;
  const work = (id: string) => app.jobs.work(id);
  let id = '';
  // Whose storage it is, and that nothing of version 0.1.0 is left, is looked up once. Each looks where nobody has a number.
  await work((await search(process, { areaCode: '800' })).id);
  await workJobs(app);

  const begun = '4 for the job, its due entry, its record and its message';
  const searching = 'search for numbers';
  await table.measure(
    process,
    {
      operation: searching,
      condition: 'the request',
      exactly: { update: 3, insert: 2, 'queue-send': 1 },
      formula: `${begun}; 2 for the search`,
    },
    async () => {
      id = (await search(process, { areaCode: '855', quantity: 3 })).id;
    },
  );
  await table.measure(
    process,
    {
      operation: searching,
      condition: 'its job, 3 free numbers',
      exactly: { update: 5, get: 5, delete: 2, insert: 3 },
      formula: '12 + n, 9 of them for the job and its record; 2 more for each number that somebody has',
    },
    () => work(id),
  );
  const params = { searchId: id };
  const one = { condition: 'always', exactly: { get: 1 }, formula: '1' };
  await table.measure(process, { operation: 'get a search', ...one }, () =>
    call('phone-numbers-get-search', { params }),
  );
  const purchasing = 'purchase numbers';
  await table.measure(
    process,
    {
      operation: purchasing,
      condition: 'the request',
      exactly: { update: 2, insert: 2, get: 1, 'queue-send': 1 },
      formula: `${begun}; 2 for the search`,
    },
    async () => {
      ({ id } = begunBy(await call('phone-numbers-purchase', { body: params })));
    },
  );
  await table.measure(
    process,
    {
      operation: purchasing,
      condition: 'its job, 3 numbers',
      exactly: { update: 9, get: 8, delete: 3 },
      formula: '11 + 3n, 9 of them for the job and its record',
    },
    () => work(id),
  );
  const { body } = await call<{ phoneNumbers: { phoneNumber: string }[] }>('phone-numbers-list');
  const phoneNumber = body.phoneNumbers[0]?.phoneNumber ?? '';
  await table.measure(process, { operation: 'get a number, or whose it is', ...one }, () =>
    call('phone-numbers-get', { params: { phoneNumber } }),
  );
  await table.measure(
    process,
    {
      operation: 'list numbers',
      condition: '3 numbers',
      exactly: { query: 1, get: 3 },
      formula: '1 + n, sixteen at once',
    },
    () => call('phone-numbers-list'),
  );
  await table.measure(
    process,
    {
      operation: 'release a number',
      condition: 'request and job',
      exactly: { update: 5, insert: 2, get: 8, delete: 5, query: 2, 'queue-send': 1 },
      formula: '6 for the request',
    },
    async () => {
      ({ id } = begunBy(await call('phone-numbers-release', { params: { phoneNumber } })));
      await work(id);
    },
  );
  await table.measure(
    process,
    {
      operation: 'change what a number can do',
      condition: 'request and job',
      exactly: { update: 7, insert: 2, get: 8, delete: 2, 'queue-send': 1 },
      formula: '7 for the request',
    },
    async () => {
      const number = body.phoneNumbers[1]?.phoneNumber ?? '';
      const change = { params: { phoneNumber: number }, body: { calling: 'none', sms: 'inbound' } };
      ({ id } = begunBy(await call('phone-numbers-update-capabilities', change)));
      await work(id);
    },
  );
  const { phoneNumbers } = await found(process, { areaCode: '877' });
  const { phoneNumberType, assignmentType, capabilities } = tollFree;
  const wanted = { countryCode: 'US', phoneNumberType, assignmentType, capabilities };
  const others = ['866', '888'].map((code) => `1${code}${(phoneNumbers[0] ?? '').slice(5)}`);
  await table.measure(
    process,
    {
      operation: 'make a reservation',
      condition: '2 free numbers',
      exactly: { update: 2, get: 2, query: 1, insert: 3 },
      formula: '6 + n, 4 + n when it is changed; 2 more for each number that is taken out',
    },
    () =>
      call('phone-numbers-put-reservation', {
        params: { reservationId: randomUUID() },
        body: { phoneNumbers: Object.fromEntries(others.map((number) => [number, wanted])) },
      }),
  );
  await table.measure(process, { operation: 'get SIP routing', ...one }, () => call('sip-get-routing'));
  await table.measure(
    process,
    { operation: 'change SIP routing', condition: 'for the first time', exactly: { get: 1, insert: 1 }, formula: '2' },
    () => call('sip-update-routing', { body: { trunks: { 'sbc.example.com': { sipSignalingPort: 5061 } } } }),
  );
}
