// Looking for numbers and buying what was found.
import { operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { NoBody } from '../../shared/http/index.js';
import {
  numberWork,
  type NumberParts,
  phoneNumberRateLimits,
  requireSearch,
  startPurchase,
  startSearch,
} from '../../shared/phone-numbers/index.js';
import { begun, begunHeaders } from '../wire/long-running.js';
import { PhoneNumberSearchResult } from './answers.js';
import { renderSearch } from './render.js';
import { numberOperationStyle as style, searchResultPath, wireIdOf } from './style.js';
import { PurchaseRequest, SearchRequest } from './wire.js';

const common = { service: 'phoneNumbers', auth: accessKey } as const;

export function purchaseOperations(parts: NumberParts) {
  return [
    operation({
      ...common,
      name: 'phone-numbers-search',
      contract: 'phoneNumbers.searchAvailablePhoneNumbers',
      summary: 'Looks for numbers; those that are found are held for a while.',
      route: 'POST availablePhoneNumbers/countries/{countryCode}/:search',
      limit: phoneNumberRateLimits.search,
      body: SearchRequest,
      answers: { 202: NoBody },
      answerHeaders: begunHeaders(style),
      answer: async ({ resource, params: { countryCode }, body, request }) => {
        const id = await startSearch(parts, resource.immutableId, { ...body, countryCode });
        const headers = { 'search-id': id };
        const wireId = wireIdOf({ kind: numberWork.search, id });
        return begun(style, request, { id: wireId, resultPath: searchResultPath(id), headers });
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-get-search',
      contract: 'phoneNumbers.getSearchResult',
      summary: 'Gets the numbers that a search has found, as long as they are held.',
      route: 'GET availablePhoneNumbers/searchResults/{searchId}',
      returns: PhoneNumberSearchResult,
      ok: async ({ resource, params: { searchId } }) => {
        const { id, content } = await requireSearch(parts, resource.immutableId, searchId);
        return renderSearch(id, content);
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-purchase',
      contract: 'phoneNumbers.purchasePhoneNumbers',
      summary: 'Buys the numbers that a search has found.',
      route: 'POST availablePhoneNumbers/:purchase',
      limit: phoneNumberRateLimits.purchase,
      body: PurchaseRequest,
      answers: { 202: NoBody },
      answerHeaders: begunHeaders(style),
      answer: async ({ resource, body: { searchId, agreeToNotResell }, request }) => {
        const id = await startPurchase(parts, resource.immutableId, searchId, agreeToNotResell);
        const headers = { 'purchase-id': id };
        return begun(style, request, { id: wireIdOf({ kind: numberWork.purchase, id }), headers });
      },
    }),
  ];
}
