// Reservations: numbers put and refused one by one, how long they are held, who may change them, and what is left.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { maxActiveReservations } from '../../shared/phone-numbers/limits.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { workJobs } from '../privacy/composed-app.js';
import { begunBy, bought, found, owned, pass, rowsOf, search, watch } from './number-app.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const lot = { country: 'US', type: 'tollFree', calling: 'inbound', sms: 'inbound+outbound' };
const inventory = JSON.stringify([{ ...lot, numbers: [{ from: '+18335550100', count: 8 }] }]);

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

const wanted = {
  countryCode: 'US',
  phoneNumberType: 'tollFree',
  assignmentType: 'application',
  capabilities: { calling: 'none', sms: 'outbound' },
};
const digits = (n: number) => `1833555010${n}`;
const all = (...numbers: number[]) => Object.fromEntries(numbers.map((n) => [digits(n), wanted]));

interface Reservation {
  readonly id: string;
  readonly status: string;
  readonly expiresAt: string;
  readonly phoneNumbers: Readonly<
    Record<string, { readonly status: string; readonly error?: { readonly code: string } }>
  >;
}

interface ReservationPage {
  readonly reservations: readonly Reservation[];
  readonly nextLink: string | null;
}

const put = (reservationId: string, phoneNumbers: object, process = here) =>
  process.call<Reservation>('phone-numbers-put-reservation', { params: { reservationId }, body: { phoneNumbers } });
const get = (reservationId: string) =>
  here.call<Reservation>('phone-numbers-get-reservation', { params: { reservationId } });
const purchase = (reservationId: string) =>
  here.call('phone-numbers-purchase-reservation', { params: { reservationId } });
const minutesLeft = ({ expiresAt }: Reservation) => (Date.parse(expiresAt) - here.app.clock.now()) / minuteMs;

