// What numbers can be had: countries, places, area codes, offers; and a few of them to look at.
import { operation, type RequestFacts } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import {
  browseNumbers,
  type NumberOffer,
  type NumberParts,
  offersOf,
  phoneNumberRateLimits,
} from '../../shared/phone-numbers/index.js';
import { relativeNextLink } from '../wire/next-link.js';
import {
  OfferingsResponse,
  PhoneNumberAreaCodes,
  PhoneNumberCountries,
  PhoneNumberLocalities,
  PhoneNumbersBrowseResult,
} from './answers.js';
import { renderCost, renderFree } from './render.js';
import {
  AreaCodesQuery,
  BrowseRequest,
  CountriesQuery,
  LanguageHeaders,
  LocalitiesQuery,
  OfferingsQuery,
} from './wire.js';

const common = { service: 'phoneNumbers', auth: accessKey } as const;
const countriesPath = '/availablePhoneNumbers/countries';

interface Page {
  readonly skip: number;
  readonly maxPageSize: number;
  readonly [name: string]: string | number | undefined;
}

export function catalogueOperations(parts: NumberParts) {
  const { provider } = parts;
  return [
    operation({
      ...common,
      name: 'phone-numbers-list-countries',
      contract: 'phoneNumbers.listAvailableCountries',
      summary: 'Lists the countries of which there are numbers.',
      route: 'GET availablePhoneNumbers/countries',
      headers: LanguageHeaders,
      query: CountriesQuery,
      returns: PhoneNumberCountries,
      ok: async ({ headers, query, request }) => {
        const nameOf = countryNames(headers['accept-language']);
        const codes = distinct((await provider.offers()).map(({ countryCode }) => countryCode));
        const { entries, nextLink } = pageOf(codes.toSorted(), query, request, countriesPath);
        return { countries: entries.map((code) => ({ localizedName: nameOf(code), countryCode: code })), nextLink };
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-list-localities',
      contract: 'phoneNumbers.listAvailableLocalities',
      summary: 'Lists the places of a country that numbers belong to.',
      route: 'GET availablePhoneNumbers/countries/{countryCode}/localities',
      headers: LanguageHeaders,
      query: LocalitiesQuery,
      returns: PhoneNumberLocalities,
      ok: async ({ params: { countryCode }, query, request }) => {
        const offers = await offersOf(provider, countryCode);
        const places = offers
          .filter((offer) => isOfType(offer, query) && isIn(offer, query.administrativeDivision))
          .flatMap(({ locality, division }) => (locality === undefined ? [] : [{ locality, division }]));
        const path = `${countriesPath}/${countryCode}/localities`;
        const { entries, nextLink } = pageOf(distinct(places), query, request, path);
        return {
          phoneNumberLocalities: entries.map(({ locality, division }) => ({
            localizedName: locality,
            ...(division !== undefined && {
              administrativeDivision: { localizedName: division.name, abbreviatedName: division.abbreviation },
            }),
          })),
          nextLink,
        };
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-list-area-codes',
      contract: 'phoneNumbers.listAreaCodes',
      summary: 'Lists the area codes of a country, or of a place in it.',
      route: 'GET availablePhoneNumbers/countries/{countryCode}/areaCodes',
      headers: LanguageHeaders,
      query: AreaCodesQuery,
      returns: PhoneNumberAreaCodes,
      ok: async ({ params: { countryCode }, query, request }) => {
        const codes = (await offersOf(provider, countryCode))
          .filter((offer) => isOfType(offer, query) && isIn(offer, query.administrativeDivision))
          .filter((offer) => query.locality === undefined || offer.locality === query.locality)
          .flatMap(({ areaCode }) => areaCode ?? []);
        const path = `${countriesPath}/${countryCode}/areaCodes`;
        const { entries, nextLink } = pageOf(distinct(codes), query, request, path);
        return { areaCodes: entries.map((areaCode) => ({ areaCode })), nextLink };
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-list-offerings',
      contract: 'phoneNumbers.listOfferings',
      summary: 'Lists what kinds of numbers a country has, what they can do and what they cost.',
      route: 'GET availablePhoneNumbers/countries/{countryCode}/offerings',
      headers: LanguageHeaders,
      query: OfferingsQuery,
      returns: OfferingsResponse,
      ok: async ({ params: { countryCode }, query, request }) => {
        const offerings = (await offersOf(provider, countryCode))
          .filter((offer) => isOfType(offer, query))
          .flatMap(({ phoneNumberType, assignmentTypes, capabilities, cost }) =>
            assignmentTypes.map((assignmentType) => ({
              phoneNumberType,
              assignmentType,
              availableCapabilities: capabilities,
              cost: renderCost(cost),
            })),
          )
          .filter(({ assignmentType }) => (query.assignmentType ?? assignmentType) === assignmentType);
        const path = `${countriesPath}/${countryCode}/offerings`;
        const { entries, nextLink } = pageOf(distinct(offerings), query, request, path);
        return { phoneNumberOfferings: entries, nextLink };
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-browse',
      contract: 'phoneNumbers.browseAvailableNumbers',
      summary: 'Shows some numbers that are free, as they come; none of them is held.',
      route: 'POST availablePhoneNumbers/countries/{countryCode}/:browse',
      limit: phoneNumberRateLimits.browse,
      body: BrowseRequest,
      returns: PhoneNumbersBrowseResult,
      ok: async ({ params: { countryCode }, body: { phoneNumberPrefixes: prefixes, ...wanted } }) => {
        const free = await browseNumbers(parts, { ...wanted, countryCode, prefixes });
        return {
          phoneNumbers: free.map((number) =>
            renderFree(number, wanted.assignmentType ?? number.assignmentTypes[0] ?? 'application'),
          ),
        };
      },
    }),
  ];
}

function pageOf<Entry>(entries: readonly Entry[], query: Page, request: RequestFacts, path: string) {
  const { skip, maxPageSize, ...filters } = query;
  const end = skip + maxPageSize;
  const next = { skip: end, maxPageSize, ...filters };
  return {
    entries: entries.slice(skip, end),
    nextLink: end < entries.length ? relativeNextLink(request, path, next) : null,
  };
}

/** In the order in which they come. */
function distinct<Entry>(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((entry) => [JSON.stringify(entry), entry])).values()];
}

interface TypeFilter {
  readonly phoneNumberType?: NumberOffer['phoneNumberType'] | undefined;
  readonly assignmentType?: NumberOffer['assignmentTypes'][number] | undefined;
}

function isOfType(offer: NumberOffer, { phoneNumberType, assignmentType }: TypeFilter): boolean {
  return (
    (phoneNumberType ?? offer.phoneNumberType) === offer.phoneNumberType &&
    (assignmentType === undefined || offer.assignmentTypes.includes(assignmentType))
  );
}

/** By its name or its abbreviation. */
function isIn({ division }: NumberOffer, wanted: string | undefined): boolean {
  return wanted === undefined || division?.abbreviation === wanted || division?.name === wanted;
}

/** In the first language that is asked for and known; in English else. */
function countryNames(acceptLanguage: string | undefined): (code: string) => string {
  const asked = (acceptLanguage ?? '').split(',').map((part) => part.split(';')[0]?.trim() ?? '');
  const [language = 'en'] = asked.filter(isLanguageTag);
  const names = new Intl.DisplayNames([language, 'en'], { type: 'region' });
  return (code) => names.of(code) ?? code;
}

function isLanguageTag(tag: string): boolean {
  try {
    // `*` and the like are none; of the rest the platform knows, and throws.
    return /^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i.test(tag) && Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
