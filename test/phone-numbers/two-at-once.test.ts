// Two who meet at the worst moment: whatever one of them has begun, no number is held for nobody, and nothing is said to be
// held or bought that is not.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../shared/jobs/index.js';
import { Inventory, NumberClaims, NumberItems, type NumberParts } from '../../shared/phone-numbers/index.js';
import { numberItems, phoneNumbers } from '../../shared/phone-numbers/personal-data.js';
import { runPurchase, startPurchase } from '../../shared/phone-numbers/purchase-numbers.js';
import { runReservationPurchase, startReservationPurchase } from '../../shared/phone-numbers/purchase-reservation.js';
import { putReservation } from '../../shared/phone-numbers/put-reservation.js';
import { deleteReservation, dropReservation } from '../../shared/phone-numbers/reservations.js';
import { dropSearch, runSearch, startSearch } from '../../shared/phone-numbers/search-numbers.js';
import { randomIds } from '../../shared/time/ids.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';

const minuteMs = 60_000;
const wanted = { assignmentType: 'application', capabilities: { calling: 'none', sms: 'outbound' } } as const;
const order = { countryCode: 'US', phoneNumberType: 'tollFree', quantity: 1, ...wanted } as const;
const lot = {
  countryCode: 'US',
  phoneNumberType: 'tollFree',
  assignmentTypes: ['application'],
  capabilities: { calling: 'inbound', sms: 'inbound+outbound' },
  cost: { amount: 0, currencyCode: 'USD' },
  needsAgreement: false,
  ranges: [{ first: '+18335550100', count: 4 }],
} as const;
const digits = '18335550100';
const other = '18335550101';

let geography: TestGeography;
let here: TestProcess;
beforeAll(async () => {
  geography = await startGeography({ DOMICILE_PHONE_NUMBERS: '[]' });
  here = await geography.start();
});
afterAll(() => geography?.stop());

let at: number;
let resourceId: string;
let status: string;
let claims: NumberClaims;
let items: NumberItems;
let parts: NumberParts;
beforeEach(async () => {
  await here.app.eraseEverything();
  at = 1_000_000_000_000;
  resourceId = randomUUID();
  status = 'running';
  claims = new NumberClaims(here.app.storage.table(phoneNumbers));
  items = new NumberItems(here.app.storage.table(numberItems));
  parts = {
    provider: new Inventory([lot]),
    claims,
    items,
    ids: randomIds,
    clock: { now: () => at },
    due: { add: async () => ({}) },
    jobs: {
      requireOwnStorage: async () => undefined,
      add: async () => ({ id: randomUUID() }),
      enqueue: async () => {},
    },
    operations: { begin: async () => undefined, start: async () => undefined, find: async () => ({ status }) },
  } as unknown as NumberParts;
});

/** What the others do right before this is done for the first time, or right after. */
function meanwhile<Name extends 'hold' | 'giveBack'>(
  name: Name,
  when: 'before' | 'after',
  others: () => Promise<void>,
): void {
  const own = claims[name].bind(claims) as (...given: readonly unknown[]) => Promise<unknown>;
  let isFirst = true;
  const replaced = async (...given: readonly unknown[]): Promise<unknown> => {
    const mayGo = isFirst;
    isFirst = false;
    if (mayGo && when === 'before') {
      await others();
    }
    const result = await own(...given);
    if (mayGo && when === 'after') {
      await others();
    }
    return result;
  };
  Object.assign(claims, { [name]: replaced });
}

const jobOf = (id: string, payload: object = {}) => ({ id, resourceId, payload }) as unknown as Job;
const holder = async (number: string) => (await claims.claimOf(`+${number}`))?.order;
const statusIn = async (id: string) => (await items.find(resourceId, 'reservation', id))?.content.status;