describe('A reservation', () => {
  it('is made, changed and answered with what came of each number', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const made = await put(one, all(0, 1));
    expect([made.status, made.body.status, Object.keys(made.body.phoneNumbers)]).toEqual([
      201,
      'active',
      [digits(0), digits(1)],
    ]);
    expect((await put(one, {})).status).toBe(200);
    expect((await put(one, { ...all(2), [digits(1)]: null })).body.phoneNumbers).toMatchObject({
      [digits(0)]: { status: 'reserved' },
      [digits(2)]: { status: 'reserved' },
    });
    const partly = await put(other, {
      ...all(0, 1),
      '4319999999': wanted,
      [digits(3)]: { ...wanted, capabilities: { calling: 'outbound', sms: 'none' } },
      [digits(4)]: { ...wanted, assignmentType: 'person' },
    });
    expect(partly.status).toBe(207);
    expect(partly.body.phoneNumbers).toMatchObject({
      [digits(0)]: { status: 'error', error: { code: 'PhoneNumberNotAvailable' } },
      [digits(1)]: { status: 'reserved' },
      '4319999999': { status: 'error', error: { code: 'NotFound' } },
      [digits(3)]: { status: 'error', error: { code: 'BadRequest' } },
      [digits(4)]: { status: 'error', error: { code: 'BadRequest' } },
    });
    expect(Object.keys((await get(other)).body.phoneNumbers)).toEqual([digits(1)]);
    expect((await rowsOf(here)).claims.toSorted()).toEqual([digits(0), digits(1), digits(2)]);
  });

  it('has an id that is a UUID, the same in capitals', async () => {
    const id = randomUUID();
    await put(id.toUpperCase(), all(0));
    expect((await get(id)).body.id).toBe(id);
    expect((await put('mine', {})).status).toBe(400);
    expect((await put(id, { '+18335550100': wanted })).status).toBe(400);
  });

  it('holds its numbers for 15 minutes from its last change, two hours at most', async () => {
    const id = randomUUID();
    expect(minutesLeft((await put(id, all(0))).body)).toBeCloseTo(15, 1);
    for (let minutes = 0; minutes < 110; minutes += 10) {
      here.app.clock.setOffset(here.app.clock.offsetMs + 10 * minuteMs);
      expect((await put(id, {})).status).toBe(200);
    }
    expect(minutesLeft((await get(id)).body)).toBeCloseTo(10, 1);
    await pass(here, 11 * minuteMs);
    expect((await put(id, {})).status).toBe(409);
    expect((await get(id)).body).toMatchObject({
      status: 'expired',
      phoneNumbers: { [digits(0)]: { status: 'expired' } },
    });
    expect((await rowsOf(here)).claims).toEqual([]);
  });

  it('that is over holds nobody off, whether or not a sweep has come by', async () => {
    const id = randomUUID();
    await put(id, all(0, 1, 2, 3, 4, 5, 6, 7));
    const none = await search(here);
    await workJobs(here.app);
    expect((await watch(here, none)).status).toBe('failed');
    here.app.clock.setOffset(here.app.clock.offsetMs + 15 * minuteMs + 1_000);
    expect((await purchase(id)).status).toBe(409);
    expect((await found(here, { quantity: 8 })).phoneNumbers).toHaveLength(8);
    // Its own sweep gives nothing back that is somebody else's now.
    await here.app.sweep();
    expect((await rowsOf(here)).claims).toHaveLength(8);
  });

  it('is known for a month, and then not at all', async () => {
    const [open, done] = [randomUUID(), randomUUID()];
    await put(open, all(0));
    await put(done, all(1));
    begunBy(await purchase(done));
    await workJobs(here.app);
    await pass(here, 29 * dayMs);
    const listed = async () =>
      (await here.call<{ reservations: Reservation[] }>('phone-numbers-list-reservations')).body.reservations;
    expect((await listed()).map(({ status }) => status).toSorted()).toEqual(['completed', 'expired']);
    await pass(here, dayMs + minuteMs);
    expect(await listed()).toEqual([]);
    expect((await get(open)).status).toBe(404);
    expect(await rowsOf(here)).toEqual({ claims: [digits(1)], items: [`number~${digits(1)}`] });
  });

  it('is listed in pages', async () => {
    const ids = await Promise.all([0, 1, 2].map(async (n) => (await put(randomUUID(), all(n))).body.id));
    const seen: string[] = [];
    let query: Record<string, string> | undefined = { maxPageSize: '1' };
    let pages = 0;
    while (query !== undefined) {
      pages += 1;
      const answer = await here.call<ReservationPage>('phone-numbers-list-reservations', { query });
      const body: ReservationPage = answer.body;
      seen.push(...body.reservations.map(({ id }) => id));
      const nextLink: string | null = body.nextLink;
      query = nextLink === null ? undefined : Object.fromEntries(new URL(nextLink, 'https://x').searchParams);
    }
    expect([seen, pages]).toEqual([ids.toSorted(), 3]);
  });

  it('is deleted with what it holds', async () => {
    const id = randomUUID();
    await put(id, all(0, 1));
    const params = { reservationId: id };
    expect((await here.call('phone-numbers-delete-reservation', { params })).status).toBe(204);
    expect((await here.call('phone-numbers-delete-reservation', { params })).status).toBe(404);
    expect(await rowsOf(here)).toEqual({ claims: [], items: [] });
  });

  it('takes at most a hundred numbers', async () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`43660${1_000_000 + n}`, wanted]));
    // Those that do not exist take no place.
    expect((await put(randomUUID(), many)).status).toBe(207);
  });
});

describe('Of one resource', () => {
  it('ten reservations hold numbers at once and no more, whatever has become of others', async () => {
    const ids = Array.from({ length: maxActiveReservations }, () => randomUUID());
    for (const id of ids) {
      expect((await put(id, {})).status).toBe(201);
    }
    const [first = '', second = '', third = ''] = ids;
    const refused = await put(randomUUID(), all(0));
    expect(refused).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining('at most 10') } } });
    // Those that are there are changed all the same.
    expect((await put(first, all(0))).status).toBe(200);
    await here.call('phone-numbers-delete-reservation', { params: { reservationId: second } });
    const another = randomUUID();
    expect([(await put(another, {})).status, (await put(randomUUID(), {})).status]).toEqual([201, 409]);
    begunBy(await purchase(first));
    expect((await put(randomUUID(), {})).status).toBe(409);
    await workJobs(here.app);
    expect([(await put(randomUUID(), {})).status, (await put(randomUUID(), {})).status]).toEqual([201, 409]);
    // Whether or not a sweep has come by.
    here.app.clock.setOffset(here.app.clock.offsetMs + 16 * minuteMs);
    expect((await get(third)).body.status).toBe('expired');
    const again = await Promise.all(ids.map(() => put(randomUUID(), {})));
    expect(again.map(({ status }) => status)).toEqual(ids.map(() => 201));
    expect((await put(randomUUID(), {})).status).toBe(409);
  });
});

