// The numbers that the emulator has: nobody's, from ranges that regulators keep for films, examples and tests. Every geography
// has its own, each sixteenth, so that no number is in two.
// Sources: NANPA (555-0100 to 555-0199), Ofcom "Telephone numbers for drama use", ACMA "Phone numbers for use in TV shows",
// Arcep 2018-0881 (99 00, 91 ...), Bundesnetzagentur "Drama numbers", PTS "Telefonnummer till böcker och filmer", ComReg.
import { type GeographySlug, geographySlugs } from '../geography/index.js';
import type { NumberLot } from './inventory.js';
import type { AssignmentType, CapabilityType, NumberFacts, PhoneNumberType } from './model.js';

interface Kind {
  readonly type: PhoneNumberType;
  readonly for: readonly AssignmentType[];
  readonly sms: CapabilityType;
  readonly amount: number;
}

const both = 'inbound+outbound';
/** As recorded offers of ACS are. */
const geographic: Kind = { type: 'geographic', for: ['person', 'application'], sms: 'none', amount: 1 };
const tollFree: Kind = { type: 'tollFree', for: ['application'], sms: both, amount: 2 };
const mobile: Kind = { type: 'mobile', for: ['application'], sms: both, amount: 3 };

/** First number, how many, area code, place, division and its abbreviation. */
type Range = readonly [
  first: string,
  count: number,
  areaCode: string,
  place?: string,
  division?: string,
  short?: string,
];

const ranges: readonly (readonly [country: string, kind: Kind, ranges: readonly Range[]])[] = [
  [
    'US',
    geographic,
    [
      ['+19075550100', 100, '907', 'Anchorage', 'Alaska', 'AK'],
      ['+12565550100', 100, '256', 'Huntsville', 'Alabama', 'AL'],
      ['+19385550100', 100, '938', 'Huntsville', 'Alabama', 'AL'],
      ['+12135550100', 100, '213', 'Los Angeles', 'California', 'CA'],
      ['+14155550100', 100, '415', 'San Francisco', 'California', 'CA'],
      ['+13125550100', 100, '312', 'Chicago', 'Illinois', 'IL'],
      ['+12125550100', 100, '212', 'New York City', 'New York', 'NY'],
      ['+12065550100', 100, '206', 'Seattle', 'Washington', 'WA'],
    ],
  ],
  ['US', tollFree, ['800', '833', '844', '855', '866', '877', '888'].map((code) => [`+1${code}5550100`, 100, code])],
  [
    'CA',
    geographic,
    [
      ['+16045550100', 100, '604', 'Vancouver', 'British Columbia', 'BC'],
      ['+14165550100', 100, '416', 'Toronto', 'Ontario', 'ON'],
      ['+15145550100', 100, '514', 'Montreal', 'Quebec', 'QC'],
    ],
  ],
  [
    'GB',
    geographic,
    [
      ['+441214960000', 1_000, '121', 'Birmingham'],
      ['+441134960000', 1_000, '113', 'Leeds'],
      ['+442079460000', 1_000, '20', 'London'],
      ['+441614960000', 1_000, '161', 'Manchester'],
    ],
  ],
  ['GB', tollFree, [['+448081570000', 1_000, '808']]],
  ['GB', mobile, [['+447700900000', 1_000, '7700']]],
  [
    'AU',
    geographic,
    [
      ['+61755500000', 1_000, '7', 'Brisbane', 'Queensland', 'QLD'],
      ['+61355500000', 1_000, '3', 'Melbourne', 'Victoria', 'VIC'],
      ['+61855500000', 1_000, '8', 'Perth', 'Western Australia', 'WA'],
      ['+61255500000', 1_000, '2', 'Sydney', 'New South Wales', 'NSW'],
    ],
  ],
  [
    'FR',
    geographic,
    [
      ['+33353010000', 1_000, '3', 'Lille'],
      ['+33465710000', 1_000, '4', 'Lyon'],
      ['+33199000000', 1_000, '1', 'Paris'],
    ],
  ],
  [
    'DE',
    geographic,
    [
      ['+493023125000', 1_000, '30', 'Berlin'],
      ['+496990009000', 1_000, '69', 'Frankfurt am Main'],
      ['+494066969000', 1_000, '40', 'Hamburg'],
      ['+492214710000', 1_000, '221', 'Köln'],
      ['+498999998000', 1_000, '89', 'München'],
    ],
  ],
  ['DE', mobile, [['+491713920000', 100, '171']]],
  [
    'SE',
    geographic,
    [
      ['+46313900600', 100, '31', 'Göteborg'],
      ['+46980319200', 100, '980', 'Kiruna'],
      ['+46406280400', 100, '40', 'Malmö'],
      ['+46846500400', 100, '8', 'Stockholm'],
    ],
  ],
  ['SE', mobile, [['+46701740605', 95, '70']]],
  ['IE', geographic, [['+353209100000', 1_000, '20']]],
];

/** Whoever lives there may not sell them on. */
const agreementCountries = ['FR'];

export function emulatedLots(geography: GeographySlug): readonly NumberLot[] {
  return ranges.flatMap(([countryCode, kind, all]) =>
    all.map(([first, count, areaCode, locality, name, abbreviation]): NumberLot => {
      const offset = geographySlugs.indexOf(geography);
      const step = geographySlugs.length;
      return {
        countryCode,
        phoneNumberType: kind.type,
        assignmentTypes: kind.for,
        capabilities: { calling: both, sms: kind.sms },
        cost: { amount: kind.amount, currencyCode: 'USD' },
        areaCode,
        locality,
        division: name === undefined || abbreviation === undefined ? undefined : { name, abbreviation },
        needsAgreement: agreementCountries.includes(countryCode),
        // The network of tests: ITU-T E.212, 001-01.
        operator: { name: 'Domicile', mobileCountryCode: '001', mobileNetworkCode: '01' },
        ranges: [{ first: `+${Number(first.slice(1)) + offset}`, count: Math.ceil((count - offset) / step), step }],
      };
    }),
  );
}

/** What the resource that nobody has created begins with: a number that can be called, and sends and gets texts. */
export function seededNumber(geography: GeographySlug): NumberFacts {
  return {
    phoneNumber: `+${18_335_550_100 + geographySlugs.indexOf(geography)}`,
    countryCode: 'US',
    phoneNumberType: 'tollFree',
    assignmentType: 'application',
    capabilities: { calling: both, sms: both },
    cost: { amount: tollFree.amount, currencyCode: 'USD' },
  };
}
