// From which numbers a resource sends, and whose list of those who want no texts it may change: its own, also of a number
// that it has given back.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smsOptOuts } from '../../shared/sms/index.js';
import type { TestProcess } from '../app/composed-app.js';
import { callAt } from '../management/resource-calls.js';
import { servicePath, startWorld, type TestWorld, workJobs } from '../management/two-geographies.js';
import { rowsOf, tollFree } from '../phone-numbers/number-app.js';
import { repeatable } from './texts-app.js';

interface Target {
  readonly host: string;
  readonly key: string;
}

let world: TestWorld;
let owner: Target;
let other: Target;
/** Of the owner. */
let from: string;

beforeAll(async () => {
  world = await startWorld(['europe']);
  [owner, other] = [await make('owner'), await make('other')];
  const app = world.apps.europe;
  const params = { countryCode: 'US' };
  await callAt(app, owner, 'phone-numbers-search', { params, body: { ...tollFree, quantity: 1 } });
  await workJobs(app);
  const { items } = await rowsOf({ app } as TestProcess);
  const searchId = items.find((row) => row.startsWith('search~'))?.slice('search~'.length);
  await callAt(app, owner, 'phone-numbers-purchase', { body: { searchId } });
  await workJobs(app);
  const { body } = await callAt(app, owner, 'phone-numbers-list', {});
  from = (body as { phoneNumbers: { phoneNumber: string }[] }).phoneNumbers[0]?.phoneNumber ?? '';
}, 60_000);
afterAll(() => world?.stop());

async function make(name: string): Promise<Target> {
  const body = { location: 'global', properties: { dataLocation: 'Europe' } };
  const { body: made } = await world.call('europe', 'PUT', servicePath(name), body);
  const { body: keys } = await world.call('europe', 'POST', `${servicePath(name)}/listKeys`);
  return { host: String(made.properties?.['hostName']), key: String(keys['primaryKey']) };
}

const refused = { status: 401, body: { error: { code: 'Unauthorized', message: '' } } };
const send = (target: Target) => {
  const body = { from, smsRecipients: [{ to: '+15551320001', ...repeatable() }], message: 'Hi' };
  return callAt(world.apps.europe, target, 'sms-send', { body });
};
const optOuts = (target: Target, verb: string, to: string) =>
  callAt(world.apps.europe, target, `sms-${verb}-opt-outs`, { body: { from, recipients: [{ to }] } });

it('A number that another resource owns sends nothing, and its list is out of reach', async () => {
  expect((await send(owner)).status).toBe(202);
  expect(await send(other)).toMatchObject(refused);
  expect((await optOuts(owner, 'add', '+15551320002')).status).toBe(200);
  for (const verb of ['add', 'check', 'remove']) {
    expect(await optOuts(other, verb, '+15551320002')).toMatchObject(refused);
  }
});

it('Of a number that was given back, opt-outs can be seen and lifted, and none be added', async () => {
  const to = '+15551320003';
  expect((await optOuts(owner, 'add', to)).status).toBe(200);
  await callAt(world.apps.europe, owner, 'phone-numbers-release', { params: { phoneNumber: from } });
  await workJobs(world.apps.europe);
  expect(await send(owner)).toMatchObject(refused);
  expect(await optOuts(owner, 'add', '+15551320004')).toMatchObject(refused);
  expect(await optOuts(owner, 'check', '+15551320004')).toMatchObject(refused);
  expect((await optOuts(owner, 'check', to)).body).toMatchObject({ value: [{ isOptedOut: true }] });
  expect(await optOuts(other, 'remove', to)).toMatchObject(refused);
  const rows = async () => (await world.apps.europe.storage.table(smsOptOuts).scan()).rows.length;
  const before = await rows();
  expect((await optOuts(owner, 'remove', to)).status).toBe(200);
  expect(await rows()).toBe(before - 1);
});