describe('A search whose time is over', () => {
  const found = async () => {
    const id = await startSearch(parts, resourceId, order);
    await runSearch(parts, jobOf(id));
    const [number = ''] = (await items.find(resourceId, 'search', id))?.content.numbers ?? [];
    return { id, number: number.slice(1) };
  };

  it('and that is being dropped is not purchased at the last moment', async () => {
    const { id, number } = await found();
    meanwhile('giveBack', 'before', async () => {
      // A process whose clock is behind.
      at -= 2 * minuteMs;
      await expect(startPurchase(parts, resourceId, id, false)).rejects.toMatchObject({ status: 404 });
      at += 2 * minuteMs;
    });
    at += 17 * minuteMs;
    expect(await dropSearch(parts, `${resourceId}~${id}`)).toBe(true);
    expect([await holder(number), await items.find(resourceId, 'search', id)]).toEqual([undefined, undefined]);
  });

  it('is not dropped when it was purchased a moment before', async () => {
    const { id, number } = await found();
    let purchase = '';
    const find = items.find.bind(items);
    let isFirst = true;
    Object.assign(items, {
      find: async (...given: Parameters<typeof find>) => {
        const search = await find(...given);
        if (isFirst) {
          isFirst = false;
          at -= 2 * minuteMs;
          purchase = await startPurchase(parts, resourceId, id, false);
          at += 2 * minuteMs;
        }
        return search;
      },
    });
    at += 17 * minuteMs;
    expect(await dropSearch(parts, `${resourceId}~${id}`)).toBe(false);
    expect(await runPurchase(parts, jobOf(purchase, { searchId: id }))).toMatchObject({ state: 'done' });
    expect((await claims.owned(resourceId, `+${number}`))?.order).toBe(purchase);
  });

  it('while its job still takes numbers leaves none of them held', async () => {
    const id = await startSearch(parts, resourceId, order);
    meanwhile('hold', 'before', async () => {
      at += 17 * minuteMs;
      expect(await dropSearch(parts, `${resourceId}~${id}`)).toBe(true);
    });
    expect(await runSearch(parts, jobOf(id))).toMatchObject({ state: 'failed' });
    expect(await Promise.all([digits, other].map(holder))).toEqual([undefined, undefined]);
  });

  it('and that is closed, but not gone yet, gives back what its job has taken since', async () => {
    const id = await startSearch(parts, resourceId, order);
    const giveBack = claims.giveBack.bind(claims);
    meanwhile('hold', 'before', async () => {
      at += 17 * minuteMs;
      // Whoever drops it dies before it is gone.
      const drop = items.drop.bind(items);
      Object.assign(items, { drop: () => Promise.reject(new Error('dead')) });
      await expect(dropSearch(parts, `${resourceId}~${id}`)).rejects.toThrow('dead');
      Object.assign(items, { drop });
    });
    expect(await runSearch(parts, jobOf(id))).toMatchObject({ state: 'failed' });
    expect(claims.giveBack).toBeTypeOf(typeof giveBack);
    const numbers = ['00', '01', '02', '03'].map((end) => `183355501${end}`);
    expect(await Promise.all(numbers.map(holder))).toEqual(numbers.map(() => undefined));
  });
});

describe('A purchase whose search is gone', () => {
  it('has failed when nothing was bought', async () => {
    const job = jobOf(randomUUID(), { searchId: randomUUID() });
    expect(await runPurchase(parts, job)).toMatchObject({ state: 'failed', fault: { code: 'ReservationExpired' } });
    status = 'canceled';
    expect(await runPurchase(parts, job)).toEqual({ state: 'done' });
  });

  it('has succeeded when it was the purchase that let go of it', async () => {
    const search = await startSearch(parts, resourceId, order);
    await runSearch(parts, jobOf(search));
    const job = jobOf(await startPurchase(parts, resourceId, search, false), { searchId: search });
    expect(await runPurchase(parts, job)).toMatchObject({ state: 'done' });
    // It died before that was noted, and is done again.
    expect(await runPurchase(parts, job)).toMatchObject({ state: 'done' });
  });
});

describe('A reservation whose time is over', () => {
  const made = async () => {
    const id = randomUUID();
    await putReservation(parts, resourceId, id, { [digits]: wanted });
    return id;
  };

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['renewed', (id) => putReservation(parts, resourceId, id, {})],
    ['purchased', (id) => startReservationPurchase(parts, resourceId, id, false)],
  ])('is not %s when it is being dropped', async (_, change) => {
    const id = await made();
    meanwhile('giveBack', 'before', async () => {
      // A process whose clock is behind.
      at -= 2 * minuteMs;
      await expect(change(id)).rejects.toMatchObject({ status: 409 });
      at += 2 * minuteMs;
    });
    at += 16 * minuteMs;
    expect(await dropReservation(parts, `${resourceId}~${id}`)).toBe(true);
    expect([await holder(digits), await statusIn(id)]).toEqual([undefined, 'expired']);
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['active', (id) => putReservation(parts, resourceId, id, {})],
    ['submitted', (id) => startReservationPurchase(parts, resourceId, id, false)],
  ])('keeps its numbers when it became %s a moment before it would be dropped', async (after, change) => {
    const id = await made();
    at += 14 * minuteMs;
    const find = items.find.bind(items);
    let isFirst = true;
    Object.assign(items, {
      find: async (...given: Parameters<typeof find>) => {
        const reservation = await find(...given);
        if (isFirst) {
          isFirst = false;
          at -= 2 * minuteMs;
          await change(id);
          at += 2 * minuteMs;
        }
        return reservation;
      },
    });
    at += 2 * minuteMs;
    expect(await dropReservation(parts, `${resourceId}~${id}`)).toBe(false);
    expect([await holder(digits), await statusIn(id)]).toEqual([id, after]);
  });

  it('gives its numbers back when whoever marked it died before', async () => {
    const id = await made();
    at += 16 * minuteMs;
    const giveBack = claims.giveBack.bind(claims);
    Object.assign(claims, { giveBack: () => Promise.reject(new Error('dead')) });
    await expect(dropReservation(parts, `${resourceId}~${id}`)).rejects.toThrow('dead');
    Object.assign(claims, { giveBack });
    expect([await holder(digits), await statusIn(id)]).toEqual([id, 'expired']);
    expect(await dropReservation(parts, `${resourceId}~${id}`)).toBe(true);
    expect(await holder(digits)).toBeUndefined();
  });
});

