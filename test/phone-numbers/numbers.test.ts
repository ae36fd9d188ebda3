// Numbers through searches, purchases and releases: what is held and until when, who gets it, and what is left.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { workJobs } from '../privacy/composed-app.js';
import { begunBy, bought, found, owned, pass, rowsOf, search, tollFree, watch } from './number-app.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Eight numbers, so that they run out. */
const inventory = JSON.stringify([
  {
    country: 'US',
    type: 'tollFree',
    calling: 'inbound',
    sms: 'inbound+outbound',
    monthlyCost: { amount: 2, currency: 'USD' },
    areaCode: '833',
    numbers: [{ from: '+18335550100', count: 8 }],
  },
]);

let geography: TestGeography;
let here: TestProcess;

beforeAll(async () => {
  geography = await startGeography({ DOMICILE_PHONE_NUMBERS: inventory });
});
afterAll(() => geography?.stop());

beforeEach(async () => {
  here = await geography.start();
  await here.app.eraseEverything();
  here.app.dropCaches();
});

const status = async (operation: string, options: Parameters<TestProcess['call']>[1]) =>
  (await here.call(operation, options)).status;

describe('What a search has found', () => {
  it('is held for sixteen minutes, and free on the second', async () => {
    const { searchId, phoneNumbers } = await found(here, { quantity: 8 });
    expect(phoneNumbers).toHaveLength(8);
    const late = await search(here);
    await workJobs(here.app);
    expect(await watch(here, late)).toMatchObject({ status: 'failed', error: { code: 'OutOfStock' } });

    here.app.clock.setOffset(here.app.clock.offsetMs + 16 * minuteMs + 1_000);
    expect(await status('phone-numbers-get-search', { params: { searchId } })).toBe(404);
    expect(await status('phone-numbers-purchase', { body: { searchId } })).toBe(404);
    // No sweep has come by.
    expect((await found(here, { quantity: 8 })).phoneNumbers.toSorted()).toEqual(phoneNumbers.toSorted());
  });

  it('leaves nothing when its time is over', async () => {
    await found(here, { quantity: 8 });
    const none = await search(here);
    await workJobs(here.app);
    expect((await watch(here, none)).status).toBe('failed');
    await pass(here, 17 * minuteMs);
    expect(await rowsOf(here)).toEqual({ claims: [], items: [] });
    await pass(here, 7 * dayMs);
    expect(await watch(here, none)).not.toHaveProperty('status');
  });

  it('can be fewer than was asked for', async () => {
    expect((await found(here, { quantity: 2_147_483_647 })).phoneNumbers).toHaveLength(8);
  });

  it('is of the kind, the area and the capabilities that were asked for', async () => {
    const { searchId } = await found(here, { areaCode: '833', capabilities: { calling: 'inbound', sms: 'outbound' } });
    const { body } = await here.call('phone-numbers-get-search', { params: { searchId } });
    expect(body).toMatchObject({ capabilities: { calling: 'inbound', sms: 'outbound' }, error: 'NoError' });
    const elsewhere = await search(here, { areaCode: '834' });
    await workJobs(here.app);
    expect(await watch(here, elsewhere)).toMatchObject({ status: 'failed', error: { code: 'OutOfStock' } });
    const outbound = { capabilities: { calling: 'outbound', sms: 'none' } };
    const refused = { params: { countryCode: 'US' }, body: { ...tollFree, ...outbound } };
    expect(await status('phone-numbers-search', refused)).toBe(400);
    expect(await status('phone-numbers-search', { ...refused, params: { countryCode: 'XX' } })).toBe(404);
  });
});

