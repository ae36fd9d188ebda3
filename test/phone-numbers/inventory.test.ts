// The inventory, its setting, and the numbers of the emulator: real ones by the rules of their countries, each in one geography.
import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { geographySlugs } from '../../shared/geography/index.js';
import { emulatedLots, seededNumber } from '../../shared/phone-numbers/emulated-lots.js';
import { Inventory, type NumberLot } from '../../shared/phone-numbers/inventory.js';
import { InventorySetting } from '../../shared/phone-numbers/inventory-setting.js';
import type { NumberQuery } from '../../shared/phone-numbers/number-provider.js';
import { covers } from '../../shared/phone-numbers/capability-types.js';

async function numbersOf(lots: readonly NumberLot[], query: NumberQuery, from = 0): Promise<string[]> {
  const numbers: string[] = [];
  for await (const { phoneNumber } of new Inventory(lots).numbers(query, from)) {
    numbers.push(phoneNumber);
  }
  return numbers;
}

const lot = (more: Partial<NumberLot> = {}): NumberLot => ({
  countryCode: 'US',
  phoneNumberType: 'geographic',
  assignmentTypes: ['application'],
  capabilities: { calling: 'inbound+outbound', sms: 'none' },
  cost: { amount: 1, currencyCode: 'USD' },
  needsAgreement: false,
  ranges: [],
  ...more,
});
const geographic: NumberQuery = { countryCode: 'US', phoneNumberType: 'geographic' };

describe('An inventory', () => {
  it('gives every number that fits once, wherever one begins', async () => {
    const range = fc.record({ count: fc.integer({ min: 1, max: 12 }), step: fc.integer({ min: 1, max: 16 }) });
    const ranges = fc.array(range, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(ranges, fc.double({ min: 0, max: 1, noNaN: true }), async (given, from) => {
        const placed = given.map((each, n) => ({ ...each, first: `+1206555${n}000` }));
        const lots = placed.map((each) => lot({ ranges: [each] }));
        const expected = placed.flatMap(({ first, count, step }) =>
          Array.from({ length: count }, (_, n) => `+${Number(first.slice(1)) + n * step}`),
        );
        const numbers = await numbersOf(lots, geographic, from);
        expect(numbers.toSorted()).toEqual(expected.toSorted());
        const inventory = new Inventory(lots);
        for (const number of expected) {
          expect((await inventory.find(number))?.phoneNumber).toBe(number);
        }
      }),
    );
  });

  it('begins where it is told to', async () => {
    const lots = [lot({ ranges: [{ first: '+12065550100', count: 4 }] })];
    expect((await numbersOf(lots, geographic, 0.5))[0]).toBe('+12065550102');
    expect(await numbersOf(lots, geographic, 1)).toHaveLength(4);
    expect(await numbersOf([], geographic, 0.5)).toEqual([]);
  });

  it('knows no number beside its own', async () => {
    const inventory = new Inventory([lot({ ranges: [{ first: '+12065550100', count: 4, step: 2 }] })]);
    for (const number of ['+12065550099', '+12065550101', '+12065550108', '+120655501020', '+1', 'x', '']) {
      expect(await inventory.find(number), number).toBeUndefined();
    }
  });

  it('takes prefixes with the code of the country and without', async () => {
    const lots = [
      lot({ areaCode: '206', ranges: [{ first: '+12065550100', count: 1 }] }),
      lot({ areaCode: '212', ranges: [{ first: '+12125550100', count: 1 }] }),
    ];
    for (const prefix of ['+1206', '1206', '206', '20655501']) {
      expect(await numbersOf(lots, { ...geographic, prefixes: [prefix] })).toEqual(['+12065550100']);
    }
    expect(await numbersOf(lots, { ...geographic, prefixes: ['212', '206'] })).toHaveLength(2);
    expect(await numbersOf(lots, { ...geographic, prefixes: ['555'] })).toEqual([]);
  });
});

