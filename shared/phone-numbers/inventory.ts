// The numbers that an operator has, as lots of numbers that follow each other. Nothing is stored: it follows from settings.
import { covers } from './capability-types.js';
import { digitsOf } from './model.js';
import { type NumberRange, numberAt, isIn, rangesWithin } from './number-range.js';
import {
  fits,
  type NumberOffer,
  type NumberProvider,
  type NumberQuery,
  type OfferedNumber,
} from './number-provider.js';

export interface NumberLot extends NumberOffer {
  readonly ranges: readonly NumberRange[];
}

export class Inventory implements NumberProvider {
  readonly #lots: readonly NumberLot[];

  constructor(lots: readonly NumberLot[]) {
    this.#lots = lots;
  }

  async offers(countryCode?: string): Promise<readonly NumberOffer[]> {
    return this.#lots.filter((lot) => countryCode === undefined || lot.countryCode === countryCode);
  }

  async *numbers(query: NumberQuery, from: number): AsyncGenerator<OfferedNumber> {
    const { capabilities = {}, prefixes } = query;
    const ranges = this.#lots
      .filter((lot) => fits(lot, query) && covers(lot.capabilities, capabilities))
      .flatMap((lot) => lot.ranges.map((range) => ({ lot, range })))
      .flatMap(({ lot, range }) =>
        prefixes === undefined
          ? { lot, range }
          : rangesWithin(range, wholePrefixes(range, lot, prefixes)).map((part) => ({ lot, range: part })),
      );
    const total = ranges.reduce((sum, { range }) => sum + range.count, 0);
    const start = Math.min(Math.floor(from * total), total - 1);
    // The second round ends where the first one began.
    let place = 0;
    for (let round = 0; round < 2; round++) {
      place = 0;
      for (const { lot, range } of ranges) {
        const [first, end] = round === 0 ? [start - place, range.count] : [0, start - place];
        for (let n = Math.max(0, first); n < Math.min(end, range.count); n++) {
          yield offered(lot, numberAt(range, n));
        }
        place += range.count;
      }
    }
  }

  async find(phoneNumber: string): Promise<OfferedNumber | undefined> {
    for (const lot of this.#lots) {
      if (lot.ranges.some((range) => isIn(range, phoneNumber))) {
        return offered(lot, phoneNumber);
      }
    }
    return undefined;
  }
}

function offered(lot: NumberLot, phoneNumber: string): OfferedNumber {
  const { ranges: _, ...offer } = lot;
  return { ...offer, phoneNumber };
}

/**
 * As people write a prefix: with the plus sign or without, with the code of the country or from the area code on.
 *
 * @returns with the code of the country, without the plus sign
 */
function wholePrefixes({ first }: NumberRange, { areaCode }: NumberOffer, prefixes: readonly string[]): string[] {
  const digits = digitsOf(first);
  const place = areaCode === undefined ? -1 : digits.indexOf(areaCode);
  return prefixes.flatMap((prefix) =>
    place < 0 ? digitsOf(prefix) : [digitsOf(prefix), `${digits.slice(0, place)}${prefix}`],
  );
}