describe('A purchase', () => {
  it('makes the numbers the resource’s own, for good', async () => {
    const { searchId, phoneNumbers } = await found(here, { quantity: 3 });
    const purchase = begunBy(await here.call('phone-numbers-purchase', { body: { searchId } }));
    expect(await watch(here, purchase)).toMatchObject({ status: 'notStarted', resourceLocation: null });
    await workJobs(here.app);
    expect(await watch(here, purchase)).toMatchObject({ status: 'succeeded' });
    await pass(here, 40 * dayMs);
    expect(await owned(here)).toEqual(phoneNumbers.toSorted());
    expect(await status('phone-numbers-get-search', { params: { searchId } })).toBe(404);
  });

  it('is done once, however often it is asked for', async () => {
    const { searchId } = await found(here);
    const asked = await Promise.all(
      Array.from({ length: 4 }, () => here.call('phone-numbers-purchase', { body: { searchId } })),
    );
    expect(asked.map((answer) => answer.status).toSorted()).toEqual([202, 409, 409, 409]);
    await workJobs(here.app);
    expect(await owned(here)).toHaveLength(1);
  });

  it('holds off the end of its search', async () => {
    const { searchId, phoneNumbers } = await found(here);
    begunBy(await here.call('phone-numbers-purchase', { body: { searchId } }));
    here.app.clock.setOffset(here.app.clock.offsetMs + 17 * minuteMs);
    await here.app.sweep();
    await workJobs(here.app);
    expect(await owned(here)).toEqual(phoneNumbers);
  });

  it('fails when somebody else was quicker after the time of the search', async () => {
    const { searchId } = await found(here, { quantity: 8 });
    const purchase = begunBy(await here.call('phone-numbers-purchase', { body: { searchId } }));
    // The queue is late.
    here.app.clock.setOffset(here.app.clock.offsetMs + 17 * minuteMs);
    const { id } = await search(here, { quantity: 3 });
    await here.app.jobs.work(id);
    await workJobs(here.app);
    expect(await watch(here, purchase)).toMatchObject({
      status: 'failed',
      error: { code: 'NumbersPartiallyAcquired' },
    });
    expect(await owned(here)).toHaveLength(5);
  });
});

describe('An operation that is cancelled', () => {
  it('before anybody works on it is not done', async () => {
    const searched = await search(here);
    const operationId = searched.wireId;
    expect(await status('phone-numbers-cancel-operation', { params: { operationId } })).toBe(204);
    expect(await watch(here, searched)).toMatchObject({ status: 'failed', error: { code: 'OperationCanceled' } });
    await workJobs(here.app);
    expect(await watch(here, searched)).toMatchObject({ status: 'failed', error: { code: 'OperationCanceled' } });
    expect(await rowsOf(here)).toEqual({ claims: [], items: [] });
  });

  it('was a purchase: the numbers are held, and can be purchased again', async () => {
    const { searchId, phoneNumbers } = await found(here);
    const { wireId } = begunBy(await here.call('phone-numbers-purchase', { body: { searchId } }));
    await here.call('phone-numbers-cancel-operation', { params: { operationId: wireId } });
    await workJobs(here.app);
    expect(await owned(here)).toEqual([]);
    begunBy(await here.call('phone-numbers-purchase', { body: { searchId } }));
    await workJobs(here.app);
    expect(await owned(here)).toEqual(phoneNumbers);
  });

  it('was a release, or a change: the number stays as it is', async () => {
    const [phoneNumber = ''] = await bought(here);
    const { body: before } = await here.call('phone-numbers-get', { params: { phoneNumber } });
    const asked = [
      begunBy(await here.call('phone-numbers-release', { params: { phoneNumber } })),
      begunBy(
        await here.call('phone-numbers-update-capabilities', {
          params: { phoneNumber },
          body: { calling: 'none', sms: 'outbound' },
        }),
      ),
    ];
    for (const { wireId } of asked) {
      await here.call('phone-numbers-cancel-operation', { params: { operationId: wireId } });
    }
    await workJobs(here.app);
    expect((await here.call('phone-numbers-get', { params: { phoneNumber } })).body).toEqual(before);
  });

  it('after its end stays what it is', async () => {
    const searched = await search(here);
    await workJobs(here.app);
    const { wireId: operationId } = searched;
    expect(await status('phone-numbers-cancel-operation', { params: { operationId } })).toBe(204);
    expect(await watch(here, searched)).toMatchObject({ status: 'succeeded' });
  });
});

