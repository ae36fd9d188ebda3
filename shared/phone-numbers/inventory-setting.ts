// The numbers that an operator has, as the setting DOMICILE_PHONE_NUMBERS says them.
import { z } from 'zod';
import { parsePhoneNumber } from '../data-map/index.js';
import type { NumberLot } from './inventory.js';
import type { NumberRange } from './number-range.js';

const maxLots = 1_000;
const maxRanges = 1_000;
const maxNumbers = 1_000_000;

const E164 = z.string().refine((text) => parsePhoneNumber(text) !== undefined, 'is no number in the form +43...');
const Capability = z.enum(['none', 'inbound', 'outbound', 'inbound+outbound']);
const Word = z.string().min(1).max(100);

const Lot = z
  .strictObject({
    country: z.string().regex(/^[A-Z]{2}$/, 'is no country code such as AT'),
    type: z.enum(['geographic', 'tollFree', 'mobile']),
    for: z
      .array(z.enum(['person', 'application']))
      .min(1)
      .default(['application']),
    calling: Capability,
    sms: Capability,
    monthlyCost: z
      .strictObject({ amount: z.number().min(0), currency: z.string().regex(/^[A-Z]{3}$/) })
      .default({ amount: 0, currency: 'USD' }),
    areaCode: z
      .string()
      .regex(/^\d{1,8}$/)
      .optional(),
    locality: Word.optional(),
    division: z.strictObject({ name: Word, abbreviation: Word }).optional(),
    noResale: z.boolean().default(false),
    operator: z
      .strictObject({
        name: Word,
        mobileNetworkCode: z
          .string()
          .regex(/^\d{2,3}$/)
          .optional(),
        mobileCountryCode: z
          .string()
          .regex(/^\d{3}$/)
          .optional(),
      })
      .optional(),
    numbers: z
      .array(z.union([E164, z.strictObject({ from: E164, count: z.int().min(1).max(maxNumbers) })]))
      .min(1)
      .max(maxRanges),
  })
  .transform(({ country, type, for: assignmentTypes, calling, sms, monthlyCost, noResale, numbers, ...rest }) => ({
    ...rest,
    countryCode: country,
    phoneNumberType: type,
    assignmentTypes,
    capabilities: { calling, sms },
    cost: { amount: monthlyCost.amount, currencyCode: monthlyCost.currency },
    needsAgreement: noResale,
    ranges: numbers.map((each) =>
      typeof each === 'string' ? { first: each, count: 1 } : { first: each.from, count: each.count },
    ),
  }));

/** Messages name places and never numbers. */
export const InventorySetting = z
  .array(Lot)
  .max(maxLots)
  .refine((lots) => isDisjoint(lots.flatMap(({ ranges }) => ranges)), 'has a number twice')
  .transform((lots): readonly NumberLot[] => lots);

/** Compared as numbers, those of one length stand together; and of ranges that meet, two stand side by side. */
function isDisjoint(ranges: readonly NumberRange[]): boolean {
  const sorted = ranges.toSorted((one, other) => valueOf(one) - valueOf(other));
  return sorted.every((range, n) => {
    const next = sorted[n + 1];
    return next === undefined || valueOf(range) + range.count <= valueOf(next);
  });
}

function valueOf({ first }: NumberRange): number {
  return Number(first.slice(1));
}
