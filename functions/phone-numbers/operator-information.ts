// What numbers say about themselves.
import { operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { informationAbout, type NumberParts } from '../../shared/phone-numbers/index.js';
import { OperatorInformationResult } from './answers.js';
import { OperatorInformationRequest } from './wire.js';

export function operatorInformationOperations({ provider }: NumberParts) {
  return [
    operation({
      service: 'phoneNumbers',
      auth: accessKey,
      name: 'phone-numbers-search-operator-information',
      contract: 'phoneNumbers.operatorInformationSearch',
      summary: 'Says how numbers are written; on demand also of which country, kind and operator they are.',
      route: 'POST operatorInformation/:search',
      body: OperatorInformationRequest,
      returns: OperatorInformationResult,
      ok: async ({ body: { phoneNumbers, options } }) => {
        const found = await Promise.all(phoneNumbers.map((number) => informationAbout(provider, number)));
        const isWhole = options?.includeAdditionalOperatorDetails === true;
        return {
          values: found.map(({ countryCode, numberType, operator, ...format }) => ({
            ...format,
            ...(isWhole && {
              ...(countryCode !== undefined && { isoCountryCode: countryCode }),
              numberType,
              ...(operator !== undefined && { operatorDetails: operator }),
            }),
          })),
        };
      },
    }),
  ];
}
