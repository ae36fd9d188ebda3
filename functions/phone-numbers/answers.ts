// What is answered about phone numbers and SIP routing, in the words of the contracts.
import { z } from 'zod';
import { InSevenDigits, Text, WrittenError } from '../wire/written.js';
import { AssignmentTypeWire, Capabilities, PhoneNumberTypeWire } from './wire.js';

const NextLink = Text.nullable();

const PhoneNumberCapabilities = Capabilities.meta({ id: 'PhoneNumberCapabilities' });

const PhoneNumberCost = z
  .object({ amount: z.number(), currencyCode: Text, billingFrequency: z.literal('monthly') })
  .meta({ id: 'PhoneNumberCost' });

export const PhoneNumberCountries = z
  .object({
    countries: z.array(z.object({ localizedName: Text, countryCode: Text }).meta({ id: 'PhoneNumberCountry' })),
    nextLink: NextLink,
  })
  .meta({ id: 'PhoneNumberCountries' });

const AdministrativeDivision = z
  .object({ localizedName: Text, abbreviatedName: Text })
  .meta({ id: 'PhoneNumberAdministrativeDivision' });

export const PhoneNumberLocalities = z
  .object({
    phoneNumberLocalities: z.array(
      z
        .object({ localizedName: Text, administrativeDivision: AdministrativeDivision.optional() })
        .meta({ id: 'PhoneNumberLocality' }),
    ),
    nextLink: NextLink,
  })
  .meta({ id: 'PhoneNumberLocalities' });

export const PhoneNumberAreaCodes = z
  .object({
    areaCodes: z.array(z.object({ areaCode: Text }).meta({ id: 'PhoneNumberAreaCode' })),
    nextLink: NextLink,
  })
  .meta({ id: 'PhoneNumberAreaCodes' });

export const OfferingsResponse = z
  .object({
    phoneNumberOfferings: z.array(
      z
        .object({
          phoneNumberType: PhoneNumberTypeWire,
          assignmentType: AssignmentTypeWire,
          availableCapabilities: PhoneNumberCapabilities,
          cost: PhoneNumberCost,
        })
        .meta({ id: 'PhoneNumberOffering' }),
    ),
    nextLink: NextLink,
  })
  .meta({ id: 'OfferingsResponse' });

export const AvailablePhoneNumber = z
  .object({
    id: Text,
    countryCode: Text,
    phoneNumber: Text,
    capabilities: PhoneNumberCapabilities,
    phoneNumberType: PhoneNumberTypeWire,
    assignmentType: AssignmentTypeWire,
    cost: PhoneNumberCost.optional(),
    status: z.enum(['available', 'reserved', 'expired', 'error', 'purchased']),
    isAgreementToNotResellRequired: z.boolean().optional(),
    error: WrittenError.optional(),
  })
  .meta({ id: 'AvailablePhoneNumber' });

export const PhoneNumbersBrowseResult = z
  .object({ phoneNumbers: z.array(AvailablePhoneNumber) })
  .meta({ id: 'PhoneNumbersBrowseResult' });

export const PhoneNumberSearchResult = z
  .object({
    searchId: Text,
    phoneNumbers: z.array(Text),
    phoneNumberType: PhoneNumberTypeWire,
    assignmentType: AssignmentTypeWire,
    capabilities: PhoneNumberCapabilities,
    cost: PhoneNumberCost,
    searchExpiresBy: InSevenDigits,
    isAgreementToNotResellRequired: z.boolean(),
    errorCode: z.int(),
    error: z.enum(['NoError', 'OutOfStock']),
  })
  .meta({ id: 'PhoneNumberSearchResult' });

export const PurchasedPhoneNumber = z
  .object({
    id: Text,
    phoneNumber: Text,
    countryCode: Text,
    phoneNumberType: PhoneNumberTypeWire,
    capabilities: PhoneNumberCapabilities,
    assignmentType: AssignmentTypeWire,
    purchaseDate: InSevenDigits,
    cost: PhoneNumberCost,
  })
  .meta({ id: 'PurchasedPhoneNumber' });

export const PurchasedPhoneNumbers = z
  .object({ phoneNumbers: z.array(PurchasedPhoneNumber), nextLink: NextLink })
  .meta({ id: 'PurchasedPhoneNumbers' });

export const CapabilitiesUpdate = z
  .object({ capabilitiesUpdateId: Text })
  .meta({ id: 'PhoneNumberCapabilitiesUpdate' });

export const PhoneNumberOperation = z
  .object({
    operationType: z.enum([
      'purchase',
      'releasePhoneNumber',
      'search',
      'updatePhoneNumberCapabilities',
      'reservationPurchase',
    ]),
    status: z.enum(['notStarted', 'running', 'succeeded', 'failed']),
    resourceLocation: Text.nullable(),
    createdDateTime: InSevenDigits,
    id: Text,
    lastActionDateTime: Text,
    error: WrittenError.optional(),
  })
  .meta({ id: 'PhoneNumberOperation' });

const reservationFields = {
  id: Text,
  expiresAt: InSevenDigits,
  status: z.enum(['active', 'submitted', 'completed', 'expired']),
};

export const PhoneNumbersReservation = z
  .object({ ...reservationFields, phoneNumbers: z.record(Text, AvailablePhoneNumber) })
  .meta({ id: 'PhoneNumbersReservation' });

/** The numbers of each are not named in a list. */
export const PhoneNumbersReservations = z
  .object({
    reservations: z.array(z.object(reservationFields).meta({ id: 'ListedPhoneNumbersReservation' })),
    nextLink: NextLink,
  })
  .meta({ id: 'PhoneNumbersReservations' });

export const OperatorInformationResult = z
  .object({
    values: z.array(
      z
        .object({
          phoneNumber: Text,
          nationalFormat: Text,
          internationalFormat: Text,
          isoCountryCode: Text.optional(),
          numberType: z.enum(['unknown', 'other', 'geographic', 'mobile']).optional(),
          operatorDetails: z
            .object({ name: Text, mobileNetworkCode: Text.optional(), mobileCountryCode: Text.optional() })
            .meta({ id: 'OperatorDetails' })
            .optional(),
        })
        .meta({ id: 'OperatorInformation' }),
    ),
  })
  .meta({ id: 'OperatorInformationResult' });

export const SipConfigurationAnswer = z
  .object({
    trunks: z.record(Text, z.object({ sipSignalingPort: z.int() }).meta({ id: 'SipTrunk' })),
    routes: z.array(
      z
        .object({ description: Text.optional(), name: Text, numberPattern: Text, trunks: z.array(Text) })
        .meta({ id: 'SipTrunkRoute' }),
    ),
  })
  .meta({ id: 'SipConfiguration' });
