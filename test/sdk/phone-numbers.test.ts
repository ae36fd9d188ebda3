// Every public method of the official client of phone numbers, against the running emulator.
import { randomUUID } from 'node:crypto';
import {
  type AvailablePhoneNumber,
  PhoneNumbersClient,
  type SearchAvailablePhoneNumbersRequest,
} from '@azure/communication-phone-numbers';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, heldOptions } from './clients.js';
import { signedCall } from './signed-call.js';

const version = 'api-version=2025-06-01';
/** The pollers wait for two seconds by default; neither option is in the types of the client. */
const quick: object = { updateIntervalInMs: 20 };
const resuming = (resumeFrom: string): object => ({ ...quick, resumeFrom });

let emulator: Emulator;
let europe: EmulatorResource;
let states: EmulatorResource;
let client: PhoneNumbersClient;
let other: PhoneNumbersClient;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe', 'unitedstates'] });
  [europe, states] = emulator.resources as [EmulatorResource, EmulatorResource];
  client = new PhoneNumbersClient(europe.connectionString, heldOptions(emulator));
  other = new PhoneNumbersClient(states.connectionString, heldOptions(emulator));
});
afterAll(() => emulator?.dispose());

const tollFree: SearchAvailablePhoneNumbersRequest = {
  countryCode: 'US',
  phoneNumberType: 'tollFree',
  assignmentType: 'application',
  capabilities: { calling: 'none', sms: 'inbound+outbound' },
};

async function search(wanted: Partial<SearchAvailablePhoneNumbersRequest> = {}, by = client) {
  const poller = await by.beginSearchAvailablePhoneNumbers({ ...tollFree, ...wanted }, quick);
  return poller.pollUntilDone();
}

/** @returns the numbers */
async function buy(wanted: Partial<SearchAvailablePhoneNumbersRequest> = {}): Promise<readonly string[]> {
  const { searchId, phoneNumbers } = await search(wanted);
  await (await client.beginPurchasePhoneNumbers(searchId, quick)).pollUntilDone();
  return phoneNumbers;
}

const release = async (number: string) => (await client.beginReleasePhoneNumber(number, quick)).pollUntilDone();

