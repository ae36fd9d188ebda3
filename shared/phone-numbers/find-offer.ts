// Whether numbers of a kind can be had at all: what ACS calls a phone plan.
import { Fault } from '../http/index.js';
import { covers } from './capability-types.js';
import { phoneNumberFaults } from './faults.js';
import { fits, type NumberOffer, type NumberProvider, type NumberQuery } from './number-provider.js';

/** As recorded. */
export function noPlan(): Fault {
  return new Fault(phoneNumberFaults.noPlan, {
    innererror: {
      code: 'BadRequest',
      message: 'We are unable to find phone plans to match your requested capabilities.',
    },
  });
}

/** @throws {Fault} 404 when there are no numbers of this country */
export async function offersOf(provider: NumberProvider, countryCode: string): Promise<readonly NumberOffer[]> {
  const offers = await provider.offers(countryCode);
  if (offers.length === 0) {
    throw new Fault(phoneNumberFaults.noCountry, { target: 'countryCode' });
  }
  return offers;
}

/** @throws {Fault} 404 when there are no numbers of this country, 400 when none can do what is wanted */
export async function findOffer(provider: NumberProvider, query: NumberQuery): Promise<NumberOffer> {
  const offers = await offersOf(provider, query.countryCode);
  const offer = offers.find((each) => fits(each, query) && covers(each.capabilities, query.capabilities ?? {}));
  if (offer === undefined) {
    throw noPlan();
  }
  return offer;
}
