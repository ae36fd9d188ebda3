// A process dies at each storage call of a search, a purchase and a release, before or after its effect: no number is left to
// nobody, none is had without standing in the index, and nothing is left of what was begun.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCallInterceptor } from '../../shared/storage/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { workJobs } from '../privacy/composed-app.js';
import { begunBy, owned, pass, rowsOf, search } from './number-app.js';

const minuteMs = 60_000;
const lot = { country: 'US', type: 'tollFree', calling: 'inbound', sms: 'inbound+outbound' };
const inventory = JSON.stringify([{ ...lot, numbers: [{ from: '+18335550100', count: 8 }] }]);

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography({ DOMICILE_PHONE_NUMBERS: inventory });
});
afterAll(() => geography?.stop());

/** Buys two numbers and gives one of them back. */
async function tradeNumbers(process: TestProcess): Promise<void> {
  const { id } = await search(process, { quantity: 2 });
  await process.app.jobs.work(id);
  const purchase = begunBy(await process.call('phone-numbers-purchase', { body: { searchId: id } }));
  await process.app.jobs.work(purchase.id);
  const [phoneNumber = ''] = await owned(process);
  const released = begunBy(await process.call('phone-numbers-release', { params: { phoneNumber } }));
  await process.app.jobs.work(released.id);
}

describe('A process that dies', () => {
  it.each(['stopBefore', 'stopAfter'] as const)(
    'at any storage call (%s) leaves no number to nobody',
    async (fate) => {
      let k = 1;
      for (; ; k++) {
        const here = await geography.start();
        const interceptor = createCallInterceptor((number) => (number === k ? fate : 'pass'));
        const doomed = async () => tradeNumbers(await geography.start({ observers: [interceptor.observe] }));
        const hasEnded = await Promise.race([doomed().then(() => true), interceptor.stopped.then(() => false)]);
        // Others end what was begun, or it is given up when its time is over.
        await workJobs(here.app);
        for (let rounds = 0; rounds < 3; rounds++) {
          await pass(here, 10 * minuteMs);
        }
        const { claims, items } = await rowsOf(here);
        const mine = await owned(here);
        const digits = mine.map((number) => number.slice(1));
        expect(claims.toSorted(), `call ${k}`).toEqual(digits.toSorted());
        expect(items.toSorted(), `call ${k}`).toEqual(digits.map((each) => `number~${each}`).toSorted());
        for (const phoneNumber of mine) {
          begunBy(await here.call('phone-numbers-release', { params: { phoneNumber } }));
        }
        await workJobs(here.app);
        await here.close();
        if (hasEnded) {
          break;
        }
      }
      console.log(`${k - 1} storage calls, ${fate}`);
      expect(k).toBeGreaterThan(30);
    },
    300_000,
  );
});