describe('The official client', () => {
  it('finds the number that is there from the start', async () => {
    expect(europe.phoneNumber).toMatch(/^\+1833555\d{4}$/);
    expect(states.phoneNumber).not.toBe(europe.phoneNumber);
    const [number] = await collect(client.listPurchasedPhoneNumbers());
    expect(number).toMatchObject({
      id: europe.phoneNumber.slice(1),
      phoneNumber: europe.phoneNumber,
      countryCode: 'US',
      phoneNumberType: 'tollFree',
      capabilities: { calling: 'inbound+outbound', sms: 'inbound+outbound' },
      assignmentType: 'application',
      cost: { amount: 2, currencyCode: 'USD', billingFrequency: 'monthly' },
    });
    expect(number?.purchaseDate).toBeInstanceOf(Date);
    await expect(other.getPurchasedPhoneNumber(europe.phoneNumber)).rejects.toMatchObject({
      statusCode: 404,
      code: 'NotFound',
      details: { error: { target: 'phonenumber' } },
    });
  });

  it('lists countries, also in another language', async () => {
    const countries = await collect(client.listAvailableCountries());
    expect(countries).toContainEqual({ localizedName: 'Germany', countryCode: 'DE' });
    expect(countries.map(({ countryCode }) => countryCode)).toEqual(['AU', 'CA', 'DE', 'FR', 'GB', 'IE', 'SE', 'US']);
    const { connectionString } = europe;
    const { endpoint = '', accesskey = '' } = Object.fromEntries(
      connectionString.split(';').map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
    );
    const german = new PhoneNumbersClient(
      endpoint,
      { key: accesskey },
      { ...heldOptions(emulator), acceptLanguage: 'de-AT' },
    );
    expect(await collect(german.listAvailableCountries())).toContainEqual({
      localizedName: 'Deutschland',
      countryCode: 'DE',
    });
  });

  it('lists places and their area codes', async () => {
    const places = await collect(client.listAvailableLocalities('US'));
    expect(places).toContainEqual({
      localizedName: 'Huntsville',
      administrativeDivision: { localizedName: 'Alabama', abbreviatedName: 'AL' },
    });
    const inAlaska = await collect(client.listAvailableLocalities('US', { administrativeDivision: 'AK' }));
    expect(inAlaska.map(({ localizedName }) => localizedName)).toEqual(['Anchorage']);
    const codes = client.listAvailableGeographicAreaCodes('US', {
      locality: 'Huntsville',
      administrativeDivision: 'AL',
    });
    expect(await collect(codes)).toEqual([{ areaCode: '256' }, { areaCode: '938' }]);
    expect(await collect(client.listAvailableMobileAreaCodes('SE'))).toEqual([{ areaCode: '70' }]);
    expect(await collect(client.listAvailableTollFreeAreaCodes('US'))).toContainEqual({ areaCode: '833' });
  });

  it('follows links to further pages as they are written', async () => {
    const pages = await signedCall(
      europe,
      'GET',
      `/availablePhoneNumbers/countries/US/localities?skip=0&maxPageSize=3&${version}`,
    );
    expect(pages.body).toMatchObject({
      nextLink: `/availablePhoneNumbers/countries/US/localities?skip=3&maxPageSize=3&${version}`,
    });
    const bought = await buy({ quantity: 3 });
    const all = await collect(client.listPurchasedPhoneNumbers());
    const paged: string[] = [];
    for await (const page of client.listPurchasedPhoneNumbers({ top: 2 } as object).byPage()) {
      expect(page.length).toBeLessThanOrEqual(2);
      paged.push(...page.map(({ phoneNumber }) => phoneNumber));
    }
    expect(paged).toEqual(all.map(({ phoneNumber }) => phoneNumber));
    expect(paged).toEqual(expect.arrayContaining([...bought, europe.phoneNumber]));
  });

  it('lists what is offered', async () => {
    const offerings = await collect(client.listAvailableOfferings('US'));
    const cost = (amount: number) => ({ amount, currencyCode: 'USD', billingFrequency: 'monthly' });
    const calls = { calling: 'inbound+outbound', sms: 'none' };
    expect(offerings).toEqual([
      { phoneNumberType: 'geographic', assignmentType: 'person', availableCapabilities: calls, cost: cost(1) },
      { phoneNumberType: 'geographic', assignmentType: 'application', availableCapabilities: calls, cost: cost(1) },
      {
        phoneNumberType: 'tollFree',
        assignmentType: 'application',
        availableCapabilities: { calling: 'inbound+outbound', sms: 'inbound+outbound' },
        cost: cost(2),
      },
    ]);
    const filter = { phoneNumberType: 'tollFree', assignmentType: 'application' } as const;
    expect(await collect(client.listAvailableOfferings('US', filter))).toHaveLength(1);
  });

  it('searches, purchases, changes and releases', async () => {
    const found = await search({ areaCode: '844', quantity: 2 });
    expect(found).toMatchObject({
      phoneNumberType: 'tollFree',
      assignmentType: 'application',
      capabilities: tollFree.capabilities,
      cost: { amount: 2, currencyCode: 'USD', billingFrequency: 'monthly' },
      error: 'NoError',
    });
    expect(found.phoneNumbers).toHaveLength(2);
    for (const number of found.phoneNumbers) {
      expect(number).toMatch(/^\+1844555\d{4}$/);
    }
    const minutes = (found.searchExpiresBy.getTime() - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(15);
    expect(minutes).toBeLessThanOrEqual(16);

    const purchase = await client.beginPurchasePhoneNumbers(found.searchId, quick);
    await purchase.pollUntilDone();
    const [number = ''] = found.phoneNumbers;
    const owned = await client.getPurchasedPhoneNumber(number);
    expect(owned).toMatchObject({ phoneNumber: number, capabilities: tollFree.capabilities });

    const wanted = { calling: 'inbound', sms: 'outbound' } as const;
    const update = await client.beginUpdatePhoneNumberCapabilities(number, wanted, quick);
    expect(await update.pollUntilDone()).toMatchObject({ phoneNumber: number, capabilities: wanted });
    expect((await client.getPurchasedPhoneNumber(number)).capabilities).toEqual(wanted);

    for (const each of found.phoneNumbers) {
      await release(each);
      await expect(client.getPurchasedPhoneNumber(each)).rejects.toMatchObject({ statusCode: 404 });
    }
    await expect(client.beginReleasePhoneNumber(number)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('is told as recorded when there are no such numbers', async () => {
    await expect(
      client.beginSearchAvailablePhoneNumbers({ ...tollFree, assignmentType: 'person' }),
    ).rejects.toMatchObject({
      statusCode: 400,
      code: 'InternalError',
      message: 'The server encountered an internal error.',
      details: {
        error: {
          innerError: {
            code: 'BadRequest',
            message: 'We are unable to find phone plans to match your requested capabilities.',
          },
        },
      },
    });
    await expect(
      client.beginUpdatePhoneNumberCapabilities('invalid_phone_number', { calling: 'none', sms: 'outbound' }),
    ).rejects.toMatchObject({ statusCode: 404, code: 'InternalError' });
  });

  it('hears from its poller that a search has failed', async () => {
    const poller = await client.beginSearchAvailablePhoneNumbers({ ...tollFree, areaCode: '999' }, quick);
    await expect(poller.pollUntilDone()).rejects.toThrow(
      'The long-running operation has failed. OutOfStock. No number of this kind is free.',
    );
    expect(poller.getOperationState().error?.message).toContain('OutOfStock');
  });

  it('goes on with an operation that another has begun', async () => {
    const poller = await client.beginSearchAvailablePhoneNumbers(tollFree, quick);
    const resumed = await client.beginSearchAvailablePhoneNumbers(tollFree, resuming(poller.toString()));
    const [one, two] = await Promise.all([poller.pollUntilDone(), resumed.pollUntilDone()]);
    expect(two.searchId).toBe(one.searchId);
  });

  it('browses, reserves and purchases what it has reserved', async () => {
    const { phoneNumbers } = await client.browseAvailablePhoneNumbers(
      { countryCode: 'US', phoneNumberType: 'tollFree' },
      { assignmentType: 'application', capabilities: { sms: 'outbound' }, phoneNumberPrefixes: ['1888', '877'] },
    );
    expect(phoneNumbers.length).toBeGreaterThan(5);
    for (const { id, phoneNumber, status } of phoneNumbers) {
      expect({ phoneNumber, status }).toEqual({ phoneNumber: `+${id}`, status: 'available' });
      expect(phoneNumber).toMatch(/^\+18(88|77)/);
    }
    const [one, two, three] = phoneNumbers as [AvailablePhoneNumber, AvailablePhoneNumber, AvailablePhoneNumber];
    const reservationId = randomUUID();
    const made = await client.createOrUpdateReservation({ reservationId }, { add: [one, two] });
    expect(made).toMatchObject({ id: reservationId, status: 'active' });
    expect(Object.keys(made.phoneNumbers ?? {}).sort()).toEqual([one.id, two.id].sort());
    const changed = await client.createOrUpdateReservation({ reservationId }, { add: [three], remove: [two.id ?? ''] });
    expect(Object.keys(changed.phoneNumbers ?? {}).sort()).toEqual([one.id, three.id].sort());
    expect(changed.phoneNumbers?.[one.id ?? '']).toMatchObject({ status: 'reserved', phoneNumber: one.phoneNumber });

    // Somebody else has it now, and something that is no number at all.
    const unknown = { ...one, id: '4319999999', phoneNumber: '+4319999999' };
    const late = await client.createOrUpdateReservation({ reservationId: randomUUID() }, { add: [one, two, unknown] });
    expect(late.phoneNumbers?.[one.id ?? '']).toMatchObject({
      status: 'error',
      error: { code: 'PhoneNumberNotAvailable' },
    });
    expect(late.phoneNumbers?.[two.id ?? '']).toMatchObject({ status: 'reserved' });
    expect(late.phoneNumbers?.[unknown.id]).toMatchObject({ status: 'error', error: { code: 'NotFound' } });

    expect(await client.getReservation(reservationId)).toEqual(changed);
    const listed = await collect(client.listReservations());
    expect(listed.map(({ id }) => id).sort()).toEqual([reservationId, late.id].sort());
    expect(listed[0]).not.toHaveProperty('phoneNumbers');
    await client.deleteReservation(late.id ?? '');
    await expect(client.getReservation(late.id ?? '')).rejects.toMatchObject({ statusCode: 404 });

    await (await client.beginReservationPurchase(reservationId, quick)).pollUntilDone();
    expect(await client.getReservation(reservationId)).toMatchObject({ status: 'completed' });
    expect((await client.getPurchasedPhoneNumber(one.phoneNumber ?? '')).phoneNumber).toBe(one.phoneNumber);
    await expect(client.deleteReservation(reservationId)).rejects.toMatchObject({ statusCode: 409 });
  });

  it('asks for an agreement where numbers may not be resold', async () => {
    const french = {
      countryCode: 'FR',
      phoneNumberType: 'geographic',
      capabilities: { calling: 'inbound', sms: 'none' },
    } as const;
    const { searchId, isAgreementToNotResellRequired } = await search(french);
    expect(isAgreementToNotResellRequired).toBe(true);
    await expect(client.beginPurchasePhoneNumbers(searchId)).rejects.toMatchObject({
      statusCode: 400,
      code: 'AgreementToNotResellRequired',
    });
    await (await client.beginPurchasePhoneNumbers(searchId, { ...quick, agreeToNotResell: true })).pollUntilDone();
  });

  it('says how numbers are written, and on demand who carries them', async () => {
    const numbers = [europe.phoneNumber, '+46701740605'];
    const short = await client.searchOperatorInformation(numbers);
    expect(short.values?.[1]).toEqual({
      phoneNumber: '+46701740605',
      nationalFormat: '070-174 06 05',
      internationalFormat: '+46 70 174 06 05',
    });
    const { values } = await client.searchOperatorInformation(numbers, { includeAdditionalOperatorDetails: true });
    expect(values).toMatchObject([
      { isoCountryCode: 'US', numberType: 'other', operatorDetails: { name: 'Domicile', mobileCountryCode: '001' } },
      { isoCountryCode: 'SE', numberType: 'mobile' },
    ]);
  });

  it('shows with a number that was given back to nobody else what it was used for', async () => {
    const [number = ''] = await buy();
    await release(number);
    const { body } = await signedCall(europe, 'GET', `/phoneNumbers?${version}`);
    expect(JSON.stringify(body)).not.toContain(number.slice(1));
  });
});

describe('The headers of long-running operations', () => {
  it('are relative, as recorded, and a page of a browser may read them', async () => {
    const body = { ...tollFree, countryCode: undefined };
    const path = `/availablePhoneNumbers/countries/US/:search?${version}`;
    const { status, headers, body: empty } = await signedCall(europe, 'POST', path, body);
    expect({ status, empty }).toEqual({ status: 202, empty: {} });
    const id = headers.get('search-id');
    expect(headers.get('operation-id')).toBe(`search_${id}`);
    expect(headers.get('location')).toBe(`/availablePhoneNumbers/searchResults/${id}?${version}`);
    expect(headers.get('operation-location')).toBe(`/phoneNumbers/operations/search_${id}?${version}`);
    const watched = await signedCall(europe, 'GET', `/phoneNumbers/operations/search_${id}?${version}`);
    expect(watched.body).toMatchObject({ operationType: 'search', id: `search_${id}` });
    expect(watched.headers.get('location')).toBe(headers.get('location'));
    const cancelled = await signedCall(europe, 'DELETE', `/phoneNumbers/operations/search_${id}?${version}`);
    expect(cancelled.status).toBe(204);
  });
});
