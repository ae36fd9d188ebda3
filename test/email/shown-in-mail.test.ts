// Who only stands in a mail that still waits for others cannot be looked for in it; so the receipt says so.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { erasePerson } from '../events/erase-person.js';
import { scanStorage } from '../scan/scan-storage.js';
import { mailFrom, startSending } from './mail-app.js';

let geography: TestGeography;
let app: TestProcess;
let sender: string;

beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  sender = await startSending(app);
});
afterAll(() => geography?.stop());

interface Plan {
  readonly notErased: readonly { readonly store: string; readonly what: string; readonly until?: string }[];
}
async function leftOf(identifier: string) {
  const { body } = await app.call<Plan>('privacy-erase', { body: { identifiers: [identifier], dryRun: true } });
  return body.notErased.filter(({ store }) => store === 'mails');
}

it('A receipt names mails that still wait as long as there are any, and until when', async () => {
  const [anna, bert] = ['anna@shown.example', 'never+bert@shown.example'];
  expect(await leftOf(anna)).toEqual([]);
  await app.call('email-send', {
    body: mailFrom(sender, { recipients: { to: [{ address: bert }] }, replyTo: [{ address: anna }] }),
  });
  expect((await scanStorage(geography.connectionString, [anna])).hits.map(({ store }) => store)).toContain('mails');
  const [left, ...others] = await leftOf(anna);
  expect(others).toEqual([]);
  expect(left?.what).toContain('a mail that still waits');
  const hours = (Date.parse(left?.until ?? '') - app.app.clock.now()) / 3_600_000;
  expect([hours > 23, hours <= 24]).toEqual([true, true]);
  // Withdrawn with the one who was to get it.
  await erasePerson(app, bert);
  expect(await leftOf(anna)).toEqual([]);
});