describe('A number that is put into a reservation', () => {
  it.each(['before', 'after'] as const)(
    'while that is deleted (%s it is held) is held by it or by nobody',
    async (when) => {
      const id = randomUUID();
      await putReservation(parts, resourceId, id, { [other]: wanted });
      meanwhile('hold', when, () => deleteReservation(parts, resourceId, id));
      const { isNew, reservation } = await putReservation(parts, resourceId, id, { [digits]: wanted });
      // The change came last: it has made another one.
      expect([isNew, reservation.status, Object.keys(reservation.numbers)]).toEqual([true, 'active', [digits]]);
      expect(await Promise.all([digits, other].map(holder))).toEqual([id, undefined]);
      await deleteReservation(parts, resourceId, id);
      expect(await holder(digits)).toBeUndefined();
    },
  );

  it('while its time is over is held for nobody', async () => {
    const id = randomUUID();
    await putReservation(parts, resourceId, id, { [other]: wanted });
    meanwhile('hold', 'before', async () => {
      at += 16 * minuteMs;
      expect(await dropReservation(parts, `${resourceId}~${id}`)).toBe(true);
    });
    await expect(putReservation(parts, resourceId, id, { [digits]: wanted })).rejects.toMatchObject({ status: 409 });
    expect(await Promise.all([digits, other].map(holder))).toEqual([undefined, undefined]);
  });

  it('while another request takes it out again is held for nobody', async () => {
    const id = randomUUID();
    meanwhile('hold', 'before', async () => {
      await putReservation(parts, resourceId, id, { [digits]: null, [other]: wanted });
    });
    const { reservation } = await putReservation(parts, resourceId, id, { [digits]: wanted });
    const named = Object.keys((await items.find(resourceId, 'reservation', id))?.content.numbers ?? {});
    expect(Object.keys(reservation.numbers).toSorted()).toEqual(named.toSorted());
    const held = await Promise.all([digits, other].map(holder));
    expect(held).toEqual([digits, other].map((number) => (named.includes(number) ? id : undefined)));
  });

  it('while another request adds one stays there, as does the other one', async () => {
    const id = randomUUID();
    meanwhile('hold', 'before', async () => {
      await putReservation(parts, resourceId, id, { [other]: wanted });
    });
    const { isNew, reservation } = await putReservation(parts, resourceId, id, { [digits]: wanted });
    expect([isNew, Object.keys(reservation.numbers)]).toEqual([true, [digits]]);
    const named = Object.keys((await items.find(resourceId, 'reservation', id))?.content.numbers ?? {});
    expect(named.toSorted()).toEqual([digits, other]);
    expect(await Promise.all(named.map(holder))).toEqual([id, id]);
  });
});

describe('The place of a reservation', () => {
  const places = async () => {
    const ids: string[] = [];
    for await (const id of items.ids(resourceId, 'place', 100)) {
      ids.push(id);
    }
    return ids;
  };

  it('goes when whoever was about to make the reservation died', async () => {
    const id = randomUUID();
    const change = items.change.bind(items);
    Object.assign(items, { change: () => Promise.reject(new Error('dead')) });
    await expect(putReservation(parts, resourceId, id, {})).rejects.toThrow('dead');
    Object.assign(items, { change });
    expect(await places()).toEqual([id]);
    expect(await dropReservation(parts, `${resourceId}~${id}`)).toBe(true);
    expect(await places()).toEqual([]);
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['deleted', (id) => deleteReservation(parts, resourceId, id)],
    [
      'over',
      (id) => {
        at += 16 * minuteMs;
        return dropReservation(parts, `${resourceId}~${id}`);
      },
    ],
    [
      'purchased',
      async (id) => {
        const purchase = await startReservationPurchase(parts, resourceId, id, false);
        await runReservationPurchase(parts, jobOf(purchase, { reservationId: id }));
      },
    ],
  ])('goes when that is %s', async (_, end) => {
    const id = randomUUID();
    await putReservation(parts, resourceId, id, { [digits]: wanted });
    expect(await places()).toEqual([id]);
    await end(id);
    expect(await places()).toEqual([]);
  });

  it('is not given to one too many, however many are over and not gone yet', async () => {
    const ids = () => Array.from({ length: 10 }, () => randomUUID());
    for (const id of ids()) {
      await putReservation(parts, resourceId, id, {});
    }
    // Half of them are over, and as many have come since.
    at += 16 * minuteMs;
    const others = ids();
    await Promise.all(others.map((id) => items.put(resourceId, 'place', id, {})));
    const refused = randomUUID();
    await expect(putReservation(parts, resourceId, refused, {})).rejects.toMatchObject({ status: 409 });
    const left = await places();
    expect(left).toEqual(expect.arrayContaining(others));
    expect(left).not.toContain(refused);
  });
});
