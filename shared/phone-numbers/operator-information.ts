// What a number says about itself: how it is written, of which country and kind it is; and who carries it, where that is
// known here: of the numbers of our own inventory. Nobody else is asked.
import type { NumberProvider, Operator } from './number-provider.js';

export interface NumberInformation {
  readonly phoneNumber: string;
  readonly nationalFormat: string;
  readonly internationalFormat: string;
  readonly countryCode?: string | undefined;
  readonly numberType: 'unknown' | 'other' | 'geographic' | 'mobile';
  readonly operator?: Operator | undefined;
}

/** @param phoneNumber E.164 */
export async function informationAbout(provider: NumberProvider, phoneNumber: string): Promise<NumberInformation> {
  // 150 KB of rules, which only who asks needs.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/max');
  const parsed = parsePhoneNumberFromString(phoneNumber);
  const offered = await provider.find(phoneNumber);
  return {
    phoneNumber,
    nationalFormat: parsed?.formatNational() ?? phoneNumber,
    internationalFormat: parsed?.formatInternational() ?? phoneNumber,
    countryCode: parsed?.country ?? offered?.countryCode,
    numberType: offered === undefined ? kindOf(parsed?.getType()) : ownKinds[offered.phoneNumberType],
    operator: offered?.operator,
  };
}

const ownKinds = { geographic: 'geographic', mobile: 'mobile', tollFree: 'other' } as const;

function kindOf(type: string | undefined): NumberInformation['numberType'] {
  switch (type) {
    case undefined:
      return 'unknown';
    case 'FIXED_LINE':
    case 'FIXED_LINE_OR_MOBILE':
      return 'geographic';
    case 'MOBILE':
      return 'mobile';
    default:
      return 'other';
  }
}
