// What callers send about phone numbers and SIP routing. Contracts: phone numbers 2025-06-01, SIP 2023-03-01.
import { z } from 'zod';
import { maxNumbersAsked, maxPageEntries } from '../../shared/phone-numbers/index.js';
import { PhoneNumber } from '../wire/addresses.js';
import { namedValues } from '../wire/named-values.js';
import { mergePatch, orAbsent, orDefault, orRemoved } from '../wire/null-and-absent.js';

export const PhoneNumberTypeWire = z.enum(['geographic', 'tollFree', 'mobile']);
export const AssignmentTypeWire = z.enum(['person', 'application']);
const Capability = z.enum(['none', 'inbound', 'outbound', 'inbound+outbound']);
export const Capabilities = z.object({ calling: Capability, sms: Capability });
export const SomeCapabilities = z.object({ calling: orAbsent(Capability), sms: orAbsent(Capability) });

const maxSkip = 1_000_000;
const Skip = z.coerce.number().int().min(0).max(maxSkip).default(0);
/** More than a page has is asked for in vain. */
const PageSize = z.coerce
  .number()
  .int()
  .min(1)
  .transform((size) => Math.min(size, maxPageEntries))
  .default(maxPageEntries);

const Word = z.string().max(100).optional();

export const NumbersQuery = z.object({ skip: Skip, top: PageSize });
export const CountriesQuery = z.object({ skip: Skip, maxPageSize: PageSize });
/** `after` stands in the links to further pages. */
export const ReservationsQuery = z.object({
  after: z
    .guid()
    .transform((id) => id.toLowerCase())
    .optional(),
  maxPageSize: PageSize,
});
export const LocalitiesQuery = CountriesQuery.extend({
  administrativeDivision: Word,
  phoneNumberType: PhoneNumberTypeWire.optional(),
});
export const AreaCodesQuery = CountriesQuery.extend({
  phoneNumberType: PhoneNumberTypeWire,
  assignmentType: AssignmentTypeWire.optional(),
  locality: Word,
  administrativeDivision: Word,
});
export const OfferingsQuery = CountriesQuery.extend({
  phoneNumberType: PhoneNumberTypeWire.optional(),
  assignmentType: AssignmentTypeWire.optional(),
});

/** In which language names are shown. */
export const LanguageHeaders = z.object({ 'accept-language': z.string().max(1_000).optional() });

const maxPrefixes = 100;
const maxQuantity = 2_147_483_647;

export const BrowseRequest = z.object({
  phoneNumberType: PhoneNumberTypeWire,
  capabilities: orAbsent(SomeCapabilities),
  assignmentType: orAbsent(AssignmentTypeWire),
  phoneNumberPrefixes: orAbsent(z.array(z.string().regex(/^\+?\d{1,15}$/)).max(maxPrefixes)),
});

export const SearchRequest = z.object({
  phoneNumberType: PhoneNumberTypeWire,
  assignmentType: AssignmentTypeWire,
  capabilities: Capabilities,
  areaCode: orAbsent(z.string().regex(/^\d{1,8}$/)),
  quantity: orDefault(z.int().min(1).max(maxQuantity), 1),
});

const Agreement = orDefault(z.boolean(), false);

export const PurchaseRequest = z.object({
  searchId: z.guid().transform((id) => id.toLowerCase()),
  agreeToNotResell: Agreement,
});

export const ReservationPurchaseRequest = z.preprocess((body) => body ?? {}, z.object({ agreeToNotResell: Agreement }));

const WantedNumber = z.object({
  countryCode: z.string().regex(/^[A-Z]{2}$/),
  capabilities: Capabilities,
  phoneNumberType: PhoneNumberTypeWire,
  assignmentType: AssignmentTypeWire,
});
export type WantedNumber = z.output<typeof WantedNumber>;

/** What else a reservation has is the server's, and ignored. */
export const ReservationRequest = z.object({
  phoneNumbers: orDefault(namedValues(WantedNumber.nullable(), z.string().regex(/^[1-9]\d{1,14}$/)), {}),
});

export const OperatorInformationRequest = z.object({
  phoneNumbers: z.array(PhoneNumber).min(1).max(maxNumbersAsked),
  options: orAbsent(z.object({ includeAdditionalOperatorDetails: orDefault(z.boolean(), false) })),
});

const maxRoutes = 250;

export const SipChangeRequest = z.preprocess(
  (body) => body ?? {},
  z.object({
    trunks: orRemoved(mergePatch(z.object({ sipSignalingPort: orAbsent(z.int()) }))),
    routes: orRemoved(
      z
        .array(
          z.object({
            name: z.string().min(1).max(256),
            description: orAbsent(z.string().max(1024)),
            numberPattern: z.string().min(1).max(1024),
            trunks: orDefault(z.array(z.string().max(255)).max(250), []),
          }),
        )
        .max(maxRoutes),
    ),
  }),
);