describe('The numbers of an inventory that begin with certain digits', () => {
  const range = fc.record({
    first: fc.integer({ min: 12_065_550_000, max: 12_065_559_999 }),
    count: fc.integer({ min: 1, max: 300 }),
    step: fc.integer({ min: 1, max: 16 }),
  });
  const prefix = fc.oneof(
    fc.integer({ min: 0, max: 11 }).map((length) => '12065551234'.slice(0, length)),
    fc.integer({ min: 1_206_555, max: 1_206_556 }).map(String),
    fc.integer({ min: 12_065_550, max: 12_065_559 }).map(String),
    fc.integer({ min: 206_555_000, max: 206_555_999 }).map(String),
    fc.constantFrom('0', '01', '+1206555', '5', '206', '+206', '120655501000'),
  );
  const prefixList = fc.array(
    prefix.filter((each) => each !== ''),
    { minLength: 1, maxLength: 8 },
  );

  it('are found as if each had been looked at', async () => {
    await fc.assert(
      fc.asyncProperty(range, prefixList, fc.boolean(), async ({ first, count, step }, prefixes, hasArea) => {
        const begins = (number: number) =>
          prefixes.some(
            (each) =>
              `${number}`.startsWith(each.replace('+', '')) || (hasArea && `${number}`.slice(1).startsWith(each)),
          );
        const all = Array.from({ length: count }, (_, n) => first + n * step);
        const lots = [lot({ ...(hasArea && { areaCode: '206' }), ranges: [{ first: `+${first}`, count, step }] })];
        const numbers = await numbersOf(lots, { ...geographic, prefixes }, 0.5);
        expect(numbers.toSorted()).toEqual(
          all
            .filter(begins)
            .map((number) => `+${number}`)
            .toSorted(),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('are found at once among more than anybody could look at', async () => {
    const lots = [
      lot({ areaCode: '664', countryCode: 'AT', ranges: [{ first: '+436640000000000', count: 9_999_999_999 }] }),
    ];
    const query = { ...geographic, countryCode: 'AT' };
    const prefixes = Array.from({ length: 100 }, (_, n) => `99${n}`);
    expect(await numbersOf(lots, { ...query, prefixes })).toEqual([]);
    expect(await numbersOf(lots, { ...query, prefixes: [...prefixes, '6641234567890'] })).toEqual(['+436641234567890']);
  });
});

it('What is offered covers what is wanted when it has every direction of it', () => {
  const types = ['none', 'inbound', 'outbound', 'inbound+outbound'] as const;
  const has = (one: string, other: string) =>
    other === 'none' || other.split('+').every((each) => one.split('+').includes(each));
  for (const offered of types) {
    for (const wanted of types) {
      expect(covers({ calling: offered, sms: 'none' }, { calling: wanted })).toBe(has(offered, wanted));
      expect(covers({ calling: 'none', sms: offered }, { sms: wanted })).toBe(has(offered, wanted));
    }
  }
});

describe('The numbers of the emulator', () => {
  /** Kept by Ofcom and ComReg for the same, and for that reason valid nowhere else. */
  const invalidOnPurpose = /^\+(447700900|35320910)/;
  const types = { geographic: /^FIXED_LINE/, tollFree: /^TOLL_FREE$/, mobile: /MOBILE$/ };

  it.each(geographySlugs)('are real ones of their countries in %s', async (geography) => {
    const lots = emulatedLots(geography);
    for (const { ranges, countryCode, phoneNumberType, areaCode } of lots) {
      const query: NumberQuery = { countryCode, phoneNumberType, areaCode };
      const numbers = await numbersOf(lots, query);
      expect(numbers.length).toBe(ranges.reduce((sum, { count }) => sum + count, 0));
      expect(numbers.length).toBeGreaterThan(4);
      for (const number of [numbers[0], numbers.at(-1)]) {
        const parsed = parsePhoneNumberFromString(number ?? '');
        expect(parsed?.isPossible(), number).toBe(true);
        if (!invalidOnPurpose.test(number ?? '')) {
          expect([parsed?.country, parsed?.isValid()], number).toEqual([countryCode, true]);
          expect(parsed?.getType(), number).toMatch(types[phoneNumberType]);
        }
        expect(String(parsed?.nationalNumber), number).toMatch(new RegExp(`^${areaCode}`));
      }
    }
  });

  it('are in one geography each', async () => {
    const seen = new Set<string>();
    let all = 0;
    for (const geography of geographySlugs) {
      const lots = emulatedLots(geography);
      for (const { countryCode, phoneNumberType, areaCode } of lots) {
        for (const number of await numbersOf(lots, { countryCode, phoneNumberType, areaCode })) {
          seen.add(number);
          all += 1;
        }
      }
    }
    expect(seen.size).toBe(all);
    expect(all).toBeGreaterThan(20_000);
  });

  it('have the first of each resource among them', async () => {
    for (const geography of geographySlugs) {
      const { phoneNumber, capabilities } = seededNumber(geography);
      const offered = await new Inventory(emulatedLots(geography)).find(phoneNumber);
      expect(offered).toMatchObject({ phoneNumberType: 'tollFree', countryCode: 'US', capabilities });
    }
  });
});

describe('The setting of the inventory', () => {
  const given = { country: 'AT', type: 'mobile', calling: 'none', sms: 'inbound+outbound' };
  const read = (...lots: object[]) => InventorySetting.safeParse(lots);

  it('is read with numbers one by one and as ranges', async () => {
    const numbers = ['+436641234567', { from: '+436641234600', count: 3 }];
    const lots = InventorySetting.parse([{ ...given, numbers }]);
    expect(await numbersOf(lots, { countryCode: 'AT', phoneNumberType: 'mobile' })).toEqual([
      '+436641234567',
      '+436641234600',
      '+436641234601',
      '+436641234602',
    ]);
    expect(lots[0]).toMatchObject({ assignmentTypes: ['application'], cost: { amount: 0, currencyCode: 'USD' } });
  });

  it.each([
    ['a number twice', [{ ...given, numbers: ['+436641234567', '+436641234567'] }]],
    [
      'a number in two ranges',
      [
        { ...given, numbers: [{ from: '+436641234500', count: 100 }] },
        { ...given, type: 'geographic', numbers: ['+436641234567'] },
      ],
    ],
    ['no number', [{ ...given, numbers: ['06641234567'] }]],
    ['a country that is none', [{ ...given, country: 'Austria', numbers: ['+436641234567'] }]],
    ['a word that nobody knows', [{ ...given, numbers: ['+436641234567'], price: 3 }]],
  ])('is refused with %s, without a word of the numbers', (_, lots) => {
    const { success, error } = read(...lots);
    expect(success).toBe(false);
    expect(JSON.stringify(error?.issues)).not.toContain('1234567');
  });
});