describe('A number that is given back', () => {
  it('leaves nothing but the record of the operation, which does not name it', async () => {
    const [phoneNumber = ''] = await bought(here);
    const updated = begunBy(
      await here.call('phone-numbers-update-capabilities', {
        params: { phoneNumber },
        body: { calling: 'none', sms: 'outbound' },
      }),
    );
    await workJobs(here.app);
    expect(await watch(here, updated)).toMatchObject({
      status: 'succeeded',
      resourceLocation: `/phoneNumbers/${phoneNumber}?api-version=2025-06-01`,
    });
    const released = begunBy(await here.call('phone-numbers-release', { params: { phoneNumber } }));
    await workJobs(here.app);
    expect(await watch(here, released)).toMatchObject({ status: 'succeeded', resourceLocation: null });
    expect(await watch(here, updated)).toMatchObject({ status: 'succeeded', resourceLocation: null });
    expect(await rowsOf(here)).toEqual({ claims: [], items: [] });
    expect(await owned(here)).toEqual([]);
  });

  it('is asked for twice: the second finds nothing to do, and does nothing to who buys it again', async () => {
    const [phoneNumber = ''] = await bought(here, { quantity: 8 });
    const first = begunBy(await here.call('phone-numbers-release', { params: { phoneNumber } }));
    const second = begunBy(await here.call('phone-numbers-release', { params: { phoneNumber } }));
    await here.app.jobs.work(first.id);
    const { id } = await search(here);
    await here.app.jobs.work(id);
    const again = begunBy(await here.call('phone-numbers-purchase', { body: { searchId: id } }));
    await here.app.jobs.work(again.id);
    await here.app.jobs.work(second.id);
    expect(await watch(here, second)).toMatchObject({ status: 'succeeded' });
    expect(await owned(here)).toContain(phoneNumber);
  });

  it('is somebody’s who changes it at that moment no more', async () => {
    const [phoneNumber = ''] = await bought(here);
    const body = { calling: 'none' };
    const updated = begunBy(await here.call('phone-numbers-update-capabilities', { params: { phoneNumber }, body }));
    const released = begunBy(await here.call('phone-numbers-release', { params: { phoneNumber } }));
    await here.app.jobs.work(released.id);
    await here.app.jobs.work(updated.id);
    expect(await watch(here, updated)).toMatchObject({ status: 'failed', resourceLocation: null });
    expect(await rowsOf(here)).toEqual({ claims: [], items: [] });
  });
});

describe('Capabilities', () => {
  it('change within what the number can do', async () => {
    const [phoneNumber = ''] = await bought(here);
    const change = (body: object) => here.call('phone-numbers-update-capabilities', { params: { phoneNumber }, body });
    expect((await change({ calling: 'outbound' })).status).toBe(400);
    begunBy(await change({ calling: 'inbound' }));
    await workJobs(here.app);
    const { body } = await here.call('phone-numbers-get', { params: { phoneNumber } });
    expect(body).toMatchObject({ capabilities: { calling: 'inbound', sms: 'inbound+outbound' } });
  });
});

describe('Two processes', () => {
  it('never hold the same number, and between them miss none', async () => {
    const there = await geography.start();
    for (let round = 0; round < 5; round++) {
      const [one, two] = await Promise.all([search(here, { quantity: 5 }), search(there, { quantity: 5 })]);
      await Promise.all([here.app.jobs.work(one.id), there.app.jobs.work(two.id)]);
      const numbersOf = async (searchId: string) =>
        (await here.call<{ phoneNumbers: string[] }>('phone-numbers-get-search', { params: { searchId } })).body
          .phoneNumbers;
      const all = [...(await numbersOf(one.id)), ...(await numbersOf(two.id))];
      expect(new Set(all).size).toBe(all.length);
      expect(all).toHaveLength(8);
      await pass(here, 17 * minuteMs);
      there.app.clock.setOffset(here.app.clock.offsetMs);
    }
  });

  it('find the same numbers when both work on one search, and hold no others', async () => {
    const there = await geography.start();
    for (let round = 0; round < 5; round++) {
      const { id } = await search(here, { quantity: 3 });
      await Promise.all([here.app.jobs.work(id), there.app.jobs.work(id)]);
      const { body } = await here.call<{ phoneNumbers: string[] }>('phone-numbers-get-search', {
        params: { searchId: id },
      });
      expect(body.phoneNumbers).toHaveLength(3);
      const { claims } = await rowsOf(here);
      expect(claims.toSorted()).toEqual(body.phoneNumbers.map((number) => number.slice(1)).toSorted());
      await pass(here, 17 * minuteMs);
      there.app.clock.setOffset(here.app.clock.offsetMs);
    }
  });

  it('purchase the same number once, whichever works on it', async () => {
    const there = await geography.start();
    const { searchId, phoneNumbers } = await found(here, { quantity: 8 });
    const { id } = begunBy(await here.call('phone-numbers-purchase', { body: { searchId } }));
    // The queue has handed the same message out twice.
    await Promise.all([here.app.jobs.work(id), there.app.jobs.work(id)]);
    expect(await owned(here)).toEqual(phoneNumbers.toSorted());
    expect((await rowsOf(here)).claims.toSorted()).toEqual(phoneNumbers.map((number) => number.slice(1)).toSorted());
  });
});