describe('The purchase of a reservation', () => {
  it('buys all of it, once', async () => {
    const id = randomUUID();
    await put(id, all(0, 1));
    const asked = await Promise.all([purchase(id), purchase(id)]);
    expect(asked.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    const [operation] = asked.filter(({ status }) => status === 202).map(begunBy) as [ReturnType<typeof begunBy>];
    expect((await get(id)).body.status).toBe('submitted');
    expect((await put(id, all(2))).status).toBe(409);
    await workJobs(here.app);
    expect(await watch(here, operation)).toMatchObject({ status: 'succeeded' });
    expect(await owned(here)).toEqual([`+${digits(0)}`, `+${digits(1)}`]);
    const { body } = await get(id);
    expect(body).toMatchObject({ status: 'completed', phoneNumbers: { [digits(0)]: { status: 'purchased' } } });
  });

  it('names a number no more that is released', async () => {
    const id = randomUUID();
    await put(id, all(0, 1));
    begunBy(await purchase(id));
    await workJobs(here.app);
    begunBy(await here.call('phone-numbers-release', { params: { phoneNumber: `+${digits(0)}` } }));
    await workJobs(here.app);
    expect(Object.keys((await get(id)).body.phoneNumbers)).toEqual([digits(1)]);
  });

  it('that is cancelled leaves it active', async () => {
    const id = randomUUID();
    await put(id, all(0));
    const { wireId: operationId } = begunBy(await purchase(id));
    await here.call('phone-numbers-cancel-operation', { params: { operationId } });
    await workJobs(here.app);
    expect((await get(id)).body.status).toBe('active');
    begunBy(await purchase(id));
    await workJobs(here.app);
    expect(await owned(here)).toEqual([`+${digits(0)}`]);
  });

  it('needs a number', async () => {
    const id = randomUUID();
    await put(id, {});
    expect((await purchase(id)).status).toBe(400);
  });
});

describe('Two processes', () => {
  it('never reserve the same number, and lose none of their changes', async () => {
    const there = await geography.start();
    const [one, other] = [randomUUID(), randomUUID()];
    const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
    const [mine, theirs] = await Promise.all([put(one, all(...numbers)), put(other, all(...numbers), there)]);
    const reserved = ({ body }: typeof mine) =>
      Object.entries(body.phoneNumbers).flatMap(([id, { status }]) => (status === 'reserved' ? [id] : []));
    expect([...reserved(mine), ...reserved(theirs)].toSorted()).toEqual(numbers.map(digits));
    // Both change the same one.
    await here.app.eraseEverything();
    const answers = await Promise.all([put(one, all(0)), put(one, all(1), there), put(one, all(2))]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 201]);
    expect(Object.keys((await get(one)).body.phoneNumbers).toSorted()).toEqual([digits(0), digits(1), digits(2)]);
  });
});

describe('An owned number', () => {
  it('can be neither reserved nor found by anybody', async () => {
    const numbers = await bought(here, { quantity: 8 });
    expect(numbers).toHaveLength(8);
    const { status, body } = await put(randomUUID(), all(0));
    expect([status, body.phoneNumbers[digits(0)]?.error?.code]).toEqual([207, 'PhoneNumberNotAvailable']);
    const browsed = await here.call('phone-numbers-browse', {
      params: { countryCode: 'US' },
      body: { phoneNumberType: 'tollFree' },
    });
    expect(browsed.body).toEqual({ phoneNumbers: [] });
  });
});
